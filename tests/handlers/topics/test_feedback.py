"""Ratings."""

from __future__ import annotations

import pytest

from handlers.topics import feedback
from handlers.words import AnswerRated
from tests.fakes.services import FakeServices, a_page, a_turn, labels


@pytest.mark.parametrize("helped", [True, False])
async def test_a_rating_names_entry_and_version(helped: bool) -> None:
    choice = f"rate:{'yes' if helped else 'no'}:leaks:0badcafe"
    outcome = await feedback.handle(a_turn(choice=choice, state={"question": "q"}))
    assert outcome is not None
    assert outcome.events == (AnswerRated("leaks", "0badcafe", helped),)


async def test_no_leads_up_the_ladder() -> None:
    services = FakeServices(pages={"shakes": a_page("shakes")})
    state = {"topic": "ladder", "question": "q", "others": ["shakes"], "climbed": []}
    outcome = await feedback.handle(a_turn(choice="rate:no:leaks:0badcafe", state=state, services=services))
    assert outcome is not None
    assert labels(outcome) == ["entry:shakes", "none"]


async def test_yes_ends_the_problem() -> None:
    outcome = await feedback.handle(a_turn(choice="rate:yes:leaks:0badcafe", state={"question": "q"}))
    assert outcome is not None
    assert (outcome.state, outcome.replies[0].choices) == ({}, ())


@pytest.mark.parametrize(
    "choice", ["rate:", "rate:maybe:leaks:0badcafe", "rate:yes", "rate:yes::0badcafe", "rates", "x"]
)
async def test_a_made_up_rating_is_not_ours(choice: str) -> None:
    assert await feedback.handle(a_turn(choice=choice)) is None


async def test_asking_something_else_begins_anew() -> None:
    outcome = await feedback.handle(
        a_turn(choice="again", state={"topic": "ladder", "climbed": ["suggest", "rephrase"]})
    )
    assert outcome is not None
    assert outcome.state == {}
