"""Updates that come again, at once and out of order: one row and one reply each."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.storage.tables import inbox, updates
from bot.web.webhook import SECRET_HEADER
from tests.bot.channels.telegram.conftest import SECRET, Shop, running
from tests.bot.storage.rows import rows
from tests.fakes.site import browser
from tests.fakes.telegram import Fault, Person, Telegram

PEOPLE, EACH = 50, 20


async def one_row_and_one_reply_each(fake: Telegram, shop: Shop, people: list[Person]) -> None:
    await fake.until(lambda: all(len(person.chat_with().messages) >= 2 * EACH for person in people), 120)
    await shop.quiet(people[0])
    assert len(await rows(shop.app.store, updates)) == PEOPLE * EACH
    assert len(await rows(shop.app.store, inbox)) == PEOPLE * EACH
    assert len(fake.called("sendMessage")) == PEOPLE * EACH
    assert {len(person.chat_with().messages) for person in people} == {2 * EACH}


async def test_fetched_again_and_again(fake: Telegram, tmp_path: Path) -> None:
    """A confirmation that is lost, an update that comes after it was confirmed, a batch in any order."""
    shares = {Fault.DUPLICATE: 0.2, Fault.SHUFFLE: 0.4, Fault.REPEAT: 0.5}
    fake.faults.at_random(1, shares, "getUpdates")
    people = [fake.user(1000 + number, f"P{number}") for number in range(PEOPLE)]
    for number in range(EACH):
        for person in people:
            person.says(f"hello {number}")
    async with running(fake, tmp_path) as shop:
        await one_row_and_one_reply_each(fake, shop, people)
        assert all(fake.faults.happened["getUpdates", fault] for fault in shares)
        for person in people[:10]:
            said = [message.text for message in await shop.talk(person) if message.author == "customer"]
            assert said == [f"hello {number}" for number in range(EACH)]
        fake.faults.stop()


async def test_delivered_again_and_again(fake: Telegram, tmp_path: Path) -> None:
    """Each one to five times, many at once, in no order at all."""
    chance = random.Random(2)
    people = [fake.user(1000 + number, f"P{number}") for number in range(PEOPLE)]
    raws = [raw for person in people for raw in said_by(fake, person)]
    many = [raw for raw in raws for _ in range(chance.randint(1, 5))]
    chance.shuffle(many)
    async with running(fake, tmp_path, "webhook") as shop:
        url = shop.app.settings.web.public_url
        async with browser(url, headers={SECRET_HEADER: SECRET}) as http:
            statuses = Counter(await in_a_crowd(http, many, 30))
        assert statuses == {200: len(many)}
        await one_row_and_one_reply_each(fake, shop, people)


def said_by(fake: Telegram, person: Person) -> list[dict[str, Any]]:
    """What Telegram would tell of what they say; nobody has fetched it."""
    queue = fake.world.bots["100:customers"].queue
    for number in range(EACH):
        person.says(f"hello {number}")
    found = [update.json() for update in queue.pending]
    queue.drop()
    return found


async def in_a_crowd(http: aiohttp.ClientSession, raws: list[dict[str, Any]], width: int) -> list[int]:
    left = iter(raws)

    async def work() -> list[int]:
        statuses = []
        for raw in left:
            async with http.post("/telegram/customers", json=raw) as response:
                statuses.append(response.status)
        return statuses

    return [status for found in await asyncio.gather(*(work() for _ in range(width))) for status in found]


@pytest.mark.parametrize("fault", [Fault.DUPLICATE, Fault.REORDER, Fault.SHUFFLE])
async def test_a_webhook_s_own_tempers(fake: Telegram, tmp_path: Path, fault: Fault) -> None:
    fake.faults.at_random(3, {fault: 0.5}, "webhook")
    people = [fake.user(1000 + number, f"P{number}") for number in range(10)]
    async with running(fake, tmp_path, "webhook") as shop:
        for number in range(EACH):
            for person in people:
                person.says(f"hello {number}")
        await fake.until(lambda: all(len(person.chat_with().messages) == 2 * EACH for person in people), 60)
        await shop.quiet(people[0])
        for person in people:
            said = [message.text for message in await shop.talk(person) if message.author == "customer"]
            assert sorted(said) == sorted(f"hello {number}" for number in range(EACH))
            assert said == [f"hello {number}" for number in range(EACH)] or fault is Fault.SHUFFLE
        fake.faults.stop()
