"""The bot joined as it runs, with the fake Telegram on the other side of the real aiogram."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from bot import polling, updates
from bot.app import App
from bot.channels.telegram import NAME, rates
from bot.commands.run import open_doors
from bot.ports import Posted
from bot.settings import Settings
from bot.storage import tables
from bot.storage.conversations import posted_after
from bot.storage.store import Store
from tests.bot.storage.rows import rows
from tests.fakes.site import NO_LIMITS, Clock, free_port, small_mind
from tests.fakes.telegram import Bot, Person, Telegram

TOKEN = "100:customers"
SECRET = "a-long_random-Word-0123456789"


@dataclass
class Shop:
    """A running bot of a shop."""

    app: App
    clock: Clock

    async def talk(self, person: Person) -> list[Posted]:
        """What is stored of a talk."""
        found: list[Posted] = []
        while True:
            after = found[-1].seq if found else 0
            page = await self.app.store.read(partial(posted_after, channel=NAME, address=str(person.id), after=after))
            if not page:
                return found
            found += page

    async def stored(self, count: int) -> None:
        """Wait until so many updates are stored."""
        async with asyncio.timeout(5):
            while len(await rows(self.app.store, tables.updates)) < count:  # noqa: ASYNC110 - they announce nothing
                await asyncio.sleep(0.01)

    async def later(self, seconds: float) -> None:
        """What failed just now is due again, as if so much time had passed."""
        async with asyncio.timeout(5):
            while not [row for row in await rows(self.app.store, tables.outbox) if row.attempts]:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        self.clock.ahead += timedelta(seconds=seconds)
        self.app.outbox.wake()

    async def quiet(self, _person: Person | None = None) -> None:
        """Wait until everything stored is thought about and sent."""
        await asyncio.sleep(0.05)
        await self.quiet_rows()

    async def quiet_rows(self) -> None:
        async with asyncio.timeout(10):
            while await self.app.store.read(_waiting):  # noqa: ASYNC110 - the rows announce nothing
                await asyncio.sleep(0.02)


def _waiting(connection: Connection) -> int:
    """Rows of any kind that are still to be worked on."""
    counts = (
        select(func.count()).where(tables.updates.c.handled_at.is_(None)),
        select(func.count()).where(tables.inbox.c.handled_at.is_(None)),
        select(func.count()).where(tables.outbox.c.status == "waiting"),
    )
    return sum(connection.execute(count).scalar_one() for count in counts)


@asynccontextmanager
async def running(fake: Telegram, data: Path, mode: str = "polling", **sections: Any) -> AsyncIterator[Shop]:
    """The bot, from start to clean stop. Opened again on the same folder it goes on."""
    port = free_port()
    bot = {"token": TOKEN, "api_base": fake.url, "mode": mode, "webhook_secret": SECRET}
    web = {"port": port, "public_url": f"http://127.0.0.1:{port}"}
    values = {"limits": NO_LIMITS, "storage": {"url": f"sqlite:///{data / 'bot.db'}"}, "web": web, **sections}
    settings = Settings(telegram={"customers": bot}, **values)
    app, stop = App(settings, small_mind(), Store(settings.storage.url), clock := Clock()), asyncio.Event()
    started = asyncio.Event()

    class Listening:
        async def start(self) -> None:
            started.set()

        async def stop(self) -> None: ...

    async with AsyncExitStack() as stack:
        doors = open_doors(app, data, stack)
        task = asyncio.create_task(app.run([*doors, Listening()], stop))
        await asyncio.wait([task, asyncio.create_task(started.wait())], return_when=asyncio.FIRST_COMPLETED)
        try:
            yield Shop(app, clock)
        finally:
            stop.set()
            async with asyncio.timeout(5):
                await task


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short pauses, no limits of our own."""
    from aiogram.client.session.aiohttp import AiohttpSession  # here: whoever only reads this file need not wait

    monkeypatch.setattr(polling, "FIRST_PAUSE_S", 0.02)
    monkeypatch.setattr(polling, "LONGEST_PAUSE_S", 0.1)
    monkeypatch.setattr(updates, "PAUSE_S", 0.02)
    monkeypatch.setattr(updates, "SWEEP_S", 0.1)
    for name in ("CHAT_BURST", "CHAT_PER_S", "ALL_BURST", "ALL_PER_S"):
        monkeypatch.setattr(rates, name, 1e6)
    monkeypatch.setattr(AiohttpSession, "close", _close)


async def _close(session: Any) -> None:
    """Without the quarter of a second for TLS, which nobody uses here."""
    if session._session is not None:
        await session._session.close()


@pytest.fixture
async def fake(quick: None) -> AsyncIterator[Telegram]:
    async with Telegram() as telegram:
        telegram.rates.off()
        telegram.bot(TOKEN)
        yield telegram


@pytest.fixture
def ours(fake: Telegram) -> Bot:
    """Our bot as Telegram knows it."""
    return fake.world.bots[TOKEN]


@pytest.fixture
def anna(fake: Telegram) -> Person:
    return fake.user(7, "Anna", "en")


@pytest.fixture(params=["polling", "webhook"])
async def shop(request: pytest.FixtureRequest, fake: Telegram, tmp_path: Path) -> AsyncIterator[Shop]:
    """The bot, once fetching and once with a webhook."""
    async with running(fake, tmp_path, request.param) as shop:
        yield shop


@pytest.fixture
async def fetching(fake: Telegram, tmp_path: Path) -> AsyncIterator[Shop]:
    """The bot, fetching: where the way of the updates makes no difference."""
    async with running(fake, tmp_path) as shop:
        yield shop


@pytest.fixture
async def ticket(fake: Telegram, fetching: Shop, anna: Person) -> int:
    """A ticket of Anna's, in the hands of agent 1."""
    await fake.answer_to(anna.says("/human"))
    await fetching.app.store.write(
        lambda c: c.execute(tables.agents.insert(), {"id": 1, "name": "Petr", "created_at": fetching.app.now()})
    )
    await fetching.quiet(anna)
    return 1
