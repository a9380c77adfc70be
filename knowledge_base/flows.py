"""Troubleshooting flows as values: a graph of steps without words, and the words of each language.

A flow is the folder `flows/<slug>/`: `flow.toml` holds the graph, `<lang>.toml` the words. Where an entry has the same
slug, the flow is offered beside its answer; `beside` names others that lead to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["question", "action", "check", "measure", "media", "safety", "end"]
Exit = Literal["solved", "ticket", "claim", "flow", "article"]
Tried = Literal["helped", "did_not_help", "not_possible"]
Priority = Literal["normal", "high", "urgent"]

SOLVED = "solved"  # a step every flow has: an action that helped leads there
PERSON = "person"  # the other one: a person takes over

# What a customer may answer where the flow names no choices of its own, and what that says of a thing tried.
HELPED, SAME, CANNOT = "helped", "same", "cannot"
RESULTS: Mapping[str, Tried] = {HELPED: "helped", SAME: "did_not_help", CANNOT: "not_possible"}
COMMON = (HELPED, SAME, CANNOT, "yes", "no", "done", "ready", "danger", "skip")  # choices the bot has labels for


@dataclass(frozen=True, slots=True)
class When:
    """What must hold for a step to be taken. What is empty does not matter; what nobody told holds."""

    products: tuple[str, ...] = ()
    coverage: tuple[str, ...] = ()  # verdicts of the warranty
    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # step -> choices of it


@dataclass(frozen=True, slots=True)
class Range:
    """Where a measured number leads: below `below`, or anywhere (None)."""

    to: str
    below: float | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `ways` are its choices and where they lead, in the order they are offered."""

    name: str
    kind: Kind
    ways: Mapping[str, str] = field(default_factory=dict)
    when: When = When()
    otherwise: str = ""  # where to go on when `when` does not hold
    ranges: tuple[Range, ...] = ()  # of a measure
    most: int = 0  # how often it may be taken in one walk, then `otherwise` follows; 0: once, and it says no more
    picture: str = ""  # file beside flow.toml
    exit: Exit | None = None  # of an end
    to: str = ""  # which flow or article
    reason: str = ""  # of a ticket: what the desk reads, a short code
    priority: Priority = "normal"


@dataclass(frozen=True, slots=True)
class StepWords:
    """A step in one language."""

    text: str = ""  # Markdown with template marks, not yet rendered
    choices: Mapping[str, str] = field(default_factory=dict)  # labels
    alt: str = ""  # what the picture shows
    short: str = ""  # the step as a line of a list: "Another socket tried"


@dataclass(frozen=True, slots=True)
class Words:
    """A flow in one language."""

    language: str
    title: str
    questions: tuple[str, ...]
    intro: str  # said before the first step
    steps: Mapping[str, StepWords]


@dataclass(frozen=True, slots=True)
class Flow:
    """One troubleshooting tree."""

    slug: str
    products: tuple[str, ...]
    first: str
    steps: Mapping[str, Step]
    words: Mapping[str, Words] = field(default_factory=dict)  # by language
    beside: tuple[str, ...] = ()  # other entries beside whose answer it is offered
    version: str = ""  # short hash of the graph

    def leads(self, step: Step) -> tuple[str, ...]:
        """Every step that may follow this one, each once."""
        ways = (*step.ways.values(), *(found.to for found in step.ranges), step.otherwise)
        return tuple(dict.fromkeys(filter(None, ways)))
