"""Delivering: the head of each lane, through the channel it belongs to, until it is sent or never can be."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol, TypeVar

import structlog

from bot import metrics
from bot.logs import place
from bot.ports import Channel, SendFailed
from bot.storage import Connection
from bot.storage.outbox import Due, due, gone, not_sent, part_arrived, sent
from bot.storage.store import Store
from bot.storage.writer import StorageAway

POLL_S = 1.0
FIRST_PAUSE_S = 2.0
DOUBLINGS = 8  # of the first pause: then it is longer than anybody should wait
AT_ONCE = 100  # lanes sent at the same time
TRIES = 10  # at a message whose channel breaks in a way it does not know itself

T = TypeVar("T")

log = structlog.get_logger()


class Lost(Protocol):
    """Hears of a conversation whose customer did not get something: nothing reaches them any more, or just this."""

    def __call__(self, conversation: int, *, is_gone: bool = True) -> Awaitable[None]: ...


class Outbox:
    """Sends what the channels that call out have to send, lane by lane; a slow lane holds up no other.

    At least once: a crash between send and commit 3 repeats the part that was on its way.
    """

    def __init__(self, store: Store, channels: Mapping[str, Channel], now: Callable[[], datetime]) -> None:
        self._store, self._channels, self._now = store, channels, now
        self.lost: Lost | None = None
        self._wake = asyncio.Event()
        self._sending: dict[int, asyncio.Task[None]] = {}  # by the row's id
        self._looking = asyncio.Lock()  # two looks at once would send the same rows twice

    def wake(self) -> None:
        """There is something new."""
        self._wake.set()

    async def run(self) -> None:
        """Send until cancelled."""
        try:
            while True:
                self._wake.clear()
                await self._look()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(POLL_S):  # not wait_for: in Python 3.11 it swallows a cancellation
                        await self._wake.wait()
        finally:
            sending = list(self._sending.values())
            for task in sending:
                task.cancel()
            await asyncio.gather(*sending, return_exceptions=True)

    async def flush(self) -> None:
        """Send what is due now, and what becomes due by it, to the end."""
        while await self._look() or self._sending:
            await asyncio.wait(self._sending.values())

    async def _look(self) -> bool:
        """Begin to send the heads that are due; whether there were any."""
        async with self._looking:
            room, besides = AT_ONCE - len(self._sending), tuple(self._sending)
            query = partial(due, now=self._now(), channels=tuple(self._channels), besides=besides, limit=room)
            try:
                rows = await self._store.claim(query) if self._channels else []
            except StorageAway:  # the rows stay
                log.warning("outbox_waits", action="send")
                return False
            for row in rows:
                self._sending[row.id] = task = asyncio.create_task(self._send(row))
                task.add_done_callback(partial(self._done, row.id))
            return bool(rows)

    def _done(self, row: int, _task: asyncio.Task[None]) -> None:
        del self._sending[row]
        self._wake.set()

    async def _send(self, row: Due) -> None:
        try:
            await self._channels[row.channel].send(row.outgoing, partial(self._arrived, row))
        except SendFailed as failed:
            if failed.gone:
                await self._gone(row)
            else:
                await self._failed(row, failed.retry_after)
        except Exception as error:
            log.error("channel_broken", action="send", error=type(error).__name__, where=place(error))
            await self._failed(row, 0 if row.attempts + 1 < TRIES else None)
        else:
            metrics.SENT.labels(row.channel).inc()
            await self._note(partial(sent, row=row.id, now=self._now()))

    async def _arrived(self, row: Due, external_id: str) -> None:
        await self._note(partial(part_arrived, row=row, external_id=external_id))

    async def _gone(self, row: Due) -> None:
        metrics.SEND_FAILED.labels(row.channel).inc()
        log.warning("address_gone", action="send", channel=row.channel, conversation=row.conversation)
        address = row.outgoing.address
        is_news = await self._note(partial(gone, channel=row.channel, address=address, now=self._now()))
        if is_news:  # once: from then on the desk's card says it
            await self._tell(row, is_gone=True)

    async def _failed(self, row: Due, retry_after: float | None) -> None:
        metrics.SEND_FAILED.labels(row.channel).inc()
        again_at = None
        if retry_after is not None:
            pause = max(retry_after, FIRST_PAUSE_S * 2 ** min(row.attempts, DOUBLINGS))
            again_at = self._now() + timedelta(seconds=pause)
        again, attempts = again_at is not None, row.attempts + 1
        log.warning("send_failed", action="send", channel=row.channel, attempts=attempts, again=again)
        await self._note(partial(not_sent, row=row.id, again_at=again_at))
        if not again and _is_agents(row):
            await self._tell(row, is_gone=False)

    async def _tell(self, row: Due, *, is_gone: bool) -> None:
        if self.lost is not None:
            await self.lost(row.conversation, is_gone=is_gone)

    async def _note(self, write: Callable[[Connection], T]) -> T:
        """Commit 3. It waits for a database that is away: to send once more would be worse."""
        while True:
            try:
                return await self._store.write(write)
            except StorageAway:
                log.warning("outbox_waits", action="send")
                await asyncio.sleep(POLL_S)


def _is_agents(row: Due) -> bool:
    """Whether a person wrote it, who must hear that it did not arrive."""
    return row.outgoing.message.author == "agent"
