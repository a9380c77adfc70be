"""What topics report is kept: answers with their rating, tickets that never double."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from bot.storage.events import keep
from bot.storage.store import Store
from bot.storage.tables import answers, tickets
from bot.storage.tickets import DESCRIPTION_LIMIT
from handlers.words import AnswerGiven, AnswerRated, Event, TicketWanted
from tests.bot.storage.rows import inbound, rows, take
from tests.fakes.clock import NOON


async def conversation(store: Store, address: str = "anna") -> int:
    return (await take(store, inbound(address=address))).conversation


async def report(store: Store, talk: int, event: Event) -> None:
    await store.write(partial(keep, conversation=talk, language="cs", event=event, now=NOON))


async def test_an_answer_is_kept_with_what_was_found(store: Store) -> None:
    talk = await conversation(store)
    await report(store, talk, AnswerGiven("kde?", "answer", 0.75, "opening-hours", "abc123", "en"))
    await report(store, talk, AnswerGiven("???", "abstain", 0.1))
    found, missing = await rows(store, answers)
    assert (found.question, found.entry, found.entry_version, found.entry_language) == (
        "kde?", "opening-hours", "abc123", "en",
    )  # fmt: skip
    assert (found.language, found.confidence, found.helped) == ("cs", 0.75, None)
    assert (missing.entry, missing.decision) == (None, "abstain")


async def test_a_rating_goes_to_the_last_answer_of_that_entry_in_that_talk(store: Store) -> None:
    anna, boris = await conversation(store), await conversation(store, "boris")
    given = AnswerGiven("q", "answer", 0.9, "returns", "v1", "en")
    for talk in (anna, anna, boris):
        await report(store, talk, given)
    await report(store, anna, AnswerRated("returns", "v1", helped=True))
    await report(store, anna, AnswerRated("another", "v1", helped=False))
    await report(store, anna, AnswerRated("returns", "v2", helped=False))
    assert [row.helped for row in await rows(store, answers)] == [None, True, None]


async def test_a_second_wish_for_a_person_adds_to_the_live_ticket(store: Store) -> None:
    """Nothing the customer said earlier is lost, and the priority never falls."""
    talk = await conversation(store)
    await report(store, talk, TicketWanted("safety", "smoke", priority="high"))
    await report(store, talk, TicketWanted("asked_for_person", "still smoke", "anna@example.com"))
    await report(store, talk, TicketWanted("asked_for_person", ""))
    (ticket,) = await rows(store, tickets)
    assert (ticket.status, ticket.priority, ticket.contact) == ("new", "high", "anna@example.com")
    assert ticket.description == "smoke\nstill smoke"


async def test_a_ticket_s_text_has_an_end(store: Store) -> None:
    talk = await conversation(store)
    for _ in range(3):
        await report(store, talk, TicketWanted("asked_for_person", "x" * 15_000))
    (ticket,) = await rows(store, tickets)
    assert len(ticket.description) == DESCRIPTION_LIMIT


async def test_many_at_once_make_one_ticket(store: Store) -> None:
    talk = await conversation(store)
    await asyncio.gather(*(report(store, talk, TicketWanted("asked_for_person", f"m{n}")) for n in range(20)))
    (ticket,) = await rows(store, tickets)
    assert ticket.description == "\n".join(f"m{number}" for number in range(20))


async def test_the_database_itself_refuses_a_second_live_ticket(store: Store) -> None:
    talk = await conversation(store)
    await report(store, talk, TicketWanted("asked_for_person", "help"))
    second = {
        "conversation_id": talk, "status": "open", "priority": "normal", "reason": "safety", "contact": None,
        "description": "", "created_at": NOON, "updated_at": NOON,
    }  # fmt: skip
    with pytest.raises(IntegrityError):
        await store.write(lambda connection: connection.execute(insert(tickets), second))
    await store.write(lambda connection: connection.execute(tickets.update().values(status="closed")))
    await report(store, talk, TicketWanted("asked_for_person", "again"))
    assert [row.status for row in await rows(store, tickets)] == ["closed", "new"]
