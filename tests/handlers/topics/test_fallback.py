"""What nobody else answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from handlers.topics import fallback
from handlers.words import TICKET, Attachment, Outcome, TicketView, TicketWanted
from tests.fakes.services import a_ticket, a_turn, labels

PHOTO = Attachment("1", "photo.jpg", "image/jpeg", 10)


async def photo(text: str = "", tickets: tuple[TicketView, ...] = (), **state: Any) -> Outcome:
    turn = a_turn(text, state=state, tickets=tickets)
    return await fallback.handle(replace(turn, message=replace(turn.message, attachments=(PHOTO,))))


async def test_the_first_photo_is_asked_about_and_the_second_goes_to_a_person() -> None:
    first = await photo(question="q")
    assert (first.events, labels(first), first.state["question"]) == ((), ["person"], "q")
    second = await photo(**first.state)
    assert second.events == (TicketWanted("photo_only", ""),)
    assert TICKET in second.replies[0].text


@pytest.mark.parametrize("status", ["new", "open", "waiting_customer", "waiting_third_party", "reopened"])
async def test_a_photo_for_a_live_request_is_part_of_it(status: Any) -> None:
    outcome = await photo(tickets=(a_ticket(7, status),), topic="escalation", step="contact")
    assert outcome.events == ()
    assert "AC-000007" in outcome.replies[0].text
    assert outcome.state == {"topic": "escalation", "step": "contact"}  # it still waits for the contact


@pytest.mark.parametrize("status", ["solved", "closed"])
async def test_a_photo_after_that_is_asked_about(status: Any) -> None:
    assert (await photo(tickets=(a_ticket(7, status),))).state == {"files": True}
