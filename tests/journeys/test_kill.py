"""Kill -9 at any instant, and SIGTERM under load: nothing accepted is lost, nothing is done twice.

The real server runs as a process; visitors write over HTTP with ids of their own and, like the widget, post a
message again with the same id until they hear 202.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.fakes.process import Bot

pytestmark = pytest.mark.server

VISITORS = 20
KILLS = 50
SEED = 20260302
QUESTIONS = ("How do I make a complaint?", "Jak uplatnit kupon?", "Какие документы нужны для рекламации?", "Hello!")


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Bot]:
    started = Bot(tmp_path)
    yield started
    started.end()


@dataclass
class Visitor:
    """One customer, who writes without end and insists on a 202."""

    url: str
    session: aiohttp.ClientSession
    up: asyncio.Event  # the server is there: to hammer at a closed door only heats the room
    dice: random.Random
    accepted: list[tuple[str, int]] = field(default_factory=list)  # text, seq
    token: str = ""
    repeated: int = 0  # how often a message had to be posted again

    async def write_until(self, over: asyncio.Event) -> None:
        """Write one message after the other; the last one is seen through to its 202."""
        self.token = (await self._insist("/api/v1/visitors", {}))["token"]
        number = 0
        while not over.is_set():
            number += 1
            text = f"{self.dice.choice(QUESTIONS)} ({number})"
            answer = await self._insist("/api/v1/messages", {"id": f"m{number}", "text": text})
            self.accepted.append((text, answer["seq"]))
            await asyncio.sleep(self.dice.random() * 0.2)

    async def _insist(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        while True:
            await self.up.wait()
            with contextlib.suppress(aiohttp.ClientError, TimeoutError, OSError):
                async with self.session.post(self.url + path, json=body, headers=headers) as response:
                    if response.status in (201, 202):
                        found: dict[str, Any] = await response.json()
                        return found
                    assert response.status >= 500, await response.text()
            self.repeated += 1
            await asyncio.sleep(0.02)

    async def read(self) -> list[dict[str, Any]]:
        """The whole talk, by number."""
        found: list[dict[str, Any]] = []
        headers = {"Authorization": f"Bearer {self.token}"}
        while True:
            after = {"after": found[-1]["seq"] if found else 0}
            async with self.session.get(f"{self.url}/api/v1/messages", params=after, headers=headers) as response:
                assert response.status == 200
                page = (await response.json())["messages"]
            if not page:
                return found
            found += page


@asynccontextmanager
async def visitors(bot: Bot, up: asyncio.Event, over: asyncio.Event) -> AsyncIterator[list[Visitor]]:
    """Twenty visitors who write until `over`."""
    timeout = aiohttp.ClientTimeout(total=10)
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(timeout=timeout, connector=connector) as session:
        found = [Visitor(bot.url, session, up, random.Random(SEED + number)) for number in range(VISITORS)]
        writing = [asyncio.create_task(visitor.write_until(over)) for visitor in found]
        try:
            yield found
            await asyncio.gather(*writing)
        finally:
            for task in writing:
                task.cancel()
            await asyncio.gather(*writing, return_exceptions=True)


def unhandled(bot: Bot) -> int:
    with contextlib.closing(sqlite3.connect(bot.database)) as connection:
        return int(connection.execute("SELECT count(*) FROM inbox WHERE handled_at IS NULL").fetchone()[0])


def parked(bot: Bot) -> int:
    with contextlib.closing(sqlite3.connect(bot.database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return int(connection.execute("SELECT count(*) FROM inbox WHERE parked IS NOT NULL").fetchone()[0])


def check(visitor: Visitor, said: list[dict[str, Any]]) -> None:
    """Every accepted message once, in the order sent, under the number that the 202 named, and answered once."""
    assert [message["seq"] for message in said] == list(range(1, len(said) + 1))
    customer = [message for message in said if message["author"] == "customer"]
    answers = [message for message in said if message["author"] == "bot"]
    assert [(message["text"], message["seq"]) for message in customer] == visitor.accepted
    assert [message["reply_to"] for message in answers] == [message["seq"] for message in customer]


async def all_answered(bot: Bot) -> None:
    async with asyncio.timeout(30):
        while unhandled(bot):  # noqa: ASYNC110 - another process handles them
            await asyncio.sleep(0.1)


async def test_kill_minus_nine_at_fifty_random_instants(bot: Bot) -> None:
    """A message lost between 202 and the disk, or answered twice after a restart, shows here."""
    dice = random.Random(SEED)
    up, over = asyncio.Event(), asyncio.Event()
    async with visitors(bot, up, over) as people:
        for _ in range(KILLS):
            bot.start()
            if dice.random() < 0.25:  # while it starts
                await asyncio.sleep(dice.random())
            else:
                await asyncio.to_thread(bot.wait)
                up.set()
                await asyncio.sleep(dice.random() * 0.4)
            up.clear()
            bot.kill()
        bot.start()
        await asyncio.to_thread(bot.wait)
        up.set()
        over.set()
    await all_answered(bot)
    async with aiohttp.ClientSession() as session:
        for visitor in people:
            visitor.session = session
            check(visitor, await visitor.read())
    assert parked(bot) == 0
    assert sum(len(visitor.accepted) for visitor in people) > 10 * VISITORS  # there was a load worth the name
    assert sum(visitor.repeated for visitor in people) > KILLS / 2  # and the kills hit it
    assert bot.stop()[0] == 0


async def test_sigterm_under_load_ends_within_five_seconds_and_leaves_nothing_unanswered(bot: Bot) -> None:
    up, over = asyncio.Event(), asyncio.Event()
    await asyncio.to_thread(bot.start)
    await asyncio.to_thread(bot.wait)
    up.set()
    async with visitors(bot, up, over) as people:
        await asyncio.sleep(1.5)
        stopping = asyncio.create_task(asyncio.to_thread(bot.stop))
        await asyncio.sleep(0.2)
        up.clear()
        status, seconds = await stopping
        left = unhandled(bot)
        bot.start()
        await asyncio.to_thread(bot.wait)
        up.set()
        over.set()
    assert status == 0
    assert seconds < 5
    assert left == 0  # what was accepted was finished before the end
    await all_answered(bot)
    async with aiohttp.ClientSession() as session:
        for visitor in people:
            visitor.session = session
            check(visitor, await visitor.read())
    assert sum(len(visitor.accepted) for visitor in people) > VISITORS
    assert "Traceback" not in bot.log.read_text("utf-8")
