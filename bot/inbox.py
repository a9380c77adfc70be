"""Receiving: store once, then hand over to the worker. Only after this may the outside be told "accepted"."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from functools import partial

from bot import metrics
from bot.hub import Hub, lane_of
from bot.ports import Accepted, Inbound, Posted
from bot.storage import Connection
from bot.storage.conversations import Waiting, accept
from bot.storage.news import announce
from bot.storage.store import Store

KNOWN = 20_000  # addresses whose conversation is remembered


class Inbox:
    """The one way in, for every channel."""

    def __init__(self, store: Store, hub: Hub, offer: Callable[[Waiting], None], now: Callable[[], datetime]) -> None:
        self._store, self._hub, self._offer, self._now = store, hub, offer, now
        self._known: OrderedDict[tuple[str, str], int] = OrderedDict()

    async def accept(self, inbound: Inbound) -> Accepted:
        """Store the message (commit 1); the same external id again changes nothing. Raises `StorageAway`."""
        who = (inbound.channel, inbound.address)
        now = self._now()
        accepted = await self._store.write(partial(_accept, inbound=inbound, now=now, known=self._known.get(who)))
        self._remember(who, accepted.conversation)
        if accepted.inbox_id is None:
            metrics.DUPLICATES.labels(inbound.channel).inc()
            return accepted
        metrics.ACCEPTED.labels(inbound.channel).inc()
        message = inbound.message
        posted = Posted(accepted.seq, "customer", message.text, (), message.attachments, None, now)
        self._hub.publish(lane_of(*who), (posted,))
        self._offer(
            Waiting(accepted.inbox_id, accepted.conversation, accepted.seq, inbound.channel, message, attempts=0)
        )
        return accepted

    def _remember(self, who: tuple[str, str], conversation: int) -> None:
        self._known[who] = conversation
        self._known.move_to_end(who)
        if len(self._known) > KNOWN:
            self._known.popitem(last=False)


def _accept(connection: Connection, *, inbound: Inbound, now: datetime, known: int | None) -> Accepted:
    """Commit 1, and news of it for other processes."""
    accepted = accept(connection, inbound, now, known)
    if accepted.inbox_id is not None:
        announce(connection, lane_of(inbound.channel, inbound.address))
    return accepted
