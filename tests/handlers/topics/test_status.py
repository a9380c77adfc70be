"""How requests stand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, get_args

import pytest

from handlers.rules.tickets import Status
from handlers.topics import status
from handlers.words import Outcome, TicketView
from tests.fakes.services import NOW, FakeServices, a_ticket, a_turn, labels, shared_mind

LANGUAGES = shared_mind().services.languages
MINE = (a_ticket(9, "solved", solved=4, subject="Kettle"), a_ticket(3, "new"))


async def asked(text: str, *tickets: TicketView, language: str = "en", **state: Any) -> Outcome | None:
    return await status.handle(a_turn(text, tickets=tickets, state=state, language=language))


async def said(text: str, *tickets: TicketView, language: str = "en", **state: Any) -> str:
    outcome = await asked(text, *tickets, language=language, **state)
    assert outcome is not None
    assert (outcome.events, outcome.state) == ((), state)
    return outcome.replies[0].text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("how", get_args(Status))
async def test_a_request_in_words(language: str, how: Status) -> None:
    text = await said("/status", a_ticket(3, how), language=language)
    assert "AC-000003" in text
    assert "The washer leaks" in text
    assert FakeServices().say(f"tickets.state_{how}", language) in text


@pytest.mark.parametrize("text", ["/status", "/status@shop_bot", "what about my ticket?", "что с моей заявкой?"])
async def test_all_are_listed_the_newest_first(text: str) -> None:
    found = await said(text, *MINE)
    assert found.index("AC-000009 (Kettle): solved") < found.index("AC-000003 (The washer leaks): waiting")
    assert found.endswith("A colleague will answer by Monday, November 23, 15:00 (Prague time).")


@pytest.mark.parametrize("text", ["ac3", "AC-000003", "АС 003", "ac-۰۰۰۰۰۳", "what about AC-3?", "#3"])
async def test_one_by_its_number(text: str) -> None:
    found = await said(text, *MINE)
    assert "AC-000003" in found
    assert "AC-000009" not in found


async def test_somebody_else_s_number_gets_the_words_of_one_that_does_not_exist() -> None:
    """Only the customer's own requests reach a topic at all, so that there is nothing to tell the two apart by."""
    assert await said("AC-000777", *MINE) == await said("AC-000777") == FakeServices().say(
        "tickets.not_found", "en", number="AC-000777"
    )  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
async def test_who_has_none_hears_so(language: str) -> None:
    assert await said("/status", language=language) == FakeServices().say("tickets.nothing", language)


async def test_a_solved_one_can_be_answered_here() -> None:
    outcome = await asked("/status", *MINE)
    assert outcome is not None
    assert labels(outcome) == ["ticket:confirm:9", "ticket:reopen:9"]


async def test_a_time_that_is_past_is_not_promised() -> None:
    found = await said("/status", a_ticket(opened=NOW - timedelta(days=9)))
    assert found.endswith(FakeServices().say("tickets.soon", "en"))


async def test_the_day_is_that_of_the_company_s_clock() -> None:
    late = NOW.replace(day=20, hour=23, minute=30)  # half past midnight in Prague
    assert "Opened: November 21, 2026" in await said("/status", a_ticket(opened=late))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_no_sentence_ends_twice(language: str) -> None:
    """The year of a Russian date brings a full stop of its own."""
    assert ".." not in await said("/status", a_ticket(), language=language)


async def test_a_subject_is_shown_as_words() -> None:
    """It is the customer's own text, and a reply is Markdown."""
    found = await said("/status", a_ticket(subject="**[win](http://x)** <b>`#1`</b>\u202e"))
    assert "(win(http://x) b1/b)" in found


@pytest.mark.parametrize(
    "text",
    [
        "", "AC-000003 give me an operator!", "my washing machine leaks", "ac 230 V", "call 601 234 567",
        "my ticket was opened a week ago and since then nobody has called me, what shall I do",
        "AC-000003 is about the washing machine that leaks from below since Monday",
    ],
)  # fmt: skip
async def test_what_asks_for_something_else(text: str) -> None:
    assert await asked(text, *MINE) is None


@pytest.mark.parametrize("step", ["contact", "description", "tags", "comment"])
async def test_words_that_another_topic_waits_for_are_left_to_it(step: str) -> None:
    assert await asked("my request took too long", *MINE, step=step) is None
    assert await asked("/status", *MINE, step=step) is not None


async def test_a_button_is_no_question() -> None:
    assert await status.handle(a_turn("/status", choice="again")) is None
