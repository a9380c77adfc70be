"""Walking through a flow, whatever a customer does."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from handlers.rules.walking import (
    Facts,
    Walk,
    again,
    answers,
    as_json,
    back,
    choose,
    from_json,
    is_over,
    measure,
    resumed,
    skip,
    start,
    tried,
)
from knowledge_base.flows import Flow, Range, Step, When
from tests.knowledge_base.flows import GRAPH, flow_of


@cache
def flow() -> Flow:
    with tempfile.TemporaryDirectory() as folder:
        read = flow_of(Path(folder), GRAPH).flow
    assert read is not None
    return read


def walked(*choices: str) -> Walk:
    walk = start(flow())
    for choice in choices:
        walk = choose(flow(), walk, choice)
    return walk


def test_what_helps_ends_the_walk() -> None:
    walk = walked("ready", "nothing", "helped")
    assert (walk.step, is_over(flow(), walk)) == ("solved", True)
    assert tried(flow(), walk) == (("reset", "helped"),)


def test_what_does_not_help_leads_on_and_is_told_to_the_person() -> None:
    walk = walked("ready", "nothing", "same", "no")
    assert walk.step == "broken"
    assert tried(flow(), walk) == (("reset", "did_not_help"), ("look", "did_not_help"))


def test_danger_leads_to_a_person_at_once() -> None:
    assert walked("danger").step == "person"


def test_a_choice_the_step_does_not_have_changes_nothing() -> None:
    assert walked("ready", "helped") == walked("ready")


def test_a_ring_is_left_by_its_counter() -> None:
    """The lamp was looked at once and is not asked again; the second reset may be taken twice."""
    walk = walked("ready", "lights", "yes", "same")
    assert walk.step == "reset_again"
    assert choose(flow(), walk, "same").step == "broken"


def test_a_step_that_failed_is_not_asked_again_by_itself() -> None:
    ring = {
        "a": Step("a", "question", {"x": "b", "y": "c"}),
        "b": Step("b", "action", {"helped": "solved", "same": "c"}),
        "c": Step("c", "question", {"x": "b", "y": "person"}),
        **{name: flow().steps[name] for name in ("solved", "person")},
    }
    graph = replace(flow(), steps=ring, first="a")
    walk = choose(graph, choose(graph, start(graph), "x"), "same")
    assert walk.step == "c"
    assert choose(graph, walk, "x").step == "person", "b failed and c was answered: nothing is left to ask"


def test_back_asks_the_step_before_anew_and_forgets_nothing() -> None:
    walk = back(flow(), walked("ready", "nothing", "same"))
    assert walk.step == "reset"
    assert tried(flow(), walk) == (("reset", "did_not_help"),)
    assert tried(flow(), choose(flow(), walk, "helped")) == (("reset", "helped"),)
    assert back(flow(), start(flow())) == start(flow())


def test_a_warning_can_not_be_skipped_and_an_action_can() -> None:
    assert skip(flow(), start(flow())) == start(flow())
    walk = skip(flow(), walked("ready", "nothing"))
    assert walk.step == "look"
    assert tried(flow(), walk) == (("reset", "not_possible"),)


def test_again_begins_anew_and_keeps_what_was_tried() -> None:
    walk = again(flow(), walked("ready", "nothing", "same"))
    assert (walk.step, answers(walk)) == ("danger", {})
    assert tried(flow(), walk) == (("reset", "did_not_help"),)
    assert choose(flow(), choose(flow(), walk, "ready"), "nothing").step == "reset", "asked for, so asked again"


def test_a_condition_that_fails_is_walked_past() -> None:
    only = replace(flow().steps["look"], when=When(products=("phone",)), otherwise="broken")
    graph = replace(flow(), steps={**flow().steps, "look": only})
    walk = choose(graph, start(graph, Facts("laptop")), "ready", Facts("laptop"))
    assert choose(graph, walk, "lights", Facts("laptop")).step == "broken"
    assert choose(graph, walk, "lights", Facts("phone")).step == "look"
    assert choose(graph, walk, "lights").step == "look", "what nobody told is no reason to leave a step out"


@pytest.mark.parametrize(("number", "step"), [(4.9, "reset"), (5, "look"), (100, "look")])
def test_a_measured_number_chooses_the_way(number: float, step: str) -> None:
    steps = {**flow().steps, "signs": Step("signs", "measure", {}, ranges=(Range("reset", 5), Range("look")))}
    graph = replace(flow(), steps=steps)
    assert measure(graph, choose(graph, start(graph), "ready"), number).step == step


def test_a_walk_goes_on_where_the_file_lost_its_step() -> None:
    steps = {
        name: replace(step, ways={choice: "broken" if to == "look" else to for choice, to in step.ways.items()})
        for name, step in flow().steps.items()
        if name != "look"
    }
    graph = replace(flow(), steps=steps, version="new")
    walk = resumed(graph, walked("ready", "nothing", "same"))
    assert (walk.step, walk.version) == ("reset", "new")
    assert tried(graph, walk) == (("reset", "did_not_help"),)
    gone = replace(walk, step="gone", trail=("gone", "too"))
    assert resumed(graph, gone).step == "broken", "everything that is left was answered already"


deeds = some.lists(
    some.one_of(
        some.sampled_from(
            ["ready", "danger", "nothing", "lights", "yes", "no", "helped", "same", "cannot", "nonsense"]
        ),
        some.sampled_from(["<back", "<skip", "<again", "<store"]),
    ),
    max_size=40,
)


@given(deeds)
def test_whatever_a_customer_does_the_walk_stands_at_a_step_and_loses_nothing_tried(deeds: list[str]) -> None:
    walk = start(flow())
    for deed in deeds:
        before, failed = walk, {name for name, result in tried(flow(), walk) if result != "helped"}
        match deed:
            case "<back":
                walk = back(flow(), walk)
            case "<skip":
                walk = skip(flow(), walk)
            case "<again":
                walk = again(flow(), walk)
            case "<store":
                walk = resumed(flow(), from_json(json.loads(json.dumps(as_json(walk)))))
                assert walk == before
            case _ if not is_over(flow(), walk):
                walk = choose(flow(), walk, deed)
                answered = set(answers(walk))
                counted = flow().steps[walk.step].most
                assert walk == before or walk.step not in (failed & answered) or counted, "a failed step came back"
        assert walk.step in flow().steps
        assert walk.log[: len(before.log)] == before.log
        assert {name for name, _ in tried(flow(), before)} <= {name for name, _ in tried(flow(), walk)}


@given(deeds)
def test_every_walk_can_come_to_an_end(deeds: list[str]) -> None:
    """From wherever somebody stands, the last choice of each step leads out in a few steps."""
    walk = start(flow())
    for deed in deeds:
        walk = walk if is_over(flow(), walk) else choose(flow(), walk, deed)
    for _ in range(3 * len(flow().steps)):
        if is_over(flow(), walk):
            return
        walk = choose(flow(), walk, list(flow().steps[walk.step].ways)[-1])
    raise AssertionError(f"still at {walk.step}")
