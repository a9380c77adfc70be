"""A whole shop in one process: the bot with all its doors, a fake Telegram with both bots, a browser, an agent."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import Connection, text

from bot.app import App
from bot.commands.run import open_doors
from bot.ports import Posted
from bot.settings import Settings
from bot.storage.agents import add_agent
from bot.storage.conversations import posted_after
from bot.storage.store import Store
from tests.fakes.site import NO_LIMITS, browser, free_port, small_mind
from tests.fakes.telegram import Bot, Group, Message, Person, Telegram, Topic

CUSTOMERS, DESK, GROUP, JANA = "100:customers", "200:desk", -1001000000001, 71
SECRET = "a-long_random-Word-0123456789"
SIGNS = "👤🤖💬📝ℹ"
STOP_S = 5.0

_WAITING = (
    "SELECT (SELECT count(*) FROM updates WHERE handled_at IS NULL)"
    " + (SELECT count(*) FROM inbox WHERE handled_at IS NULL)"
    " + (SELECT count(*) FROM outbox WHERE status = 'waiting')"
    " + (SELECT count(*) FROM tickets t LEFT JOIN desk_threads d ON d.ticket_id = t.id"
    " WHERE d.version IS NULL OR d.version < t.version)"
)


@dataclass
class Shop:
    """The shop at work. Who writes something calls `quiet` before looking at what came of it."""

    fake: Telegram
    app: App
    group: Group
    customers: Bot  # the bot customers write to
    desk: Bot
    jana: Person  # an agent
    http: aiohttp.ClientSession  # a browser on the shop's website

    async def quiet(self, seconds: float = 15) -> None:
        """Wait until Telegram has delivered everything, and it is thought about, sent and shown to agents."""
        try:
            async with asyncio.timeout(seconds):
                while self.customers.queue.pending or self.desk.queue.pending or await self.app.store.read(waiting):  # noqa: ASYNC110 - rows announce nothing
                    await asyncio.sleep(0.02)
        except TimeoutError:
            pytest.fail(f"{await self.app.store.read(waiting)} rows wait\n{self.fake.transcript()}")

    async def says(self, person: Person, words: str) -> list[Message]:
        """A customer writes in Telegram; what they are told."""
        return await self.told(person, person.says(words, self.customers))

    async def presses(self, person: Person, label: str) -> list[Message]:
        """A customer presses the last button with this label; what they are told."""
        chat = person.chat_with(self.customers)
        shown = next((one for one in reversed(chat.messages) if label in one.labels), None)
        assert shown is not None, f"there is no button {label!r}\n{self.fake.transcript()}"
        last = chat.messages[-1]
        query = person.presses(shown, label)
        found = await self.told(person, last)
        await self.fake.until(lambda: query.answer is not None)
        return found

    async def told(self, person: Person, after: Message) -> list[Message]:
        await self.quiet()
        return [one for one in person.chat_with(self.customers).messages if one.id > after.id and one.sender.is_bot]

    async def writes(self, topic: Topic, words: str, reply_to: Message | None = None) -> Message:
        """The agent writes in a topic."""
        written = self.jana.writes(topic, words, reply_to=reply_to)
        await self.quiet()
        return written

    async def talk(self, person: Person) -> list[Posted]:
        """What is stored of the public talk with somebody in Telegram."""
        return await self.app.store.read(partial(posted_after, channel="telegram", address=str(person.id), after=0))

    def phrase(self, name: str, language: str = "kk", **values: str) -> str:
        """What the bot says under this name."""
        return self.app.mind.services.say(name, language, **values)

    async def all(self, query: str) -> list[tuple[object, ...]]:
        """The rows of a query."""
        return await self.app.store.read(lambda connection: [tuple(row) for row in connection.execute(text(query))])

    async def one(self, query: str) -> tuple[object, ...]:
        """The only row of a query."""
        (row,) = await self.all(query)
        return row


def waiting(connection: Connection) -> int:
    """Rows of any kind that are still to be worked on, and topics that do not show their ticket."""
    return int(connection.execute(text(_WAITING)).scalar_one())


@asynccontextmanager
async def open_shop(fake: Telegram, data: Path, mode: str = "polling") -> AsyncIterator[Shop]:
    """The bot as `run` starts it, until it has stopped, which may take five seconds. Opened again it goes on."""
    if not fake.world.bots:
        found(fake)
    customers, desk = fake.world.bots[CUSTOMERS], fake.world.bots[DESK]
    group, jana = fake.world.groups[GROUP], fake.world.users[JANA]
    before = len(fake.calls)
    settings = settings_for(fake, data, mode)
    app, stop = App(settings, small_mind(), Store(settings.storage.url)), asyncio.Event()
    async with AsyncExitStack() as stack:
        work = asyncio.create_task(app.run(open_doors(app, data, stack), stop))
        try:
            await fake.until(lambda: work.done() or any(call.bot is desk for call in fake.calls[before:]), 20)
            if not before:
                await app.store.write(partial(add_agent, name="Jana", telegram_id=JANA, now=app.now()))
            http = await stack.enter_async_context(browser(f"http://127.0.0.1:{settings.web.port}"))
            yield Shop(fake, app, group, customers, desk, jana, http)
        finally:
            began = time.monotonic()
            stop.set()
            await work
            assert time.monotonic() - began < STOP_S, "it did not stop in time"


def found(fake: Telegram) -> None:
    """Two bots, a group and an agent in it."""
    fake.bot(CUSTOMERS)
    group, desk = fake.group(GROUP), fake.bot(DESK, "Desk")
    group.promote(desk)
    group.add(fake.user(JANA, "Jana", "cs"))


def settings_for(fake: Telegram, data: Path, mode: str) -> Settings:
    port = free_port()
    bot = {"api_base": fake.url, "mode": mode, "webhook_secret": SECRET}
    return Settings(
        telegram={"customers": {"token": CUSTOMERS, **bot}, "desk": {"token": DESK, "group_id": GROUP, **bot}},
        web={"port": port, "public_url": f"http://127.0.0.1:{port}"},
        storage={"url": f"sqlite:///{data / 'bot.db'}"},
        limits=NO_LIMITS,
    )


def in_a_hurry(patch: pytest.MonkeyPatch) -> None:
    """Telegram's own pace is minutes long; in a journey the fake counts no messages."""
    from aiogram.client.session.aiohttp import AiohttpSession

    from bot.channels.telegram import rates as customers
    from bot.desk.telegram import plan
    from bot.desk.telegram import rates as desk

    async def close(session: AiohttpSession) -> None:
        """Without the quarter of a second for TLS, which nobody uses here."""
        if session._session is not None:
            await session._session.close()

    patch.setattr(customers, "CHAT_BURST", 100_000)
    patch.setattr(customers, "ALL_BURST", 100_000)
    patch.setattr(desk.Window, "free_at", lambda _self, now: now)
    patch.setattr(plan, "BURST", timedelta(seconds=0.1))
    patch.setattr(AiohttpSession, "close", close)


def lines_of(topic: Topic) -> list[str]:
    """The talk as a topic shows it, a line for each message: who speaks, and the words."""
    card, *posts = topic.messages
    assert card.labels, "the first post is no card"
    return [line for post in posts for line in lines_in(post)]


def lines_in(post: Message) -> list[str]:
    if isinstance(post.sender, Bot):
        return [said(line) for line in re.split(rf"\n(?=[{SIGNS}])", post.words)]
    if post.words.startswith(("//", "/note")):
        return [said(f"📝 {post.words.removeprefix('//').removeprefix('/note')}")]
    return [] if post.words.startswith("/") else [said(f"💬 {post.words}")]


def said(line: str) -> str:
    """A line without what only decorates it: marks of Markdown, line breaks, directions."""
    sign, words = line[0], line[1:]
    return " ".join((sign, *re.findall(r"\w+", words)))
