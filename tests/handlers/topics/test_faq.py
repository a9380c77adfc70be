"""Questions and picked titles."""

from __future__ import annotations

import pytest

from handlers.services import Found
from handlers.topics import faq
from handlers.words import AnswerGiven
from tests.fakes.services import FakeServices, a_page, a_turn, labels

PAGES = {slug: a_page(slug) for slug in ("leaks", "shakes")}
ANSWER = Found("answer", 0.91, "leaks", ("shakes",))


async def test_a_sure_answer_is_given() -> None:
    services = FakeServices({"water everywhere": ANSWER}, PAGES)
    outcome = await faq.handle(a_turn("  water everywhere ", services=services))
    assert outcome is not None
    assert outcome.replies[0].text.startswith("**Title of leaks**")
    assert outcome.events == (AnswerGiven("water everywhere", "answer", 0.91, "leaks", "0badcafe", "en"),)


async def test_an_entry_that_vanished_between_search_and_reading_is_not_shown() -> None:
    outcome = await faq.handle(a_turn("water", services=FakeServices({"water": ANSWER}, {"shakes": PAGES["shakes"]})))
    assert outcome is not None
    assert labels(outcome) == ["entry:shakes", "none"]


async def test_a_title_is_picked() -> None:
    state = {"question": "water", "others": ["shakes"], "climbed": ["suggest"]}
    outcome = await faq.handle(a_turn(choice="entry:leaks", state=state, services=FakeServices({}, PAGES)))
    assert outcome is not None
    assert outcome.events == (AnswerGiven("water", "answer", 1.0, "leaks", "0badcafe", "en"),)
    assert outcome.state["climbed"] == ["suggest"]


async def test_a_picked_title_that_is_gone_is_said_and_the_talk_goes_on() -> None:
    outcome = await faq.handle(a_turn(choice="entry:gone", state={"question": "water"}))
    assert outcome is not None
    assert outcome.replies[0].text == FakeServices().say("faq.gone", "en")
    assert outcome.state == {"question": "water"}


@pytest.mark.parametrize(("text", "choice"), [("", None), ("   ", None), ("/start", None), ("", "person")])
async def test_what_is_no_question(text: str, choice: str | None) -> None:
    assert await faq.handle(a_turn(text, choice=choice)) is None
