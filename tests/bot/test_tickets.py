"""What desks do with tickets: stored once, told to the customer, and never two voices at once."""

from __future__ import annotations

import asyncio
import random
from functools import partial
from typing import cast

import pytest

from bot.storage.desk import Said
from bot.storage.events import keep
from bot.storage.store import Store
from bot.storage.tables import conversations, messages, outbox, tickets
from bot.tickets import Tickets
from handlers.rules.tickets import Refused
from handlers.services import Services
from handlers.words import TicketWanted
from tests.bot.storage.rows import inbound, rows, take
from tests.bot.storage.test_tickets import agent
from tests.fakes.clock import NOON, Clock
from tests.fakes.spine import PlainServices, Spine, until

WANTED = TicketWanted("asked_for_person", "It leaks.")


def a_desk(spine: Spine, clock: Clock) -> Tickets:
    services = cast(Services, PlainServices())
    return Tickets(spine.store, spine.hub, services, spine._pushes, spine._wake, clock)


async def opened(store: Store, channel: str = "website") -> int:
    """A conversation with a ticket, number 1."""
    talk = (await take(store, inbound(channel=channel))).conversation
    await store.write(partial(keep, conversation=talk, language="cs", event=WANTED, now=NOON))
    return talk


async def test_an_answer_reaches_a_listening_customer_and_is_stored_once(store: Store, clock: Clock) -> None:
    spine, petr = Spine(store, clock), await agent(store)
    await opened(store)
    heard: list[str] = []
    spine.hub.listen("website:anna", lambda posted: heard.extend(one.text for one in posted))
    desk = a_desk(spine, clock)
    first = await desk.answer(1, Said(petr, "desk:1", "Close the tap."))
    again = await desk.answer(1, Said(petr, "desk:1", "Close the tap."))
    assert first == again
    assert not isinstance(first, Refused)
    assert (first.author, first.seq) == ("agent", 2)
    assert set(heard) == {"Close the tap."}
    (ticket,) = await rows(store, tickets)
    assert (ticket.status, ticket.agent_id) == ("open", petr)
    assert [message.text for message in await spine.said()] == ["hello", "Close the tap."]
    assert await rows(store, outbox) == []


async def test_to_a_channel_that_calls_out_it_goes_through_the_outbox(store: Store, clock: Clock) -> None:
    spine, petr = Spine(store, clock), await agent(store)
    await opened(store, "telegram")
    desk = a_desk(spine, clock)
    await desk.answer(1, Said(petr, "desk:1", "Close the tap.", reply_to=1))
    talk = (await rows(store, conversations))[0].id
    await desk.edit(talk, 2, "Close the tap!")
    await desk.edit(talk, 2, "Close the tap!")
    found = [(row.key, row.message["text"], row.message["revision"]) for row in await rows(store, outbox)]
    assert found == [(f"{talk}:2", "Close the tap.", 0), (f"{talk}:2:1", "Close the tap!", 1)]
    assert spine.woken == 2


async def test_a_note_stays_inside(store: Store, clock: Clock) -> None:
    spine, petr = Spine(store, clock), await agent(store)
    await opened(store)
    desk = a_desk(spine, clock)
    await desk.note(1, Said(petr, "desk:1", "Third time this week."))
    await desk.note(1, Said(petr, "desk:1", "Third time this week."))
    assert [message.text for message in await spine.said()] == ["hello"]
    assert [(row.visibility, row.text) for row in await rows(store, messages) if row.author == "agent"] == [
        ("internal", "Third time this week.")
    ]
    assert (await rows(store, tickets))[0].status == "new", "a note is no answer"


async def test_the_customer_of_a_solved_ticket_is_asked(store: Store, clock: Clock) -> None:
    spine, petr = Spine(store, clock), await agent(store)
    await opened(store)
    await a_desk(spine, clock).act(1, "solve", petr)
    last = (await spine.said())[-1]
    assert (last.author, last.text) == ("bot", "tickets.solved [en]")
    assert [choice.id for choice in last.choices] == ["ticket:confirm:1", "ticket:reopen:1"]
    (row,) = await rows(store, conversations)
    assert [choice["id"] for choice in row.offered] == ["ticket:confirm:1", "ticket:reopen:1"]


async def test_what_may_not_be_is_refused_and_tells_the_customer_nothing(store: Store, clock: Clock) -> None:
    spine, petr = Spine(store, clock), await agent(store)
    await opened(store)
    desk = a_desk(spine, clock)
    await desk.act(1, "close", petr)
    assert isinstance(await desk.act(1, "solve", petr), Refused)
    assert isinstance(await desk.answer(1, Said(petr, "desk:1", "Hello?")), Refused)
    assert isinstance(await desk.answer(7, Said(petr, "desk:2", "Hello?")), Refused)
    assert isinstance(await desk.note(7, Said(petr, "desk:3", "Hello?")), Refused)
    assert [message.text for message in await spine.said()] == ["hello"]


async def test_a_customer_who_is_gone_is_told_to_the_desk(store: Store, clock: Clock) -> None:
    spine = Spine(store, clock)
    talk = await opened(store, "telegram")
    desk = a_desk(spine, clock)
    await desk.lost(talk)
    assert [row.text for row in await rows(store, messages) if row.visibility == "internal"] == [
        "desk.customer_gone [en]"
    ]
    await desk.act(1, "close", await agent(store))
    await desk.lost(talk)
    assert len([row for row in await rows(store, messages) if row.visibility == "internal"]) == 1


@pytest.mark.parametrize("seed", range(5))
async def test_the_bot_and_a_person_never_speak_at_the_same_time(store: Store, clock: Clock, seed: int) -> None:
    """Customer, bot and agents at random: from an agent's word until they let go, the bot says nothing of its own."""
    chance, spine, petr = random.Random(seed), Spine(store, clock), await agent(store)
    await opened(store)
    desk = a_desk(spine, clock)

    async def customer() -> None:
        for number in range(30):
            await spine.say(f"word {number}")
            await asyncio.sleep(chance.random() / 200)

    async def agents() -> None:
        for number in range(12):
            await asyncio.sleep(chance.random() / 50)
            await desk.answer(1, Said(petr, f"a{number}", f"answer {number}"))
            await asyncio.sleep(chance.random() / 50)
            await desk.remark(1, "let go")  # stands in the talk right before the bot may speak again
            await desk.act(1, "hand_back", petr)

    await asyncio.gather(customer(), agents())
    await until(lambda: not spine.worker._lanes)
    person_speaks, bots = False, 0
    for row in await rows(store, messages):
        if row.author == "agent":
            person_speaks = True
        elif row.visibility == "internal":
            person_speaks = False
        elif row.author == "bot":
            bots += 1
            assert not person_speaks, f"{row.text} came between"
    assert bots > 0
    assert sum(row.author == "customer" for row in await rows(store, messages)) == 31
