"""Asking for a person: nothing a customer said is lost, whenever they stop."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from handlers.requests import STORED
from handlers.topics import escalation
from handlers.words import TICKET, Outcome, TicketWanted
from tests.fakes.services import NOW, FakeServices, a_ticket, a_turn, labels, shared_mind

LANGUAGES = shared_mind().services.languages
CONTACT = {"topic": "escalation", "step": "contact", "described": False}


async def said(text: str = "", choice: str | None = None, language: str = "en", **state: Any) -> Outcome | None:
    tickets = (a_ticket(12),) if state.get("topic") == "escalation" else ()
    return await escalation.handle(a_turn(text, choice=choice, state=state, language=language, tickets=tickets))


async def answer(text: str = "", choice: str | None = None, language: str = "en", **state: Any) -> Outcome:
    outcome = await said(text, choice, language, **state)
    assert outcome is not None
    return outcome


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_request_stands_at_the_first_word(language: str) -> None:
    """The customer may close the page now: the ticket is in this very outcome."""
    outcome = await answer(choice="person", language=language)
    assert outcome.events == (TicketWanted("asked_for_person", ""),)
    assert outcome.replies[0].text.endswith(FakeServices().say("escalation.ask_contact", language))
    assert FakeServices().say("tickets.number", language, number=TICKET) in outcome.replies[0].text
    assert labels(outcome) == ["contact:none"]


@pytest.mark.parametrize("text", ["Operator!", "can I talk to a real person?", "human", "вызовите человека"])
async def test_ways_of_asking(text: str) -> None:
    assert (await answer(text)).events == (TicketWanted("asked_for_person", text),)


@pytest.mark.parametrize(("text", "said"), [("/human", ""), ("/human it leaks", "it leaks"), ("/HUMAN@shop_bot", "")])
async def test_a_command_is_no_description(text: str, said: str) -> None:
    """Else the customer reads it as the subject of their request."""
    assert (await answer(text)).events == (TicketWanted("asked_for_person", said),)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "my washing machine leaks",
        "the person who delivered the washing machine broke the door and the operator said that I must write here",
        "/start",
    ],
)
async def test_what_is_no_asking(text: str) -> None:
    assert await said(text) is None


async def test_the_question_goes_along_with_the_words_it_was_asked_in() -> None:
    outcome = await answer("operator please", topic="ladder", question="water everywhere")
    assert outcome.events == (TicketWanted("asked_for_person", "water everywhere\noperator please"),)
    assert outcome.state["described"]


async def test_the_button_at_the_end_of_the_ladder_says_why() -> None:
    outcome = await answer(choice="person", topic="ladder", question="water everywhere")
    assert outcome.events == (TicketWanted("ladder_end", "water everywhere"),)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("text", "contact"),
    [
        ("write to jane@example.com", "jane@example.com"),
        ("+420 601 234 567", "+420 601 234 567"),
        ("+۴۲۰ ۶۰۱ ۲۳۴ ۵۶۷", "+420 601 234 567"),
        ("+٤٢٠٦٠١٢٣٤٥٦٧", "+420 601 234 567"),
    ],
)
async def test_a_contact_is_found(language: str, text: str, contact: str) -> None:
    outcome = await answer(text, language=language, **CONTACT)
    assert outcome.events == (TicketWanted("asked_for_person", text, contact),)
    assert outcome.state == {"topic": "escalation", "step": "description", "contact": contact}
    assert labels(outcome) == ["contact:done"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_words_without_a_contact_are_kept_and_asked_about_once(language: str) -> None:
    first = await answer("the pump hums", language=language, **CONTACT)
    assert first.events == (TicketWanted("asked_for_person", "the pump hums"),)
    assert first.replies[0].text == FakeServices().say("escalation.contact_unclear", language)
    second = await answer("and it is hot", language=language, **first.state)
    assert second.events == (TicketWanted("asked_for_person", "and it is hot"),)
    assert second.state == {"topic": "escalation", "step": "stored"}


async def test_who_described_it_already_is_not_asked_again() -> None:
    outcome = await answer("jane@example.com", **{**CONTACT, "described": True})
    assert outcome.state == {"topic": "escalation", "step": "stored"}
    assert "jane@example.com" in outcome.replies[0].text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_without_a_contact_the_answer_comes_here(language: str) -> None:
    first = await answer(choice="contact:none", language=language, **CONTACT)
    last = await answer(choice="contact:done", language=language, **first.state)
    say = FakeServices().say
    assert first.events == last.events == ()
    assert last.replies[0].text.startswith(say("escalation.stored", language, contact=None))
    assert say("tickets.number", language, number="AC-000012") in last.replies[0].text


@pytest.mark.parametrize("tickets", [(), (a_ticket(status="solved", solved=2),), (a_ticket(status="closed"),)])
@pytest.mark.parametrize("step", ["contact", "description", "stored"])
async def test_words_after_the_request_was_solved_are_about_something_else(step: str, tickets: Any) -> None:
    """Else a new question, asked where nobody had left a contact, opened a second request in silence."""
    turn = a_turn("my fridge is warm", state={"topic": "escalation", "step": step}, tickets=tickets)
    assert await escalation.handle(turn) is None


async def test_a_request_is_promised_from_when_it_was_made() -> None:
    """Words added later do not move what was promised; a promise that is past is not made anew."""
    say = FakeServices().say
    friday = NOW - timedelta(hours=22)
    turns = [
        a_turn("601 234 567", state=STORED, tickets=(a_ticket(opened=opened),))
        for opened in (friday, NOW - timedelta(days=9))
    ]
    first, late = [(await escalation.handle(turn) or Outcome()).replies[0].text for turn in turns]
    assert first.endswith(say("tickets.due_today", "en", time="14:00 (Prague time)"))
    assert late.endswith(say("tickets.soon", "en"))


async def test_the_description_is_added() -> None:
    outcome = await answer("water everywhere", topic="escalation", step="description", contact="jane@example.com")
    assert outcome.events == (TicketWanted("asked_for_person", "water everywhere"),)
    assert "jane@example.com" in outcome.replies[0].text


@pytest.mark.parametrize("step", ["contact", "description"])
@pytest.mark.parametrize("text", ["ok", "thanks a lot", "goodbye", "спасибо", "ممنون"])
async def test_a_courtesy_is_neither_contact_nor_description(step: str, text: str) -> None:
    outcome = await answer(text, topic="escalation", step=step, described=False, contact=None)
    assert outcome.events == ()
    assert outcome.state == {"topic": "escalation", "step": "stored"}


async def test_a_number_sent_in_the_middle_of_another_talk_reaches_the_request() -> None:
    outcome = await escalation.handle(a_turn("601 234 567", state={"topic": "ladder"}, tickets=(a_ticket(),)))
    assert outcome is not None
    assert outcome.events == (TicketWanted("asked_for_person", "601 234 567", "+420 601 234 567"),)
    assert await escalation.handle(a_turn("601 234 567", tickets=(a_ticket(status="closed"),))) is None


@pytest.mark.parametrize("step", ["contact", "description"])
async def test_a_file_without_words_is_no_contact_and_no_description(step: str) -> None:
    assert await said("", topic="escalation", step=step) is None


async def test_a_number_that_comes_late_is_added() -> None:
    outcome = await answer("601 234 567", topic="escalation", step="stored")
    assert outcome.events == (TicketWanted("asked_for_person", "601 234 567", "+420 601 234 567"),)


@pytest.mark.parametrize(
    "text",
    ["how long is the warranty", "I bought the washer with the number 601 234 567 two years ago and now it leaks", ""],
)
async def test_after_that_a_question_is_a_question(text: str) -> None:
    assert await said(text, topic="escalation", step="stored") is None


@pytest.mark.parametrize("step", ["contact", "description", "stored", "of another version"])
@pytest.mark.parametrize(("text", "choice"), [("/start", None), ("", "entry:leaks"), ("", "language:cs")])
async def test_buttons_and_commands_of_other_topics_are_left_to_them(step: str, text: str, choice: str) -> None:
    assert await said(text, choice, topic="escalation", step=step) is None


@pytest.mark.parametrize("step", ["contact", "description"])
@pytest.mark.parametrize("text", ["wait a minute", "are you there?", "how are you?", "fuck off", "???", "haha", "🦄"])
async def test_an_aside_is_no_contact_and_no_description(step: str, text: str) -> None:
    """Another topic answers it, and the request waits where it was."""
    assert await said(text, topic="escalation", step=step) is None


@pytest.mark.parametrize("text", ["no thanks", "ok", "thanks, bye", "спасибо, до свидания", "нет"])
async def test_who_is_done_is_let_go(text: str) -> None:
    outcome = await answer(text, topic="escalation", step="contact", described=True)
    assert outcome.events == ()
    assert outcome.state["step"] == "stored"


@pytest.mark.parametrize("text", ["terrible service", "it still does not work"])
async def test_a_complaint_belongs_into_the_request(text: str) -> None:
    outcome = await answer(text, topic="escalation", step="description", contact=None)
    assert outcome.events == (TicketWanted("asked_for_person", text),)


@pytest.mark.parametrize("text", ["are you a real person?", "есть кто живой?", "halo, jest tam ktoś?"])
async def test_to_wonder_who_is_there_is_not_to_ask_for_a_person(text: str) -> None:
    assert await said(text) is None
