"""Step by step: what leads into a flow, what is an answer at a step, how it ends, what the next person reads."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from handlers.rules.packet import as_json, schema
from handlers.services import Found
from handlers.topics.troubleshooting import handle
from handlers.words import Choice, FlowMoved, Message, Outcome, TicketWanted, Turn, WalkView
from knowledge_base.flows import Flow
from tests.fakes.services import NOTHING, NOW, FakeServices, a_page, a_turn
from tests.fakes.talk import PHOTO
from tests.knowledge_base.flows import GRAPH, flow_of

SLUG = "laptop-dead"


@cache
def flow() -> Flow:
    with tempfile.TemporaryDirectory() as folder:
        read = flow_of(Path(folder), GRAPH).flow
    assert read is not None
    return read


def services(**answers: Found) -> FakeServices:
    return FakeServices(answers, {"laptop-hot": a_page("laptop-hot")}, flows={SLUG: flow()})


def standing(step: str, *log: tuple[str, str], slug: str = SLUG, days: int = 0) -> WalkView:
    walk = {"slug": slug, "version": flow().version, "step": step, "trail": [name for name, _ in log], "log": list(log)}
    return WalkView(json.loads(json.dumps(walk)), NOW - timedelta(days=days))


def turn(text: str = "", *walks: WalkView, choice: str | None = None, known: Any = None, topic: str = "flow") -> Turn:
    made = a_turn(text, choice=choice, state={"topic": topic}, services=known or services())
    return replace(made, conversation=replace(made.conversation, walks=walks))


def step_of(outcome: Outcome | None) -> str:
    assert outcome is not None
    return next(event.step for event in outcome.events if isinstance(event, FlowMoved))


def buttons(outcome: Outcome | None) -> dict[str, str]:
    assert outcome is not None
    return {choice.label: choice.id for choice in outcome.replies[-1].choices}


async def test_a_flow_begins_at_its_first_step_with_what_it_will_do() -> None:
    outcome = await handle(turn(choice=f"flow:start:{SLUG}"))
    assert outcome is not None
    assert outcome.replies[0].text == "Let us look.\n\nDoes it smoke?"
    assert list(buttons(outcome)) == ["All clear, go on", "Yes, there is danger"]
    assert step_of(outcome) == "danger"


async def test_begun_already_it_goes_on_and_may_begin_anew() -> None:
    outcome = await handle(turn("", standing("reset", ("danger", "ready"), days=3), choice=f"flow:start:{SLUG}"))
    assert outcome is not None
    assert "On November 18, 2026 we had reached" in outcome.replies[0].text
    assert buttons(outcome)["Start again"] == "flow:again"


async def test_a_button_of_another_step_shows_the_present_one() -> None:
    pressed = buttons(await handle(turn("", standing("signs", ("danger", "ready")), choice="flow:go")))["Nothing"]
    outcome = await handle(turn("", standing("look", ("signs", "lights")), choice=pressed))
    assert step_of(outcome) == "look"
    assert outcome is not None
    assert "Is the light on?" in outcome.replies[0].text


@pytest.mark.parametrize(
    ("said", "step"),
    [
        ("no, it is still not working", "look"), ("it works now", "solved"), ("I can't do that", "look"),
        ("yes", "reset"), ("still the same", "look"), ("go back", "signs"), ("skip this step", "look"),
        ("start again", "danger"), ("It works!", "solved"), ("blue cheese", "reset"),
    ],
)  # fmt: skip
async def test_what_is_said_at_an_action(said: str, step: str) -> None:
    """ "Yes" alone is no answer to a deed, and what is not understood is asked back at the same step."""
    here = standing("reset", ("danger", "ready"), ("signs", "nothing"))
    outcome = await handle(turn(said, here))
    assert outcome is not None
    moved = [event.step for event in outcome.events if isinstance(event, FlowMoved)]
    assert (moved or ["reset"]) == [step]
    assert bool(moved) != ("I am not sure" in outcome.replies[0].text)


@pytest.mark.parametrize(("said", "step"), [("nothing", "reset"), ("lights!", "look"), ("no idea", "signs")])
async def test_what_is_said_at_a_question(said: str, step: str) -> None:
    outcome = await handle(turn(said, standing("signs", ("danger", "ready"))))
    assert outcome is not None
    moved = [event.step for event in outcome.events if isinstance(event, FlowMoved)]
    assert (moved or ["signs"]) == [step]


async def test_a_question_of_its_own_is_left_to_the_others_and_thanks_too() -> None:
    question = "why does my laptop get so hot"
    known = services(**{question: Found("answer", 0.9, "laptop-hot")})
    assert await handle(turn(question, standing("reset"), known=known)) is None
    assert await handle(turn("thank you", standing("reset"))) is None
    unsure = services(**{question: NOTHING})
    outcome = await handle(turn(question, standing("reset"), known=unsure))
    assert outcome is not None
    assert "I am not sure" in outcome.replies[0].text


async def test_words_elsewhere_are_no_answer_to_a_step() -> None:
    assert await handle(turn("no", standing("reset"), topic="ladder")) is None
    assert step_of(await handle(turn("let's continue", standing("reset"), topic="ladder"))) == "reset"


async def test_a_photo_where_one_is_asked_for_is_the_answer() -> None:
    pass_on = replace(flow().steps["signs"], kind="media", ways={"done": "reset", "skip": "reset"})
    known = services()
    known.flows = {SLUG: replace(flow(), steps={**flow().steps, "signs": pass_on})}
    here = turn("", standing("signs"), known=known)
    file = Message(attachments=(PHOTO,))
    assert step_of(await handle(replace(here, message=file))) == "reset"


async def test_the_end_calls_a_person_who_reads_every_step() -> None:
    here = standing("look", ("danger", "ready"), ("signs", "nothing"), ("reset", "same"))
    outcome = await handle(turn("no", here))
    assert outcome is not None
    moved, wanted = outcome.events
    assert isinstance(moved, FlowMoved)
    assert (moved.exit, moved.tried) == ("ticket", (("Reset", "did_not_help"), ("Light looked at", "did_not_help")))
    assert wanted == TicketWanted("ladder_end", "Laptop is dead: dead")
    assert [choice.id for choice in outcome.replies[-1].choices] == ["contact:none"]


async def test_danger_is_urgent() -> None:
    outcome = await handle(turn("", standing("danger"), choice=None))
    assert outcome is None, "an empty message is no answer"
    yes = buttons(await handle(turn("", standing("danger"), choice="flow:go")))["Yes, there is danger"]
    outcome = await handle(turn("", standing("danger"), choice=yes))
    assert outcome is not None
    assert outcome.events[-1] == TicketWanted("safety", "Laptop is dead", priority="urgent")
    assert outcome.replies[0].text.startswith("Please stop using the device now.")


async def test_a_flow_that_is_gone_says_so() -> None:
    outcome = await handle(turn("", standing("x", slug="gone"), choice="flow:go"))
    assert outcome is not None
    assert "no longer there" in outcome.replies[0].text


def test_the_packet_of_a_flow_that_failed_fits_its_schema() -> None:
    import jsonschema_rs

    from handlers.rules.packet import Packet, Step

    steps = (Step("Reset", "did_not_help"), Step("Light looked at", "not_possible"))
    packet = as_json(Packet("ladder_end", "en", "website", "no", steps=steps))
    jsonschema_rs.validate(schema(), packet)
    assert [step["what"] for step in packet["steps"]] == ["Reset", "Light looked at"]


def test_the_buttons_fit_the_smallest_channel() -> None:
    from handlers.stepping import choice_id

    longest = replace(flow(), slug="s" * 40)
    step = replace(flow().steps["signs"], name="n" * 24)
    assert len(choice_id(longest, step, "c" * 24).encode()) <= 64
    assert Choice(choice_id(longest, step, "c"), "x")
