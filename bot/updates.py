"""Updates of a Telegram bot: stored, then handled from the table. For both bots, and without their frameworks.

Nothing is told to Telegram before `receive` returned, and nothing in memory is needed to be right: a row without
`handled_at` is work. A handler may be called again with what it has done already, after a crash.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import structlog

from bot import metrics
from bot.logs import place
from bot.storage import Connection
from bot.storage.store import Store
from bot.storage.updates import (
    Later,
    Raw,
    Received,
    Taken,
    album_of,
    forget_old,
    handled,
    park,
    store_updates,
    take,
    try_again,
    waiting_lanes,
)
from bot.storage.writer import StorageAway

__all__ = ["Raw", "Reader", "Updates"]

TRIES = 3
PAUSE_S = 1.0  # after the first failure; four times as long after the next
ALBUM_S = 0.7  # after the last message of an album it is taken for whole
SWEEP_S = 1.0
LANES = 64  # handled at once
FORGET_EVERY = timedelta(hours=1)

T = TypeVar("T")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Reader:
    """What a door says of its updates."""

    name: str  # for logs and metrics: "telegram", "desk"
    bot_id: int
    lane_of: Callable[[Raw], str | None]  # what must be handled in order, at most 64 characters; None: can not be told
    handle: Callable[[Sequence[Raw]], Awaitable[None]]  # one update, or all those of an album, in order


class Updates:
    """Receives and handles: in a lane one after another by `update_id`, lanes in parallel.

    What fails is tried `TRIES` times and then parked, and the lane goes on behind it.
    """

    def __init__(self, store: Store, reader: Reader, now: Callable[[], datetime]) -> None:
        self._store, self._reader, self._now = store, reader, now
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()  # lanes at work that have something new
        self._room = asyncio.Semaphore(LANES)
        self._albums_from = now() + timedelta(seconds=ALBUM_S)  # the rest of one that a crash cut may still come
        self._forgot = now()
        self._stopping = False

    async def receive(self, raws: Sequence[Raw]) -> None:
        """Store updates; once this returns they may be confirmed. Raises `StorageAway`, ValueError."""
        now = self._now()
        rows = [self._received(raw, now) for raw in raws]
        fresh = await self._store.write(partial(store_updates, bot_id=self._reader.bot_id, received=rows, now=now))
        metrics.UPDATES.labels(self._reader.name, "new").inc(len(fresh))
        metrics.UPDATES.labels(self._reader.name, "again").inc(len(rows) - len(fresh))
        for lane in dict.fromkeys(fresh):
            self._begin(lane)

    async def run(self) -> None:
        """Take up what an earlier process left, or what waits for its next try, until cancelled or drained."""
        while not self._stopping:
            now = self._now()
            try:
                query = partial(waiting_lanes, bot_id=self._reader.bot_id, now=now)
                for lane in await self._store.read(query):
                    self._begin(lane)
                if now - self._forgot >= FORGET_EVERY:
                    self._forgot = now
                    await self._store.write(partial(forget_old, bot_id=self._reader.bot_id, now=now))
            except Exception as error:  # the database may be away for a while; the rows stay
                log.warning("sweep_failed", action="updates", channel=self._reader.name, error=type(error).__name__)
            await asyncio.sleep(SWEEP_S)

    async def drain(self, seconds: float) -> None:
        """Begin nothing new and end what is being done; after `seconds` it is left to the next start."""
        self._stopping = True
        tasks = list(self._lanes.values())
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _received(self, raw: Raw, now: datetime) -> Received:
        if not isinstance(raw, dict) or not isinstance(raw.get("update_id"), int):
            raise ValueError("an update must be an object with an update_id")
        wait = ALBUM_S if album_of(raw) is not None else 0
        return Received(raw, self._lane_of(raw), now + timedelta(seconds=wait))

    def _lane_of(self, raw: Raw) -> str:
        """Its lane; one of its own where that can not be told, so that it holds up nothing else."""
        try:
            lane = self._reader.lane_of(raw)
        except Exception as error:
            log.warning("lane_unknown", action="updates", channel=self._reader.name, error=type(error).__name__)
            lane = None
        return lane or f"update {raw['update_id']}"

    def _begin(self, lane: str) -> None:
        if lane in self._lanes:
            self._again.add(lane)
        elif not self._stopping:
            self._lanes[lane] = asyncio.create_task(self._run_lane(lane))

    async def _run_lane(self, lane: str) -> None:
        try:
            async with self._room:
                while not self._stopping:
                    self._again.discard(lane)
                    if not await self._step(lane) and lane not in self._again:
                        break
        except Exception as error:  # the rows stay, and the sweep comes back to them
            log.error("lane_failed", action="updates", error=type(error).__name__, where=place(error))
        finally:
            self._again.discard(lane)
            del self._lanes[lane]

    async def _step(self, lane: str) -> bool:
        """Handle what comes next in a lane; whether to look at the lane once more."""
        now = self._now()
        query = partial(take, bot_id=self._reader.bot_id, lane=lane, now=now, albums_from=self._albums_from)
        found = await self._store.claim(query)
        if isinstance(found, Later):
            wait = (found.moment - now).total_seconds()
            if wait > SWEEP_S:  # the sweep finds it in time
                return False
            await asyncio.sleep(wait)
            return True
        if found is None:
            return False
        await self._handle(found)
        return True

    async def _handle(self, taken: Sequence[Taken]) -> None:
        ids = [one.id for one in taken]
        while True:
            try:
                await self._reader.handle([one.raw for one in taken])
            except StorageAway:  # no fault of the update
                log.warning("update_waits", action="updates", channel=self._reader.name)
                await asyncio.sleep(SWEEP_S)
            except Exception as error:
                return await self._failed(ids, taken[0].attempts + 1, error)
            else:
                return await self._note(partial(handled, ids=ids, now=self._now()))

    async def _failed(self, ids: Sequence[int], attempts: int, error: Exception) -> None:
        name, now = type(error).__name__, self._now()
        again = attempts < TRIES
        log.error(
            "update_failed", action="updates", channel=self._reader.name, error=name, where=place(error),
            attempts=attempts, again=again,
        )  # fmt: skip
        if again:
            pause = timedelta(seconds=PAUSE_S * 4 ** (attempts - 1))
            return await self._note(partial(try_again, ids=ids, at=now + pause))
        metrics.UPDATES_PARKED.labels(self._reader.name).inc()
        return await self._note(partial(park, ids=ids, error=name, now=now))

    async def _note(self, write: Callable[[Connection], T]) -> T:
        """It waits for a database that is away: to handle once more would be worse."""
        while True:
            try:
                return await self._store.write(write)
            except StorageAway:
                log.warning("update_waits", action="updates", channel=self._reader.name)
                await asyncio.sleep(SWEEP_S)
