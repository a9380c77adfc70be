"""Updates of a bot: acknowledged when stored, handled in order, patient with a database that is away."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot import updates as module
from bot.storage.store import Store
from bot.storage.tables import updates
from bot.storage.writer import StorageAway
from bot.updates import Raw, Reader, Updates
from tests.bot.storage.rows import rows
from tests.bot.test_worker import cut
from tests.fakes.clock import Clock
from tests.fakes.spine import until


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SWEEP_S", 0.05)
    monkeypatch.setattr(module, "PAUSE_S", 0.01)


def real_clock() -> datetime:
    return datetime.now(UTC)


def a_raw(number: int, lane: str = "7", text: str = "", **more: Any) -> Raw:
    return {"update_id": number, "message": {"chat": lane, "text": text or f"{lane}/{number}", **more}}


class Handler:
    """Keeps what it was given; "fail" fails, "once" fails at the first try, "wait" waits for `gate`."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, ...]] = []
        self.gate = asyncio.Event()
        self.busy: Counter[str] = Counter()
        self.most = 0

    async def __call__(self, raws: Sequence[Raw]) -> None:
        texts = tuple(raw["message"]["text"] for raw in raws)
        lane = raws[0]["message"]["chat"]
        self.seen.append(texts)
        self.busy[lane] += 1
        assert self.busy[lane] == 1, "two of one lane at once"
        self.most = max(self.most, self.busy.total())
        try:
            await asyncio.sleep(0)
            if texts[0].startswith("wait"):
                await self.gate.wait()
            if texts[0].startswith("fail") or (texts[0].startswith("once") and self.seen.count(texts) == 1):
                raise KeyError(texts[0])
        finally:
            self.busy[lane] -= 1

    def of(self, lane: str) -> list[str]:
        return [texts[0] for texts in self.seen if texts[0].startswith(f"{lane}/")]


def the_updates(store: Store, handler: Handler, clock: Any = real_clock) -> Updates:
    return Updates(store, Reader("telegram", 1, lambda raw: raw["message"]["chat"], handler), clock)


@asynccontextmanager
async def running(found: Updates) -> AsyncIterator[None]:
    task = asyncio.create_task(found.run())
    try:
        yield
    finally:
        await found.drain(5)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def unhandled(store: Store) -> list[int]:
    return [row.update_id for row in await rows(store, updates) if row.handled_at is None]


async def settled(store: Store) -> None:
    async with asyncio.timeout(20):
        while await unhandled(store):  # noqa: ASYNC110 - the rows announce nothing
            await asyncio.sleep(0.02)


async def test_what_is_received_is_stored_and_then_handled_once(store: Store) -> None:
    handler = Handler()
    found = the_updates(store, handler)
    await found.receive([a_raw(1), a_raw(2)])
    assert [row.update_id for row in await rows(store, updates)] == [1, 2]
    await found.receive([a_raw(2), a_raw(1)])
    await settled(store)
    await found.drain(5)
    assert handler.seen == [("7/1",), ("7/2",)]


@pytest.mark.parametrize("seed", range(3))
async def test_replayed_out_of_order_and_at_once_each_is_handled_once_and_in_order(
    sqlite_store: Store, seed: int
) -> None:
    chance, handler = random.Random(seed), Handler()
    found = the_updates(sqlite_store, handler)
    raws = [a_raw(number, str(number % 7)) for number in range(300)]
    await found.receive([])
    batches = [raws[at : at + 20] for at in range(0, 300, 20)]
    async with running(found):
        for batch in batches:  # as by long polling: the next only after the last is stored
            mixed = [chance.sample(batch, len(batch)) for _ in range(chance.randint(1, 5))]
            await asyncio.gather(*(found.receive(one) for one in mixed))
        await settled(sqlite_store)
    assert len(handler.seen) == 300
    for lane in range(7):
        assert handler.of(str(lane)) == [f"{lane}/{number}" for number in range(300) if number % 7 == lane]


