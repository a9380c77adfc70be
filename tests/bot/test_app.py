"""The parts joined: start in order, a clean stop in reverse, and nothing accepted left behind."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from datetime import datetime
from pathlib import Path

import pytest

from bot.app import App, stop_on_signals, utc_now
from bot.ports import Arrived, Inbound, Outgoing
from bot.storage.store import Store
from bot.storage.tables import inbox, outbox
from bot.storage.writer import StorageAway
from handlers.words import Message
from tests.bot.storage.rows import rows
from tests.fakes.services import settings_for, shared_mind
from tests.fakes.spine import Pushing, until


class Door:
    """A door that says what happens to it."""

    def __init__(self, name: str, seen: list[str]) -> None:
        self.name, self.seen = name, seen

    async def start(self) -> None:
        self.seen.append(f"start {self.name}")

    async def stop(self) -> None:
        self.seen.append(f"stop {self.name}")


@pytest.fixture
def app(tmp_path: Path) -> App:
    settings = settings_for(tmp_path)
    found = App(settings, shared_mind(), Store(settings.storage.url))
    found.mind.knowledge.install = lambda live: None  # type: ignore[method-assign]
    return found


@pytest.fixture(autouse=True)
def _loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The articles are read once for all tests, not by every start."""
    knowledge = shared_mind().knowledge
    live = knowledge.live
    monkeypatch.setattr(knowledge, "load", lambda: live)


def said(text: str, id: str = "1", channel: str = "website") -> Inbound:
    return Inbound(channel, "anna", f"anna:{id}", Message(text))


async def run(app: App, doors: list[Door]) -> tuple[asyncio.Event, asyncio.Task[None]]:
    stop = asyncio.Event()
    task = asyncio.create_task(app.run(doors, stop))
    await until(lambda: not doors or doors[-1].seen.count(f"start {doors[-1].name}"))
    return stop, task


async def test_doors_open_in_order_and_close_in_reverse(app: App) -> None:
    seen: list[str] = []
    stop, task = await run(app, [Door("a", seen), Door("b", seen)])
    stop.set()
    await asyncio.wait_for(task, 5)
    assert seen == ["start a", "start b", "stop b", "stop a"]


async def test_a_message_is_answered_and_a_stop_finishes_what_was_accepted(app: App, tmp_path: Path) -> None:
    stop, task = await run(app, [Door("a", [])])
    for number in range(50):
        await app.inbox.accept(said("hello", str(number)))
    stop.set()
    started = time.monotonic()
    await asyncio.wait_for(task, 5)
    assert time.monotonic() - started < 5
    after = Store(f"sqlite:///{tmp_path}/aftercare.db")
    assert all(row.handled_at is not None and row.parked is None for row in await rows(after, inbox))
    after.close()


async def test_a_stop_sends_what_is_due(app: App, tmp_path: Path) -> None:
    """The last answer in the terminal is printed although the customer has already said goodbye."""
    channel = Pushing()
    app.channels["console"] = channel
    stop, task = await run(app, [Door("a", [])])
    await app.inbox.accept(said("hello", channel="console"))
    stop.set()
    await asyncio.wait_for(task, 5)
    assert len(channel.sent) == 1


async def test_a_stop_does_not_wait_for_a_channel_that_hangs(app: App, tmp_path: Path) -> None:
    class Hanging(Pushing):
        async def send(self, outgoing: Outgoing, arrived: Arrived) -> None:
            await asyncio.Event().wait()

    app.channels["console"] = Hanging()
    stop, task = await run(app, [Door("a", [])])
    await app.inbox.accept(said("hello", channel="console"))
    stop.set()
    await asyncio.wait_for(task, 5)
    after = Store(f"sqlite:///{tmp_path}/aftercare.db")
    assert [row.status for row in await rows(after, outbox)] == ["waiting"]
    after.close()


async def test_a_message_of_a_channel_this_process_has_not_is_answered_into_the_outbox(
    app: App, tmp_path: Path
) -> None:
    """Another process on the same database has that door; an answer without a row would never be sent."""
    stop, task = await run(app, [Door("a", [])])
    await app.inbox.accept(said("hello", channel="telegram"))
    await app.inbox.accept(said("hello", channel="website"))
    stop.set()
    await asyncio.wait_for(task, 5)
    after = Store(f"sqlite:///{tmp_path}/aftercare.db")
    assert [(row.channel, row.status) for row in await rows(after, outbox)] == [("telegram", "waiting")]
    after.close()


async def test_after_the_stop_nothing_is_accepted(app: App) -> None:
    stop, task = await run(app, [Door("a", [])])
    stop.set()
    await task
    with pytest.raises(StorageAway):
        await app.inbox.accept(said("late"))


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_stops(name: signal.Signals) -> None:
    stop = asyncio.Event()
    stop_on_signals(stop)
    try:
        os.kill(os.getpid(), name)
        await asyncio.wait_for(stop.wait(), 2)
    finally:
        asyncio.get_running_loop().remove_signal_handler(name)
        asyncio.get_running_loop().remove_signal_handler(signal.SIGTERM)
        asyncio.get_running_loop().remove_signal_handler(signal.SIGINT)


def test_the_clock_is_aware() -> None:
    assert utc_now().tzinfo is not None
    assert isinstance(utc_now(), datetime)
