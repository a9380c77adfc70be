"""Ten thousand updates, each delivered one to five times, at the same time and in any order: each is handled once."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from pathlib import Path
from typing import Any

import aiogram
import pytest

from bot.channels.telegram.door import TelegramDoor
from tests.fakes.telegram import Telegram
from tests.journeys.shop import Shop, in_a_hurry, open_shop

pytestmark = pytest.mark.server

UPDATES, CUSTOMERS, AT_ONCE = 10_000, 500, 16
SEED = 20261124


def deliveries(raws: list[dict[str, Any]], dice: random.Random) -> list[list[dict[str, Any]]]:
    """Each update one to five times, shuffled, in batches of one (as a webhook brings them) to a hundred (a poll)."""
    copies = [raw for raw in raws for _ in range(dice.randint(1, 5))]
    dice.shuffle(copies)
    found = []
    while copies:
        size = dice.choice((1, 1, 1, 10, 100))
        found.append(copies[:size])
        copies = copies[size:]
    return found


async def no_sign_of_typing(*_: object) -> None:
    """Half of all calls, and nothing that is asked about here."""


async def test_ten_thousand_updates_are_ten_thousand_rows_and_one_reply_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_a_hurry(monkeypatch)
    monkeypatch.setattr(aiogram.Bot, "send_chat_action", no_sign_of_typing)
    dice = random.Random(SEED)
    async with Telegram() as fake:
        fake.rates.off()
        async with open_shop(fake, tmp_path) as shop:
            people = [fake.user(1000 + number, f"Customer{number}") for number in range(CUSTOMERS)]
            queue = shop.customers.queue
            raws: list[dict[str, Any]] = []
            with monkeypatch.context() as aside:  # nothing of it comes by the usual way
                aside.setattr(queue, "put", lambda kind, _lane, body: raws.append({kind: body}))
                for number in range(UPDATES):
                    people[number % CUSTOMERS].says("/help", shop.customers)
            ids = dice.sample(range(10**6, 10**9), UPDATES)
            raws = [{"update_id": id} | raw for id, raw in zip(ids, raws, strict=True)]
            await deliver(shop, deliveries(raws, dice))
            await shop.quiet(90)
            rows = "SELECT count(*), count(DISTINCT update_id) FROM updates WHERE bot_id = 100"
            assert await shop.one(rows) == (UPDATES, UPDATES)
            assert await shop.one("SELECT count(*) FROM inbox WHERE parked IS NULL") == (UPDATES,)
            once = "SELECT n, count(*) FROM (SELECT count(*) AS n FROM messages WHERE author = 'bot'"
            assert await shop.all(f"{once} GROUP BY conversation_id, reply_to) GROUP BY n") == [(1, UPDATES)]
            heard = Counter(one.chat.id for person in people for one in person.chat_with(shop.customers).messages
                            if one.sender is shop.customers)  # fmt: skip
            assert heard == Counter({person.id: UPDATES // CUSTOMERS for person in people})


async def deliver(shop: Shop, batches: list[list[dict[str, Any]]]) -> None:
    """Several at a time, as webhooks come."""
    door = shop.app.channels["telegram"]
    assert isinstance(door, TelegramDoor)
    left = iter(batches)

    async def work() -> None:
        for batch in left:
            await door.updates.receive(batch)

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
