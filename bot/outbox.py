"""Delivering: the head of each lane, through the channel it belongs to, until it is sent or never can be."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot import metrics
from bot.ports import Channel, Outgoing, SendFailed
from bot.storage.conversations import due, not_sent, sent
from bot.storage.store import Store

POLL_S = 1.0
FIRST_PAUSE_S = 2.0
LONGEST_PAUSE_S = 300.0

log = structlog.get_logger()


class Outbox:
    """Sends what the channels that call out have to send. At least once: a crash between send and commit 3 repeats."""

    def __init__(self, store: Store, channels: Mapping[str, Channel], now: Callable[[], datetime]) -> None:
        self._store, self._channels, self._now = store, channels, now
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """There is something new."""
        self._wake.set()

    async def run(self) -> None:
        """Send until cancelled."""
        while True:
            self._wake.clear()
            try:
                while await self.flush():
                    pass
            except Exception as error:  # the database may be away for a while; the rows stay
                log.warning("outbox_failed", action="send", error=type(error).__name__)
            try:
                await asyncio.wait_for(self._wake.wait(), POLL_S)
            except TimeoutError:
                continue

    async def flush(self) -> int:
        """Try the head of every lane once; how many were due."""
        rows = await self._store.read(partial(due, now=self._now()))
        known = [row for row in rows if row[2] in self._channels]
        await asyncio.gather(*(self._send(*row) for row in known))
        return len(known)

    async def _send(self, row: int, attempts: int, channel: str, outgoing: Outgoing) -> None:
        try:
            await self._channels[channel].send(outgoing)
        except SendFailed as failed:
            metrics.SEND_FAILED.labels(channel).inc()
            pause = failed.retry_after
            if pause is not None:
                pause = max(pause, min(FIRST_PAUSE_S * 2**attempts, LONGEST_PAUSE_S))
            again_at = None if pause is None else self._now() + timedelta(seconds=pause)
            log.warning(
                "send_failed", action="send", channel=channel, attempts=attempts + 1, again=again_at is not None
            )
            await self._store.write(partial(not_sent, row=row, again_at=again_at))
            return
        metrics.SENT.labels(channel).inc()
        await self._store.write(partial(sent, row=row, now=self._now()))
