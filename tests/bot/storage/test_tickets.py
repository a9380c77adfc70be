"""Tickets as stored: a log that leads to the status, one live ticket, and the right one to speak."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.storage.events import keep
from bot.storage.store import Store
from bot.storage.tables import agents, conversations, surveys, ticket_events, tickets
from bot.storage.tickets import act, customer_wrote, log_of, whole_standing
from handlers.rules.ownership import owner
from handlers.rules.tickets import ACTIONS, Action, Actor, Refused, TicketChanged, apply, replay
from handlers.words import AnswerGiven, Event, SurveyAnswered, TicketActed, TicketWanted
from tests.bot.storage.rows import inbound, rows, take
from tests.fakes.clock import NOON

WANTED = TicketWanted("asked_for_person", "It leaks.\nAll over the floor.")


async def conversation(store: Store, address: str = "anna") -> int:
    return (await take(store, inbound(address=address, text="It leaks."))).conversation


async def report(store: Store, talk: int, event: Event) -> None:
    await store.write(partial(keep, conversation=talk, language="cs", event=event, now=NOON))


async def agent(store: Store, name: str = "Petr") -> int:
    values = {"name": name, "telegram_id": None, "created_at": NOON, "removed_at": None}
    return int(await store.write(lambda c: c.execute(agents.insert().returning(agents.c.id), values).scalar_one()))


async def do(
    store: Store, action: Action, actor: Actor = "agent", by: int | None = None, number: int = 1, **detail: Any
) -> TicketChanged | Refused:
    return await store.write(partial(act, number=number, action=action, actor=actor, now=NOON, agent=by, detail=detail))


async def speaker(store: Store, talk: int) -> str:
    (found,) = [row.owner for row in await rows(store, conversations) if row.id == talk]
    return str(found)


async def test_a_ticket_opens_with_its_packet_its_log_and_a_person_owed(store: Store) -> None:
    talk = await conversation(store)
    await report(store, talk, AnswerGiven("My washing machine leaks", "answer", 0.9, "washer-leaks", "v1", "cs"))
    await report(store, talk, WANTED)
    (ticket,) = await rows(store, tickets)
    assert (ticket.subject, ticket.tier, ticket.agent_id) == ("My washing machine leaks", "basic", None)
    assert ticket.packet["questions"] == ["My washing machine leaks"]
    assert ticket.packet["answers"] == [{"entry": "washer-leaks", "language": "cs", "helped": None}]
    assert (ticket.packet["last_words"], ticket.packet["channel"]) == ("It leaks.", "website")
    (event,) = await rows(store, ticket_events)
    assert (event.seq, event.action, event.was, event.became) == (1, "create", None, "new")
    assert await speaker(store, talk) == "queued"


async def test_a_second_ticket_does_not_carry_the_first_ones_questions(store: Store) -> None:
    talk, petr = await conversation(store), await agent(store)
    later = NOON + timedelta(hours=1)
    await report(store, talk, AnswerGiven("My washing machine leaks", "answer", 0.9, "washer-leaks", "v1", "cs"))
    await report(store, talk, WANTED)
    await do(store, "solve", by=petr)
    asked = AnswerGiven("Where is my parcel?", "answer", 0.9, "order-tracking", "v1", "cs")
    for event in (asked, TicketWanted("asked_for_person", "parcel")):
        await store.write(partial(keep, conversation=talk, language="cs", event=event, now=later))
    second = (await rows(store, tickets))[-1]
    assert second.packet["questions"] == ["Where is my parcel?"]
    assert second.subject == "Where is my parcel?"


async def test_without_a_question_the_subject_is_the_first_line_of_the_request(store: Store) -> None:
    await report(store, await conversation(store), WANTED)
    assert [row.subject for row in await rows(store, tickets)] == ["It leaks."]


async def test_a_long_subject_ends_with_a_word(store: Store) -> None:
    await report(store, await conversation(store), TicketWanted("asked_for_person", "word " * 40))
    (ticket,) = await rows(store, tickets)
    assert ticket.subject.endswith("word…")
    assert len(ticket.subject) <= 80


async def test_who_takes_it_has_it_and_the_bot_is_silent_until_it_is_given_back(store: Store) -> None:
    talk, petr, jana = await conversation(store), await agent(store), await agent(store, "Jana")
    await report(store, talk, WANTED)

    async def stands() -> tuple[str, int | None, str]:
        (ticket,) = await rows(store, tickets)
        return ticket.status, ticket.agent_id, await speaker(store, talk)

    await do(store, "take", by=petr)
    assert await stands() == ("open", petr, "human")
    await do(store, "assign", by=petr, to=jana)
    assert await stands() == ("open", jana, "human")
    await do(store, "agent_wrote", by=petr)
    assert await stands() == ("open", jana, "human"), "to help out is not to take"
    await do(store, "hand_back", by=petr)
    assert await stands() == ("new", None, "queued")
    await do(store, "agent_wrote", by=petr)
    assert await stands() == ("open", petr, "human"), "who answers first has it"
    await do(store, "solve", by=petr)
    assert await stands() == ("solved", petr, "bot")
    await do(store, "reopen", "customer")
    assert await stands() == ("reopened", petr, "human")


async def test_a_word_of_the_customer_ends_the_waiting_for_them(store: Store) -> None:
    talk, petr = await conversation(store), await agent(store)
    await report(store, talk, WANTED)
    await do(store, "wait_for_customer", by=petr)
    before = (await rows(store, tickets))[0].version
    await store.write(partial(customer_wrote, conversation=talk, now=NOON))
    (ticket,) = await rows(store, tickets)
    assert (ticket.status, ticket.version) == ("open", before + 1)
    await store.write(partial(customer_wrote, conversation=talk, now=NOON))
    (ticket,) = await rows(store, tickets)
    assert (ticket.status, ticket.version) == ("open", before + 2), "desks have something to show all the same"
    assert len(await rows(store, ticket_events)) == 3


async def test_a_solved_ticket_is_not_opened_again_beside_a_newer_one(store: Store) -> None:
    talk, petr = await conversation(store), await agent(store)
    await report(store, talk, WANTED)
    await do(store, "solve", by=petr)
    await report(store, talk, WANTED)
    found = await do(store, "reopen", by=petr, number=1)
    assert isinstance(found, Refused)
    assert found.code == "exists"
    assert [row.status for row in await rows(store, tickets)] == ["solved", "new"]
    assert isinstance(await do(store, "take", by=petr, number=99), Refused)


async def test_closing_an_old_ticket_leaves_the_newer_one_to_its_agent(store: Store) -> None:
    talk, petr = await conversation(store), await agent(store)
    await report(store, talk, WANTED)
    await do(store, "solve", by=petr)
    await report(store, talk, WANTED)
    await do(store, "take", by=petr, number=2)
    await do(store, "close", by=petr, number=1)
    assert await speaker(store, talk) == "human"


async def test_nobody_acts_on_the_ticket_of_another(store: Store) -> None:
    """Numbers come from outside: whoever sends one may not own it."""
    anna, boris, petr = await conversation(store), await conversation(store, "boris"), await agent(store)
    await report(store, anna, WANTED)
    await do(store, "solve", by=petr)
    await report(store, boris, TicketActed(1, "reopen"))
    await report(store, boris, SurveyAnswered(1, 2, 1))
    assert [row.status for row in await rows(store, tickets)] == ["solved"]
    assert await rows(store, surveys) == []
    await report(store, anna, TicketActed(1, "reopen"))
    assert [row.status for row in await rows(store, tickets)] == ["reopened"]


async def test_a_survey_is_one_row_whose_parts_come_one_after_the_other(store: Store) -> None:
    talk, petr = await conversation(store), await agent(store)
    await report(store, talk, WANTED)
    await do(store, "solve", by=petr)
    for said in (
        SurveyAnswered(1, 2, score=2), SurveyAnswered(1, 2, tags=("slow",)), SurveyAnswered(1, 2, comment="A month!"),
        SurveyAnswered(1, 2, score=3),
    ):  # fmt: skip
        await report(store, talk, said)
    (row,) = await rows(store, surveys)
    assert (row.score, row.tags, row.comment, row.answered_at) == (3, ["slow"], "A month!", NOON)
    snapshot = (await store.read(partial(whole_standing, conversation=talk, now=NOON))).snapshot
    assert [(view.number, view.status, view.solved, view.score) for view in snapshot.tickets] == [(1, "solved", 2, 3)]


STEPS = st.lists(st.tuples(st.sampled_from(ACTIONS), st.sampled_from(["customer", "agent", "clock"])), max_size=25)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
async def test_whatever_is_tried_the_log_leads_to_the_status(
    sqlite_store: Store, steps: list[tuple[Action, Actor]]
) -> None:
    address = f"anna{len(await rows(sqlite_store, conversations))}"
    talk, petr = await conversation(sqlite_store, address), await agent(sqlite_store)
    await report(sqlite_store, talk, WANTED)
    number = (await rows(sqlite_store, tickets))[-1].id
    for action, actor in steps:
        was = (await rows(sqlite_store, tickets))[-1].status
        done = await do(sqlite_store, action, actor, petr if actor == "agent" else None, number, to=petr)
        expected = apply(was, action, actor)
        assert isinstance(done, Refused) == isinstance(expected, Refused)
        ticket = (await rows(sqlite_store, tickets))[-1]
        assert replay(await sqlite_store.read(partial(log_of, number=number))) == ticket.status
        assert ticket.status == (was if isinstance(expected, Refused) else expected)
        assert await speaker(sqlite_store, talk) == owner(ticket.status, ticket.agent_id is not None)


@pytest.mark.server
async def test_two_agents_at_once_write_one_log(postgresql_store: Store) -> None:
    import asyncio

    store = postgresql_store
    talk, petr, jana = await conversation(store), await agent(store), await agent(store, "Jana")
    await report(store, talk, WANTED)
    await asyncio.gather(*(do(store, "agent_wrote", by=who) for who in (petr, jana) * 10))
    assert [row.seq for row in await rows(store, ticket_events)] == list(range(1, 22))
