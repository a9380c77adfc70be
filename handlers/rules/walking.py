"""Walking through a flow: one step at a time, back, skip, begin again; nothing tried is ever forgotten.

A walk is a value; what the customer does makes the next one. Its log only grows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from knowledge_base.flows import CANNOT, PERSON, RESULTS, Flow, Step, Tried, When

AGAIN = "again"  # a line of the log where the customer began anew: answers before it no longer count
SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the customer's device. "": nobody told."""

    product: str = ""
    coverage: str = ""  # verdict of the warranty


UNTOLD = Facts()


@dataclass(frozen=True, slots=True)
class Walk:
    """Where somebody stands in a flow."""

    slug: str
    version: str  # of the graph they began with
    step: str
    trail: tuple[str, ...] = ()  # the steps shown before this one, for going back
    log: tuple[tuple[str, str], ...] = ()  # (step, choice) as they came; ("", AGAIN) where they began anew


def start(flow: Flow, facts: Facts = Facts()) -> Walk:
    """At the first step that is to be taken."""
    return _enter(flow, Walk(flow.slug, flow.version, ""), flow.first, facts)


def choose(flow: Flow, walk: Walk, choice: str, facts: Facts = Facts()) -> Walk:
    """After a choice of the present step. One that the step does not have changes nothing."""
    step = flow.steps[walk.step]
    if choice not in step.ways:
        return walk
    return _enter(flow, _noted(walk, choice), step.ways[choice], facts)


def measure(flow: Flow, walk: Walk, number: float, facts: Facts = Facts()) -> Walk:
    """After a number was measured at the present step, which must be a measure."""
    found = next(one for one in flow.steps[walk.step].ranges if one.below is None or number < one.below)
    return _enter(flow, _noted(walk, f"{number:g}"), found.to, facts)


def skip(flow: Flow, walk: Walk, facts: Facts = Facts()) -> Walk:
    """On without having done it. A warning can not be skipped, nor a question on whose answer the way depends."""
    step = flow.steps[walk.step]
    onward = step.ways.get(CANNOT) or step.ways.get(SKIP)
    if step.kind in ("safety", "end") or onward is None:
        return walk
    return _enter(flow, _noted(walk, CANNOT if CANNOT in step.ways else SKIP), onward, facts)


def back(flow: Flow, walk: Walk) -> Walk:
    """At the step shown before, asked anew; at the first step nothing changes."""
    trail = tuple(name for name in walk.trail if name in flow.steps)
    return replace(walk, step=trail[-1], trail=trail[:-1]) if trail else walk


def again(flow: Flow, walk: Walk, facts: Facts = Facts()) -> Walk:
    """From the beginning; what was tried stays in the log."""
    fresh = replace(walk, step="", trail=(), log=(*walk.log, ("", AGAIN)), version=flow.version)
    return _enter(flow, fresh, flow.first, facts)


def resumed(flow: Flow, walk: Walk, facts: Facts = Facts()) -> Walk:
    """The walk in a flow whose file may have changed: at its step, else at the last one that is still there."""
    if walk.step in flow.steps:
        return replace(walk, version=flow.version)
    trail = tuple(name for name in walk.trail if name in flow.steps)
    if not trail:
        return _enter(flow, replace(walk, step="", trail=(), version=flow.version), flow.first, facts)
    return replace(walk, step=trail[-1], trail=trail[:-1], version=flow.version)


def is_over(flow: Flow, walk: Walk) -> bool:
    """Whether the walk has come to an end."""
    return flow.steps[walk.step].kind == "end"


def tried(flow: Flow, walk: Walk) -> tuple[tuple[str, Tried], ...]:
    """Everything that was tried, with what came of it last, in the order it was first tried. A step the file no longer
    has is told, too."""
    found: dict[str, Tried] = {}
    for name, choice in walk.log:
        step = flow.steps.get(name)
        if choice in RESULTS:
            found[name] = RESULTS[choice]
        elif step is not None and step.kind in ("check", "measure"):
            found[name] = "did_not_help"
    return tuple(found.items())


def answers(walk: Walk) -> dict[str, str]:
    """The last choice at each step since the customer began (anew)."""
    found: dict[str, str] = {}
    for name, choice in walk.log:
        if choice == AGAIN and not name:
            found.clear()
        else:
            found[name] = choice
    return found


def as_json(walk: Walk) -> dict[str, Any]:
    """As it is stored between turns."""
    return {**asdict(walk), "trail": list(walk.trail), "log": [list(line) for line in walk.log]}


def from_json(value: Mapping[str, Any]) -> Walk:
    """The other way round."""
    log = tuple((str(step), str(choice)) for step, choice in value["log"])
    return Walk(value["slug"], value["version"], value["step"], tuple(value["trail"]), log)


def _noted(walk: Walk, choice: str) -> Walk:
    return replace(walk, trail=(*walk.trail, walk.step), log=(*walk.log, (walk.step, choice)))


def _enter(flow: Flow, walk: Walk, name: str, facts: Facts) -> Walk:
    """At this step, or behind it where it is not to be taken: a condition fails, or it was answered already."""
    passed: set[str] = set()
    while name not in passed:
        passed.add(name)
        step = flow.steps[name]
        onward = _past(flow, walk, step, facts)
        if onward is None:
            return replace(walk, step=name)
        name = onward
    return replace(walk, step=PERSON)  # round and round without anything new to ask


def _past(flow: Flow, walk: Walk, step: Step, facts: Facts) -> str | None:
    """Where to go on instead of taking this step; None: take it."""
    if step.kind == "end":
        return None
    if not _holds(step.when, walk, facts):
        return step.otherwise
    taken = _taken(walk, step.name)
    if taken < max(1, step.most):
        return None
    if step.otherwise and step.most:
        return step.otherwise
    said = answers(walk)[step.name]
    return step.ways.get(said) or _measured(step, said)


def _measured(step: Step, said: str) -> str:
    return next((one.to for one in step.ranges if one.below is None or float(said) < one.below), PERSON)


def _taken(walk: Walk, name: str) -> int:
    count = 0
    for step, choice in walk.log:
        count = 0 if choice == AGAIN and not step else count + (step == name)
    return count


def _holds(when: When, walk: Walk, facts: Facts) -> bool:
    said = answers(walk)
    return (
        (not when.products or not facts.product or facts.product in when.products)
        and (not when.coverage or not facts.coverage or facts.coverage in when.coverage)
        and all(said.get(step) in (None, *choices) for step, choices in when.answers.items())
    )
