"""Topics and agents in the database, on both kinds of it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from bot.storage.agents import add_agent, agents_named, know_agent, list_agents, remove_agent
from bot.storage.finding import customer_of, search_tickets
from bot.storage.marks import add_tags, set_language, set_priority
from bot.storage.standings import posted, standing_of, whose
from bot.storage.store import Store
from bot.storage.tables import desk_threads, tickets
from bot.storage.threads import (
    begin_topic,
    by_hand,
    forget_topics,
    group_moved,
    homeless,
    most_urgent,
    settle,
    shows,
    ticket_in,
    topic_gone,
    topic_made,
    topic_refused,
)
from bot.storage.tickets import open_or_extend
from handlers.words import TicketWanted
from tests.bot.storage.rows import inbound, rows, take
from tests.fakes.clock import NOON

GROUP = -1001


async def a_ticket(store: Store, address: str = "anna", text: str = "It leaks 100%") -> int:
    talk = (await take(store, inbound("m1", text, address))).conversation
    wanted = TicketWanted("asked_for_person", text, f"{address}@example.com")
    return await store.write(partial(open_or_extend, conversation=talk, language="en", wanted=wanted, now=NOON))


async def a_topic(store: Store, topic: int = 7) -> int:
    number = await a_ticket(store)
    await store.write(partial(settle, numbers=[number], group=GROUP, now=NOON))
    await store.write(partial(topic_made, number=number, group=GROUP, topic=topic, title="AC-1"))
    return number


async def test_a_ticket_is_homeless_until_it_is_settled_once(store: Store) -> None:
    number = await a_ticket(store)
    assert [found for found, _ in await store.read(homeless)] == [number]
    for group in (GROUP, -1002):
        await store.write(partial(settle, numbers=[number], group=group, now=NOON))
    assert await store.read(homeless) == []
    assert [row.group_id for row in await rows(store, desk_threads)] == [GROUP]
    assert await store.read(partial(most_urgent, group=GROUP, besides=())) == number
    assert await store.read(partial(most_urgent, group=GROUP, besides=(number,))) is None
    assert await store.read(partial(most_urgent, group=-1002, besides=())) is None


async def test_a_topic_is_begun_by_one(store: Store) -> None:
    """Two processes, or one before and after a crash: else a ticket has two topics."""
    number = await a_ticket(store)
    await store.write(partial(settle, numbers=[number], group=GROUP, now=NOON))

    async def begin(seconds: float) -> bool:
        now = NOON + timedelta(seconds=seconds)
        given_up = now - timedelta(seconds=10)
        return await store.write(partial(begin_topic, number=number, title="AC-1", now=now, given_up=given_up))

    assert await begin(0)
    assert not await begin(9)
    assert await begin(10)  # nobody told of it
    await store.write(partial(topic_refused, number=number))
    assert await begin(11)
    await store.write(partial(topic_made, number=number, group=GROUP, topic=7, title="AC-1"))
    assert not await begin(60)


async def test_the_first_topic_told_of_is_the_tickets(store: Store) -> None:
    number = await a_topic(store, 7)
    made = partial(topic_made, number=number, group=GROUP, title="AC-1")
    assert await store.write(partial(made, topic=8)) == 7
    assert await store.write(partial(topic_made, number=number, group=-1002, topic=8, title="x")) is None
    assert await store.read(partial(ticket_in, group=GROUP, topic=7)) == number
    assert await store.read(partial(ticket_in, group=GROUP, topic=8)) is None


async def test_what_is_shown_is_not_to_be_shown_again_until_the_topic_is_gone(store: Store) -> None:
    number = await a_topic(store)
    before = await store.read(partial(standing_of, number=number))
    assert [line.text for line in before.lines] == ["It leaks 100%"]
    await store.write(partial(posted, standing=before, post=12, lines=before.lines, seen=1))
    await store.write(partial(shows, number=number, version=before.ticket.version))
    assert (await store.read(partial(standing_of, number=number))).lines == ()
    assert await store.read(partial(most_urgent, group=GROUP, besides=())) is None
    await store.write(partial(topic_gone, number=number))
    after = await store.read(partial(standing_of, number=number))
    assert (after.lines, after.arrived, after.thread.topic) == (before.lines, 0, None)


async def test_changes_by_hand_and_a_new_number_of_the_group(store: Store) -> None:
    number = await a_topic(store)
    await store.write(partial(by_hand, group=GROUP, topic=7, title="Lunch", closed=True))
    thread = (await store.read(partial(standing_of, number=number))).thread
    assert (thread.title, thread.is_closed, thread.version) == ("Lunch", True, 0)
    await store.write(partial(group_moved, old=GROUP, new=-1009))
    assert await store.read(partial(ticket_in, group=-1009, topic=7)) == number
    assert await store.write(forget_topics) == 1
    assert [found for found, _ in await store.read(homeless)] == [number]


async def test_agents_come_go_and_come_back(store: Store) -> None:
    jana = await store.write(partial(add_agent, name="Jana", telegram_id=71, now=NOON))
    ben = await store.write(partial(add_agent, name="Ben", telegram_id=None, now=NOON))
    await store.write(partial(add_agent, name="Benjamin", telegram_id=None, now=NOON))
    named = partial(agents_named, name=" ben ")
    assert [agent.id for agent in await store.read(named)] == [ben.id]
    assert len(await store.read(partial(agents_named, name="b"))) == 2
    assert await store.read(partial(agents_named, name="")) == []
    assert await store.write(partial(remove_agent, number=jana.id, now=NOON))
    assert not await store.write(partial(remove_agent, number=jana.id, now=NOON))
    known = await store.write(partial(know_agent, name="Jana", telegram_id=71, now=NOON))
    assert known.is_removed
    assert len(await store.read(list_agents)) == 2
    back = await store.write(partial(add_agent, name="Jana K.", telegram_id=71, now=NOON))
    assert (back.id, back.name, back.is_removed) == (jana.id, "Jana K.", False)


async def test_search_takes_words_as_they_are(store: Store) -> None:
    number = await a_ticket(store)
    await a_ticket(store, "ben", "Чайник течёт")

    async def found(words: str) -> list[int]:
        return [one.number for one in await store.read(partial(search_tickets, words=words))]

    assert await found("100%") == [number]
    assert await found("LEAKS") == [number]
    assert await found("чайник") == [number + 1]
    assert await found("ben@example") == [number + 1]
    assert await found("_") == []
    assert await found("it%leaks") == []


async def test_marks_raise_the_version(store: Store) -> None:
    number = await a_ticket(store)
    for write in (
        partial(set_priority, number=number, priority="high"),
        partial(add_tags, number=number, words=["#Kettle", "leak", "kettle"]),
        partial(set_language, number=number, language="kk"),
    ):
        await store.write(write)
    row = (await rows(store, tickets))[0]
    assert (row.priority, row.tags, row.version) == ("high", ["kettle", "leak"], 4)
    customer = await store.read(partial(customer_of, number=number))
    assert (customer.language, customer.contact) == ("kk", "anna@example.com")
    assert (await store.read(partial(whose, number=number))).address == "anna"
