"""The desk in service: receives by polling and by webhook, waits for Telegram, stops in time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.app import App, utc_now
from bot.desk.telegram.join import open_desk
from bot.ports import Inbound
from bot.settings import Settings
from bot.storage.agents import add_agent
from bot.storage.conversations import posted_after
from bot.storage.store import Store
from bot.storage.tickets import act, find_ticket
from bot.web.join import open_website
from handlers.words import Message
from tests.fakes.conftest import DESK
from tests.fakes.services import shared_mind
from tests.fakes.telegram import Bot, Fault, Group, Telegram

pytestmark = pytest.mark.server

GROUP = -1001


@pytest.fixture
def me(fake: Telegram) -> Bot:
    return fake.bot(DESK, "Desk")


@pytest.fixture
def group(fake: Telegram, me: Bot) -> Group:
    made = fake.group(GROUP)
    made.promote(me)
    return made


@pytest.fixture(autouse=True)
def _loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    knowledge = shared_mind().knowledge
    live = knowledge.live
    monkeypatch.setattr(knowledge, "load", lambda: live)
    monkeypatch.setattr(knowledge, "install", lambda live: None)


@asynccontextmanager
async def running(
    fake: Telegram, folder: Path, port: int = 0, now: Callable[[], datetime] = utc_now, **desk: Any
) -> AsyncIterator[App]:
    """The bot with its desk, until the block ends."""
    telegram = {"desk": {"token": DESK, "api_base": fake.url, "group_id": GROUP, **desk}}
    settings = Settings(
        telegram=telegram,
        storage={"url": f"sqlite:///{folder}/bot.db"},
        web={"port": port, "public_url": f"http://127.0.0.1:{port}"},
    )
    app = App(settings, shared_mind(), Store(settings.storage.url), now)
    server = open_website(app, folder)
    stop = asyncio.Event()
    work = asyncio.create_task(app.run([server, *open_desk(app, folder, server)], stop))
    try:
        yield app
    finally:
        began = time.monotonic()
        stop.set()
        await work
        assert time.monotonic() - began < 5


async def asks_for_a_person(app: App, id: str = "1") -> None:
    await app.inbox.accept(Inbound("website", "anna", f"anna:{id}", Message("I want to talk to a person")))


async def the_agent_answers(fake: Telegram, app: App, group: Group) -> None:
    """From the website to the topic and back."""
    await asks_for_a_person(app)
    topic = await fake.until(lambda: next(iter(group.open_topics), None), 15)
    await fake.until(lambda: len(topic.messages) == 2, 15)
    jana = fake.user(71, "Jana")
    group.promote(jana)
    jana.writes(topic, "How can I help you?")
    await until_said(app, "How can I help you?")


async def until_said(app: App, text: str) -> None:
    async with asyncio.timeout(15):
        query = partial(posted_after, channel="website", address="anna", after=0)
        while text not in [one.text for one in await app.store.read(query)]:  # noqa: ASYNC110 - a database has no event
            await asyncio.sleep(0.02)


async def test_by_polling(fake: Telegram, me: Bot, group: Group, tmp_path: Path) -> None:
    async with running(fake, tmp_path) as app:
        await the_agent_answers(fake, app, group)


async def test_by_webhook(fake: Telegram, me: Bot, group: Group, tmp_path: Path, unused_tcp_port: int) -> None:
    secret = {"mode": "webhook", "webhook_secret": "a-long-random-word"}
    async with running(fake, tmp_path, unused_tcp_port, **secret) as app:
        await the_agent_answers(fake, app, group)
    assert me.webhook is not None
    assert me.webhook.delivered > 0


async def test_telegram_may_be_reached_later(fake: Telegram, me: Bot, group: Group, tmp_path: Path) -> None:
    fake.faults.next("getMe", Fault.BAD_GATEWAY)
    async with running(fake, tmp_path) as app:
        await the_agent_answers(fake, app, group)


async def test_a_stop_while_telegram_is_away_takes_no_longer(fake: Telegram, group: Group, tmp_path: Path) -> None:
    await fake.stop()
    async with running(fake, tmp_path) as app:
        await asks_for_a_person(app)
        await asyncio.sleep(0.1)
    await fake.start()


async def test_the_frameworks_job_queue_looks_at_the_clock(
    fake: Telegram, group: Group, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.desk.telegram.desk.EVERY_S", 0.2)
    ahead = timedelta(0)
    async with running(fake, tmp_path, now=lambda: utc_now() + ahead) as app:
        await asks_for_a_person(app)
        topic = await fake.until(lambda: next(iter(group.open_topics), None), 15)
        jana = await app.store.write(partial(add_agent, name="Jana", telegram_id=None, now=app.now()))
        solve = partial(act, number=1, action="solve", actor="agent", now=app.now(), agent=jana.id)
        await app.store.write(solve)
        ahead = timedelta(days=8)
        await fake.until(lambda: topic.is_closed, 15)
        ticket = await app.store.read(partial(find_ticket, number=1))
        assert ticket is not None
        assert ticket.status == "closed"


async def test_a_group_that_moved_while_nobody_looked_is_found(fake: Telegram, group: Group, tmp_path: Path) -> None:
    """Agents write in the new one at once: their words must not be taken for those of a foreign group."""
    async with running(fake, tmp_path) as app:
        await asks_for_a_person(app)
        await fake.until(lambda: group.open_topics, 15)
    new = group.migrates(-1009)
    async with running(fake, tmp_path) as app:
        await fake.until(lambda: new.open_topics, 15)
        topic = new.open_topics[0]
        await fake.until(lambda: len(topic.messages) == 2, 15)
        jana = fake.user(71, "Jana")
        new.promote(jana)
        jana.writes(topic, "I am here")
        await until_said(app, "I am here")
