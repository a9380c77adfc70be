"""Kill -9 at any instant while customers and agents write in Telegram and Telegram itself stumbles.

No message that was accepted is lost, none is handled twice, the order of each talk is kept, every ticket has one topic,
and what Telegram shows twice is what it had taken without our hearing of it.
"""

from __future__ import annotations

import asyncio
import os
import random
import sqlite3
import sys
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.forking import ForkedBot
from tests.fakes.telegram import Fault, Group, Message, Person, Telegram
from tests.fakes.telegram.things import Bot

pytestmark = pytest.mark.server

CUSTOMERS, AGENTS = 30, 3
KILLS = int(os.environ.get("AFTERCARE_TEST_KILLS", "25"))
SEED = 20261122
FORUM = -1001000000001
WORDS = ("How do I make a complaint?", "Jak uplatnit kupon?", "Какие документы нужны для рекламации?", "Hello!")
PERSON = "I want to talk to a person"
TROUBLE = {Fault.TOO_MANY: 0.01, Fault.BAD_GATEWAY: 0.02, Fault.DROPPED_AFTER: 0.01, Fault.DROPPED_BEFORE: 0.01,
           Fault.DUPLICATE: 0.05, Fault.REORDER: 0.05, Fault.REPEAT: 0.05}  # fmt: skip


@dataclass
class Load:
    """Who writes, and what they wrote."""

    fake: Telegram
    group: Group
    dice: random.Random
    customers: list[Person]
    agents: list[Person]
    said: dict[int, list[Message]] = field(default_factory=lambda: defaultdict(list))  # by customer
    answered: list[Message] = field(default_factory=list)  # by agents, into topics
    kills: list[float] = field(default_factory=list)

    async def customer(self, person: Person, over: asyncio.Event) -> None:
        while not over.is_set():
            number = len(self.said[person.id]) + 1
            words = PERSON if number == 3 else f"{self.dice.choice(WORDS)} ({number})"
            self.said[person.id].append(person.says(words))
            await asyncio.sleep(self.dice.uniform(0.2, 2))

    async def agent(self, person: Person, over: asyncio.Event) -> None:
        while not over.is_set():
            await asyncio.sleep(self.dice.uniform(0.3, 1))
            topics = [topic for topic in self.group.open_topics if topic.name.find("AC-") >= 0]
            if topics:
                topic = self.dice.choice(topics)
                words = f"answer {len(self.answered) + 1} of {person.name}"
                self.answered.append(person.writes(topic, words))


@pytest.fixture
async def load() -> AsyncIterator[Load]:
    async with Telegram() as fake:
        fake.rates.group = fake.rates.chat = fake.rates.overall = False
        customers, desk = fake.bot("100:customers"), fake.bot("200:desk", "Desk")
        group = fake.group(FORUM)
        agents = [fake.user(500 + number, f"Agent{number}") for number in range(AGENTS)]
        group.add(desk, *agents)
        group.promote(desk)
        for agent in agents:
            group.promote(agent)
        people = [fake.user(1000 + number, f"Customer{number}") for number in range(CUSTOMERS)]
        for person in people:
            person.starts(bot=customers)
        yield Load(fake, group, random.Random(SEED), people, agents)


@pytest.fixture
async def bot(tmp_path: Path, load: Load) -> AsyncIterator[ForkedBot]:
    telegram = f'''[telegram.customers]
token = "100:customers"
api_base = "{load.fake.url}"
[telegram.desk]
token = "200:desk"
api_base = "{load.fake.url}"
group_id = {FORUM}
'''
    started = await asyncio.to_thread(ForkedBot, tmp_path, telegram)
    yield started
    await asyncio.to_thread(started.end)


def rows(bot: ForkedBot, query: str) -> list[Any]:
    with sqlite3.connect(f"file:{bot.database}?mode=ro", uri=True, timeout=20) as connection:
        connection.row_factory = sqlite3.Row
        return list(connection.execute(query))


def left(bot: ForkedBot) -> dict[str, int]:
    """What still waits to be done."""
    queries = {
        "updates": "SELECT count(*) FROM updates WHERE handled_at IS NULL",
        "inbox": "SELECT count(*) FROM inbox WHERE handled_at IS NULL",
        "outbox": "SELECT count(*) FROM outbox WHERE status = 'waiting'",
        "topics": "SELECT count(*) FROM tickets t LEFT JOIN desk_threads d ON d.ticket_id = t.id"
        " WHERE d.version IS NULL OR d.version < t.version",
    }
    return {name: rows(bot, query)[0][0] for name, query in queries.items()}


def pending(load: Load) -> int:
    """Updates that nobody fetched yet."""
    return sum(len(one.queue.pending) for one in load.fake.world.bots.values())


async def until_done(bot: ForkedBot, load: Load, seconds: float = 90) -> None:
    async with asyncio.timeout(seconds):
        while True:
            if not any((await asyncio.to_thread(left, bot)).values()) and not pending(load):
                return
            await asyncio.sleep(0.5)


