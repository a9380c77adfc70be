"""Threats and demands."""

from __future__ import annotations

import pytest

from handlers.router import find_topics, route
from handlers.services import Found
from handlers.topics import claim
from handlers.words import TICKET, AnswerGiven, TicketWanted
from tests.fakes.services import FakeServices, a_page, a_turn, labels

THREAT = "I will sue you, write to jane@example.com"
LEAKS = Found("answer", 0.9, "leaks")


async def test_a_person_hears_of_it_with_everything_said_before() -> None:
    services = FakeServices(answers={THREAT: Found("suggest", 0.2, "leaks", ("leaks",))})
    outcome = await claim.handle(a_turn(THREAT, state={"question": "water everywhere"}, services=services))
    assert outcome is not None
    wanted = TicketWanted("claim_or_law", f"water everywhere\n{THREAT}", "jane@example.com", "high")
    assert outcome.events == (AnswerGiven(THREAT, "abstain", 0.2), wanted)
    assert TICKET in outcome.replies[0].text
    assert "jane@example.com" in outcome.replies[0].text
    assert outcome.replies[0].choices == ()  # nobody who threatens is asked whether they meant something else


async def test_the_answer_is_given_all_the_same() -> None:
    services = FakeServices(answers={THREAT: LEAKS}, pages={"leaks": a_page("leaks")})
    outcome = await claim.handle(a_turn(THREAT, services=services))
    assert outcome is not None
    told, shown = outcome.replies
    assert (TICKET in told.text, "Text of leaks." in shown.text) == (True, True)
    assert labels(outcome) == ["rate:yes:leaks:0badcafe", "rate:no:leaks:0badcafe"]
    assert [type(event) for event in outcome.events] == [AnswerGiven, TicketWanted]


async def test_an_answer_that_is_gone_is_none() -> None:
    outcome = await claim.handle(a_turn(THREAT, services=FakeServices(answers={THREAT: LEAKS})))
    assert outcome is not None
    assert outcome.events[0] == AnswerGiven(THREAT, "abstain", 0.9)


@pytest.mark.parametrize("text", ["", "/start lawyer", "my washing machine leaks", "what does an ombudsman do?"])
async def test_what_is_no_threat(text: str) -> None:
    assert await claim.handle(a_turn(text)) is None


async def test_a_number_beside_a_threat_does_not_hide_it() -> None:
    services = FakeServices(answers={"AC-000003: I will sue you": Found("abstain", 0.1, None)})
    outcome = await route(a_turn("AC-000003: I will sue you", services=services), find_topics())
    assert [type(event) for event in outcome.events] == [AnswerGiven, TicketWanted]


async def test_a_button_is_no_threat() -> None:
    assert await claim.handle(a_turn(THREAT, choice="again")) is None
