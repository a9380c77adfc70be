"""Every way through a flow, walked to its end: what `flow test` does, and what a flow may ask of a customer at most."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from handlers.rules.walking import Walk, choose, is_over, measure, start
from knowledge_base.flows import Flow

MOST = 20_000  # ways through one flow: more, and it is several flows


class TooManyPaths(Exception):
    """A flow has more ways through it than anybody can test."""


@dataclass(frozen=True, slots=True)
class Walked:
    """What came of walking a flow."""

    paths: int
    longest: int  # steps of the longest
    taken: frozenset[str]  # the steps that some path takes
    ends: frozenset[str]


def walk_all(flow: Flow) -> Walked:
    """All ways through a flow, of somebody of whose device nothing is known. Raises `TooManyPaths`."""
    taken: set[str] = set()
    ends: set[str] = set()
    count = longest = 0
    for walk in paths(flow):
        count += 1
        if count > MOST:
            raise TooManyPaths(f"{flow.slug}: more than {MOST} ways through it; make two flows of it")
        longest = max(longest, len(walk.log))
        taken |= {step for step, _ in walk.log} | {walk.step}
        ends.add(walk.step)
    return Walked(count, longest, frozenset(taken), frozenset(ends))


def paths(flow: Flow) -> Iterator[Walk]:
    """Every walk from the first step to an end, each choice taken once."""
    waiting = [start(flow)]
    while waiting:
        walk = waiting.pop()
        if is_over(flow, walk):
            yield walk
        else:
            waiting += _onward(flow, walk)


def _onward(flow: Flow, walk: Walk) -> Iterator[Walk]:
    step = flow.steps[walk.step]
    for choice in step.ways:
        yield choose(flow, walk, choice)
    lowest = 0.0
    for found in step.ranges:
        yield measure(flow, walk, lowest if found.below is None else found.below - 1)
        lowest = found.below if found.below is not None else lowest