async def test_killed_at_any_instant_nothing_is_lost_and_nothing_done_twice(bot: ForkedBot, load: Load) -> None:
    over = asyncio.Event()
    await asyncio.to_thread(bot.start)
    await asyncio.sleep(3)  # the first start sets up the database and reads the articles
    load.fake.faults.at_random(SEED, TROUBLE)
    writing = [asyncio.create_task(load.customer(person, over)) for person in load.customers]
    writing += [asyncio.create_task(load.agent(person, over)) for person in load.agents]
    for _ in range(KILLS):
        await asyncio.sleep(load.dice.uniform(0.3, 2.5))
        await asyncio.to_thread(bot.kill)
        load.kills.append(load.fake.world.now())
        await asyncio.to_thread(bot.start)
    over.set()
    await asyncio.gather(*writing)
    load.fake.faults.stop()
    try:
        await until_done(bot, load)
    except TimeoutError:
        pytest.fail(f"left over: {left(bot)}\n{bot.log.read_text('utf-8')[-4000:]}")
    parked = rows(bot, "SELECT parked FROM updates WHERE parked IS NOT NULL")
    assert parked == []
    everything_stored_once_in_order(bot, load)
    each_ticket_has_one_topic(bot, load)
    twice, lost = answers_reached_customers(bot, load), lost_answers(load)
    unexplained = [message for message in twice if not any(kill - 1 <= message.at <= kill for kill in load.kills)]
    assert len(unexplained) <= lost, "sent twice although the bot had heard that it was taken"
    tell_figures(bot, load, lost, len(twice))


def lost_answers(load: Load) -> int:
    happened = load.fake.faults.happened
    return sum(
        count for (method, fault), count in happened.items() if fault is Fault.DROPPED_AFTER and "send" in method
    )


def tell_figures(bot: ForkedBot, load: Load, lost: int, twice: int) -> None:
    """For who runs it with `-s`, or measures with AFTERCARE_TEST_KILLS=100."""
    said, tickets = sum(map(len, load.said.values())), len(rows(bot, "SELECT id FROM tickets"))
    sys.stdout.write(
        f"{KILLS} kills, {said} messages of customers, {len(load.answered)} of agents, {tickets} tickets;"
        f" {lost} answers of Telegram lost, {twice} messages shown twice\n"
    )


def everything_stored_once_in_order(bot: ForkedBot, load: Load) -> None:
    stored = rows(
        bot,
        "SELECT c.address, m.text FROM messages m JOIN conversations t ON t.id = m.conversation_id"
        " JOIN contacts c ON c.id = t.contact_id WHERE m.author = 'customer' ORDER BY m.seq",
    )
    for person in load.customers:
        expected = ["/start", *(message.text for message in load.said[person.id])]
        assert [row["text"] for row in stored if row["address"] == str(person.id)] == expected
    by_agents = rows(bot, "SELECT text FROM messages WHERE author = 'agent' AND visibility = 'public'")
    assert Counter(row["text"] for row in by_agents) == Counter(message.text for message in load.answered)
    answers = rows(
        bot,
        "SELECT conversation_id, reply_to, count(*) AS n FROM inbox i JOIN messages m USING (conversation_id)"
        " WHERE m.author = 'bot' AND m.reply_to IS NOT NULL GROUP BY i.id, m.seq HAVING n > 1",
    )
    assert answers == [], "a message was answered twice"


def answers_reached_customers(bot: ForkedBot, load: Load) -> list[Message]:
    """Each public word of the bot and the agents is in the customer's chat, in order. Returned are those shown twice.

    A message in a chat that the database does not know was taken by Telegram without our hearing of it.
    """
    stored = by_address(
        bot,
        "SELECT c.address, m.seq FROM messages m JOIN conversations t ON t.id = m.conversation_id"
        " JOIN contacts c ON c.id = t.contact_id"
        " WHERE m.author <> 'customer' AND m.visibility = 'public' ORDER BY m.seq",
    )
    known = by_address(bot, "SELECT address, external_id, seq FROM copies WHERE channel = 'telegram'")
    twice: list[Message] = []
    for person in load.customers:
        address = str(person.id)
        place = {int(row["external_id"]): row["seq"] for row in known[address]}
        shown = [message for message in load.fake.chat(person.id).messages if isinstance(message.sender, Bot)]
        assert place.keys() <= {message.id for message in shown}
        in_order = [place[message.id] for message in shown if message.id in place]
        assert in_order == sorted(in_order)
        assert set(in_order) == {row["seq"] for row in stored[address]}, f"{person.name} did not get everything"
        unknown = [message for message in shown if message.id not in place]
        assert {message.text for message in unknown} <= {message.text for message in shown if message.id in place}
        twice += unknown
    return twice


def by_address(bot: ForkedBot, query: str) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows(bot, query):
        found[row["address"]].append(row)
    return found


def each_ticket_has_one_topic(bot: ForkedBot, load: Load) -> None:
    numbers = [f"AC-{row['id']:06d}" for row in rows(bot, "SELECT id FROM tickets")]
    assert len(numbers) >= CUSTOMERS * 0.9, "hardly anybody got to ask for a person"
    topics = [topic for topic in load.group.topics.values() if not topic.is_deleted]
    found = Counter(number for topic in topics for number in numbers if number in topic.name)
    assert found == Counter(numbers)
