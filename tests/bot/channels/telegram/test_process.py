"""The bot as people run it, killed again and again while customers write in Telegram."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections import Counter
from pathlib import Path

import pytest

from tests.bot.channels.telegram.conftest import TOKEN
from tests.fakes.process import Bot as Process
from tests.fakes.telegram import Person, Telegram

PEOPLE, EACH, KILLS = 6, 12, 5


@pytest.mark.server
async def test_killed_in_the_middle_nothing_is_lost_and_nothing_done_twice(fake: Telegram, tmp_path: Path) -> None:
    """Only a send whose process died before it could note the answer may come twice."""
    fake.rates.off()
    chance = random.Random(4)
    process = Process(tmp_path, f'[telegram.customers]\ntoken = "{TOKEN}"\napi_base = "{fake.url}"\n')
    people = [fake.user(number, f"P{number}") for number in range(1, PEOPLE + 1)]
    process.start()
    try:
        writing = asyncio.create_task(they_write(people, chance))
        for _ in range(KILLS):
            done = len(fake.called("sendMessage"))
            await fake.until(lambda done=done: len(fake.called("sendMessage")) > done, 60)
            await asyncio.sleep(chance.random() * 0.3)
            await asyncio.to_thread(process.kill)
            process.start()
        await writing
        await fake.until(lambda: all(len(answers(person)) >= EACH for person in people), 120)
        await asyncio.sleep(1)
        status, seconds = await asyncio.to_thread(process.stop)
    finally:
        process.end()
    assert (status, seconds < 5) == (0, True)
    for person in people:
        counted = Counter(answers(person))
        assert stored(process.database, person) == [f"hello {number}" for number in range(EACH)]
        assert counted.total() <= EACH + KILLS
    assert sum(len(answers(person)) for person in people) <= PEOPLE * (EACH + KILLS)


async def they_write(people: list[Person], chance: random.Random) -> None:
    for number in range(EACH):
        for person in people:
            person.says(f"hello {number}")
        await asyncio.sleep(chance.random())


def answers(person: Person) -> list[str]:
    return [message.text for message in person.chat_with().messages if message.sender.is_bot]


def stored(database: Path, person: Person) -> list[str]:
    with sqlite3.connect(database) as connection:
        found = connection.execute(
            "SELECT m.text FROM messages m JOIN conversations c ON c.id = m.conversation_id"
            " JOIN contacts o ON o.id = c.contact_id WHERE o.address = ? AND m.author = 'customer' ORDER BY m.seq",
            (str(person.id),),
        )
        texts = [row[0] for row in found]
        unanswered = connection.execute("SELECT count(*) FROM inbox WHERE handled_at IS NULL").fetchone()[0]
    connection.close()
    assert unanswered == 0
    return texts
