"""The one writer: groups, failures, a database that goes away, and the end."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, insert, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.storage.conversations import contacts
from bot.storage.engine import open_engine
from bot.storage.migrate import migrate
from bot.storage.writer import StorageAway, Writer
from tests.fakes.clock import NOON


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    opened = open_engine(database_url)
    migrate(opened)
    yield opened
    opened.dispose()


@pytest.fixture
def writer(engine: Engine) -> Iterator[Writer]:
    opened = Writer(engine, patience=0.3)
    yield opened
    opened.close()


def add(address: str) -> Callable[[Connection], str]:
    def write(connection: Connection) -> str:
        connection.execute(insert(contacts), {"channel": "website", "address": address, "created_at": NOON})
        return address

    return write


def stored(engine: Engine) -> list[str]:
    with engine.connect().execution_options(reading=True) as connection:
        return list(connection.execute(select(contacts.c.address).order_by(contacts.c.id)).scalars())


def count_commits(engine: Engine) -> list[int]:
    """A list that grows by one with every commit."""
    seen: list[int] = []
    event.listen(engine, "commit", lambda _: seen.append(1))
    return seen


async def together(writer: Writer, writes: list[Callable[[Connection], Any]]) -> list[Any]:
    """Results (or errors) of writes that all wait while the writer is held by another one."""
    gate = threading.Event()
    held = asyncio.create_task(writer.run(lambda _: gate.wait(10)))
    await asyncio.sleep(0.05)
    tasks = [asyncio.create_task(writer.run(write)) for write in writes]
    await asyncio.sleep(0)
    gate.set()
    await held
    return await asyncio.gather(*tasks, return_exceptions=True)


async def test_many_writes_are_one_transaction(engine: Engine, writer: Writer) -> None:
    commits = count_commits(engine)
    names = [f"a{number}" for number in range(100)]
    assert await together(writer, [add(name) for name in names]) == names
    assert stored(engine) == names  # in the order they were handed over
    assert len(commits) == 2  # the one that held the writer, and the group


async def test_a_failing_write_spoils_no_other_and_its_caller_is_told(engine: Engine, writer: Writer) -> None:
    def fail(connection: Connection) -> None:
        add("half")(connection)
        raise KeyError("mine")

    found = await together(writer, [add("a"), fail, add("b"), add("a"), add("c")])
    assert [found[0], found[2], found[4]] == ["a", "b", "c"]
    assert isinstance(found[1], KeyError)
    assert isinstance(found[3], IntegrityError)
    assert stored(engine) == ["a", "b", "c"]  # and nothing of the half


async def test_a_wrong_statement_is_told_at_once_and_spoils_no_other(engine: Engine, writer: Writer) -> None:
    """SQLite calls it an OperationalError, as it calls a locked file; it must not stop everybody for `patience`."""

    def wrong(connection: Connection) -> None:
        connection.execute(text("SELECT nothing FROM nowhere"))

    found = await together(writer, [add("a"), wrong, add("b")])
    assert [found[0], found[2]] == ["a", "b"]
    assert isinstance(found[1], Exception)
    assert not isinstance(found[1], StorageAway)


async def test_results_come_only_after_the_commit(engine: Engine, writer: Writer) -> None:
    """Otherwise a 202 would be given for a message that a crash can still lose."""
    order: list[str] = []

    def commit(_connection: Connection) -> None:
        time.sleep(0.05)
        order.append("commit")

    event.listen(engine, "commit", commit)
    task = asyncio.create_task(writer.run(add("a")))
    task.add_done_callback(lambda _: order.append("told"))
    await task
    await asyncio.sleep(0)
    assert order == ["commit", "told"]


class Outage:
    """Makes every transaction of an engine fail at its start or at its commit, while `times` lasts."""

    def __init__(self, engine: Engine, times: float, at: str = "begin") -> None:
        self.left, self.seen = times, 0
        event.listen(engine, at, self._fail)

    def _fail(self, _connection: Connection) -> None:
        if self.left > 0:
            self.left -= 1
            self.seen += 1
            raise OperationalError("COMMIT", {}, Exception("the line is cut"))


@pytest.mark.parametrize("at", ["begin", "commit"])
async def test_a_database_away_for_a_moment_is_waited_for(engine: Engine, writer: Writer, at: str) -> None:
    outage = Outage(engine, times=3, at=at)
    assert await writer.run(add("a")) == "a"
    assert outage.seen == 3
    assert stored(engine) == ["a"]


@pytest.mark.parametrize("at", ["begin", "commit"])
async def test_a_database_away_for_long_is_told_and_nothing_is_stored(engine: Engine, writer: Writer, at: str) -> None:
    outage = Outage(engine, times=float("inf"), at=at)
    started = time.monotonic()
    found = await asyncio.gather(writer.run(add("a")), writer.run(add("b")), return_exceptions=True)
    assert [type(error) for error in found] == [StorageAway, StorageAway]
    assert 0.3 <= time.monotonic() - started < 5
    outage.left = 0
    assert stored(engine) == []
    assert await writer.run(add("later")) == "later"  # the writer lives on


async def test_what_no_patience_mends_is_told_and_the_writer_lives_on(engine: Engine, writer: Writer) -> None:
    """A damaged file raises another error than one that is away; the thread must not die of it."""
    damaged: list[bool] = []

    def damage(_connection: Connection) -> None:
        damaged.append(True)

    def fail(_connection: Connection) -> None:
        if damaged:
            damaged.clear()
            raise RuntimeError("database disk image is malformed")

    event.listen(engine, "commit", fail)
    found = await together(writer, [damage, add("a")])
    assert [type(error) for error in found] == [RuntimeError, RuntimeError]
    assert await writer.run(add("later")) == "later"
    assert stored(engine) == ["later"]


async def test_a_caller_that_goes_away_breaks_nothing(engine: Engine, writer: Writer) -> None:
    gate = threading.Event()
    held = asyncio.create_task(writer.run(lambda _: gate.wait(10)))
    await asyncio.sleep(0.05)
    leaving = asyncio.create_task(writer.run(add("left")))
    staying = asyncio.create_task(writer.run(add("stayed")))
    await asyncio.sleep(0)
    leaving.cancel()
    gate.set()
    await held
    assert await staying == "stayed"
    with pytest.raises(asyncio.CancelledError):
        await leaving
    assert stored(engine) == ["left", "stayed"]  # handed over is handed over


async def test_close_finishes_what_was_handed_over(engine: Engine) -> None:
    writer = Writer(engine)
    tasks = [asyncio.create_task(writer.run(add(f"a{number}"))) for number in range(300)]  # more than one group
    await asyncio.sleep(0)
    await asyncio.to_thread(writer.close)
    assert len(await asyncio.gather(*tasks)) == 300
    assert len(stored(engine)) == 300


async def test_after_close_a_write_is_refused_and_closing_twice_is_no_harm(engine: Engine) -> None:
    """A write behind the last one would never be answered."""
    writer = Writer(engine)
    writer.close()
    writer.close()
    with pytest.raises(StorageAway, match="closed"):
        await asyncio.wait_for(writer.run(add("late")), 2)


async def test_close_does_not_wait_long_for_a_database_that_is_away(engine: Engine) -> None:
    """A stop has five seconds in all."""
    writer = Writer(engine, patience=60)
    outage = Outage(engine, times=float("inf"))
    task = asyncio.create_task(writer.run(add("a")))
    await asyncio.sleep(0.05)
    started = time.monotonic()
    await asyncio.to_thread(writer.close)
    assert time.monotonic() - started < 3
    with pytest.raises(StorageAway):
        await task
    outage.left = 0


async def test_more_writes_than_the_queue_holds_are_told_at_once(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.storage.writer.WAITING", 3)
    writer = Writer(engine)
    found = await together(writer, [add(f"a{number}") for number in range(5)])
    writer.close()
    assert [type(one) for one in found] == [str, str, str, StorageAway, StorageAway]


def test_a_loop_that_is_gone_breaks_nothing(engine: Engine) -> None:
    """Somebody's loop ends while the write runs: the write stands, and the next caller is served."""
    writer = Writer(engine)
    gate = threading.Event()

    async def leave() -> None:
        asyncio.ensure_future(writer.run(lambda _: gate.wait(10)))  # noqa: RUF006 - nobody shall wait for it
        await asyncio.sleep(0.05)

    asyncio.run(leave())
    gate.set()
    assert asyncio.run(writer.run(add("next"))) == "next"
    writer.close()