async def test_lanes_do_not_wait_for_each_other_and_only_so_many_run_at_once(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LANES", 3)
    handler = Handler()
    found = the_updates(sqlite_store, handler)
    await found.receive([a_raw(1, "slow", "wait"), a_raw(2, "slow", "slow/2")])
    await found.receive([a_raw(3, "quick")])
    await until(lambda: handler.of("quick"))
    assert handler.of("slow") == []
    await found.receive([a_raw(number, f"l{number}", "wait") for number in range(10, 20)])
    await asyncio.sleep(0.05)
    assert handler.most == 3
    handler.gate.set()
    await settled(sqlite_store)
    await found.drain(5)


async def test_one_that_fails_for_ever_is_parked_and_holds_up_nothing(store: Store) -> None:
    handler = Handler()
    found = the_updates(store, handler)
    async with running(found):
        await found.receive([a_raw(1, text="fail"), a_raw(2), a_raw(3, text="once"), a_raw(4), a_raw(5, "other")])
        await settled(store)
    assert handler.of("7") == ["7/2", "7/4"]
    assert [texts[0] for texts in handler.seen if texts[0] in ("fail", "once")] == ["fail"] * 3 + ["once"] * 2
    assert [(row.update_id, row.parked, row.attempts) for row in await rows(store, updates)] == [
        (1, "KeyError", 3), (2, None, 0), (3, None, 1), (4, None, 0), (5, None, 0),
    ]  # fmt: skip


async def test_an_update_without_a_lane_waits_for_nobody_and_nobody_for_it(sqlite_store: Store) -> None:
    handler = Handler()
    found = the_updates(sqlite_store, handler)
    await found.receive([a_raw(1), {"update_id": 2, "odd": True}, a_raw(3)])
    assert [row.lane for row in await rows(sqlite_store, updates)] == ["7", "update 2", "7"]
    await until(lambda: len(handler.seen) == 2)
    await found.drain(1)


@pytest.mark.parametrize("raw", [{}, {"update_id": "5"}, {"update_id": None}, ["update_id"], "text", None])
async def test_what_is_no_update_is_refused(sqlite_store: Store, raw: Any) -> None:
    with pytest.raises(ValueError, match="update_id"):
        await the_updates(sqlite_store, Handler()).receive([raw])
    assert await rows(sqlite_store, updates) == []


async def test_an_album_is_handled_whole_after_its_last_message(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ALBUM_S", 0.15)
    handler = Handler()
    found = the_updates(sqlite_store, handler)
    await found.receive([a_raw(1, media_group_id="a")])
    await asyncio.sleep(0.1)
    await found.receive([a_raw(2, media_group_id="a")])
    await asyncio.sleep(0.1)
    assert handler.seen == []
    await found.receive([a_raw(3)])
    await settled(sqlite_store)
    await found.drain(1)
    assert handler.seen == [("7/1", "7/2"), ("7/3",)]


async def test_an_album_cut_by_a_crash_waits_for_its_rest_after_the_start(
    sqlite_store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ALBUM_S", 10)
    first = the_updates(sqlite_store, Handler(), clock)
    await first.receive([a_raw(1, media_group_id="a")])
    await first.drain(0)
    clock.forward(3600)
    handler = Handler()
    found = the_updates(sqlite_store, handler, clock)
    async with running(found):
        await asyncio.sleep(0.1)
        await found.receive([a_raw(2, media_group_id="a")])
        await asyncio.sleep(0.1)
        assert handler.seen == []
        clock.forward(10)
        await until(lambda: handler.seen)
    assert handler.seen == [("7/1", "7/2")]


async def test_what_a_crash_left_is_taken_up_at_the_start(sqlite_store: Store) -> None:
    dying = Handler()
    first = the_updates(sqlite_store, dying)
    await first.receive([a_raw(1, text="wait"), a_raw(2), a_raw(3, "8", "wait")])
    await until(lambda: len(dying.seen) == 2)
    await first.drain(0)
    handler = Handler()
    handler.gate.set()
    found = the_updates(sqlite_store, handler)
    async with running(found):
        await settled(sqlite_store)
    assert sorted(handler.seen) == [("7/2",), ("wait",), ("wait",)]
    assert handler.seen.index(("wait",)) < handler.seen.index(("7/2",))


async def test_a_database_away_is_told_to_who_delivers_and_waited_for_by_the_handler(sqlite_store: Store) -> None:
    sqlite_store._writer._patience = 0.02
    handler = Handler()
    found = the_updates(sqlite_store, handler)
    async with running(found):
        await found.receive([a_raw(1, text="wait")])
        await until(lambda: handler.seen)
        back = cut(sqlite_store)
        with pytest.raises(StorageAway):
            await found.receive([a_raw(2)])
        handler.gate.set()
        await asyncio.sleep(0.2)
        back()
        await found.receive([a_raw(2)])
        await settled(sqlite_store)
    assert handler.seen == [("wait",), ("7/2",)]


async def test_a_handler_that_meets_the_database_away_has_not_failed(sqlite_store: Store) -> None:
    tried = 0

    async def handle(raws: Sequence[Raw]) -> None:
        nonlocal tried
        tried += 1
        if tried < 6:
            raise StorageAway("away")

    found = Updates(sqlite_store, Reader("telegram", 1, lambda raw: "7", handle), real_clock)
    await found.receive([a_raw(1)])
    await settled(sqlite_store)
    await found.drain(1)
    (row,) = await rows(sqlite_store, updates)
    assert (tried, row.parked, row.attempts) == (6, None, 0)


async def test_handled_rows_are_deleted_after_a_day(sqlite_store: Store, clock: Clock) -> None:
    found = the_updates(sqlite_store, Handler(), clock)
    async with running(found):
        await found.receive([a_raw(1)])
        await settled(sqlite_store)
        clock.forward(timedelta(days=1, seconds=1).total_seconds())
        async with asyncio.timeout(5):
            while await rows(sqlite_store, updates):  # noqa: ASYNC110 - the rows announce nothing
                await asyncio.sleep(0.02)


@pytest.mark.server
async def test_two_processes_on_one_database_handle_each_once_and_in_order(postgresql_store: Store) -> None:
    """As webhooks come: to either of them, each only after the one before is stored."""
    handler, chance = Handler(), random.Random(1)
    both = [the_updates(postgresql_store, handler) for _ in range(2)]
    async with running(both[0]), running(both[1]):
        for number in range(60):
            await chance.choice(both).receive([a_raw(number, str(number % 3))])
        await settled(postgresql_store)
    for lane in range(3):
        assert handler.of(str(lane)) == [f"{lane}/{number}" for number in range(60) if number % 3 == lane]


async def test_what_comes_after_the_stop_is_stored_for_the_next_start(sqlite_store: Store) -> None:
    handler = Handler()
    found = the_updates(sqlite_store, handler)
    await found.drain(1)
    await found.receive([a_raw(1)])
    await asyncio.sleep(0.05)
    assert handler.seen == []
    assert await unhandled(sqlite_store) == [1]
