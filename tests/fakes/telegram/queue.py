"""The updates that wait for one bot: numbered once for ever, kept until confirmed, given out by long polling."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.telegram.faults import Fault, Faults
from tests.fakes.telegram.refusals import Refused, conflict

Json = dict[str, Any]
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
LONGEST_POLL = 50  # seconds; more is cut silently
EXPIRY = {"callback_query": 150}  # seconds; then an update is dropped silently
DAY = 86_400
TWO_POLLERS = "terminated by other getUpdates request; make sure that only one bot instance is running"
HAS_WEBHOOK = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


@dataclass(eq=False)
class Update:
    """One update as it was when it happened."""

    id: int
    kind: str
    lane: str  # updates of one lane (a chat; for callbacks a user) go to a webhook one at a time
    body: Json
    born: float
    again: bool = False  # to be delivered once more although it is confirmed
    is_gone: bool = False  # the bot did not want it any more

    def json(self) -> Json:
        return {"update_id": self.id, self.kind: self.body}


@dataclass(eq=False)
class Queue:
    """One bot's updates."""

    now: Callable[[], float]
    faults: Faults
    next_id: int
    allowed: frozenset[str] | None = None  # None: all but NOT_BY_DEFAULT
    pending: list[Update] = field(default_factory=list)
    has_webhook: bool = False
    confirmed: int = 0  # how many updates were confirmed
    wake: Callable[[str], None] | None = None  # tells the webhook's delivery
    _waiting: asyncio.Future[None] | None = None

    def put(self, kind: str, lane: str, body: Json) -> None:
        """Something happened; it is dropped where the bot did not ask for such updates."""
        if kind in NOT_BY_DEFAULT if self.allowed is None else kind not in self.allowed:
            return
        self.pending.append(Update(self.next_id, kind, lane, body, self.now()))
        self.next_id += 1
        self.ring(lane)

    def ring(self, lane: str = "") -> None:
        """Something new in a lane; no lane means in any."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)
        if self.wake is not None:
            self.wake(lane)

    def allow(self, kinds: Iterable[str] | None) -> None:
        """What the bot wants from now on: None keeps the setting, nothing means the default."""
        if kinds is not None:
            self.allowed = frozenset(kinds) or None

    async def poll(self, offset: int, limit: int, seconds: float) -> list[Json]:
        """`getUpdates`."""
        if self.has_webhook:
            raise conflict(HAS_WEBHOOK)
        self.interrupt(conflict(TWO_POLLERS))
        if self.faults.draw("getUpdates", {Fault.REPEAT}) is None:
            self._confirm(offset)
        if not self.ready() and seconds > 0:
            await self._wait(min(seconds, LONGEST_POLL))
        return [update.json() for update in self._spoiled(self.ready()[: limit if 1 <= limit <= 100 else 100])]

    def interrupt(self, error: Refused) -> None:
        """End the poll that waits, if there is one."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(error)

    def ready(self) -> list[Update]:
        """What is not too old."""
        self.pending = [one for one in self.pending if self.now() - one.born < EXPIRY.get(one.kind, DAY)]
        return self.pending

    def drop(self) -> None:
        """Forget all that waits."""
        for update in self.pending:
            update.is_gone = True
        self.pending = []

    def done(self, update: Update) -> None:
        """It reached the webhook."""
        if update in self.pending:
            self.pending.remove(update)
            self.confirmed += 1

    async def _wait(self, seconds: float) -> None:
        waiting = self._waiting = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(seconds):
                await waiting
        except TimeoutError:
            return
        finally:
            if self._waiting is waiting:
                self._waiting = None

    def _confirm(self, offset: int) -> None:
        """All below the offset is never seen again; a negative offset keeps only so many from the end."""
        first = offset
        if offset < 0:
            first = self.pending[offset].id if len(self.pending) >= -offset else 0
        kept = [one for one in self.pending if one.id >= first or one.again]
        self.confirmed += len(self.pending) - len(kept)
        for one in kept:
            one.again = one.again and one.id >= first
        self.pending = kept

    def _spoiled(self, batch: list[Update]) -> Sequence[Update]:
        """The batch as the ordered faults leave it."""
        if not batch:
            return batch
        match self.faults.draw("getUpdates", {Fault.DUPLICATE, Fault.REORDER, Fault.SHUFFLE}):
            case Fault.DUPLICATE:
                batch[-1].again = True
                return [*batch, batch[-1]]
            case Fault.REORDER:
                return by_lane(batch, self.faults.random)
            case Fault.SHUFFLE:
                return self.faults.random.sample(batch, len(batch))
            case _:
                return batch


def by_lane(batch: Sequence[Update], chance: random.Random) -> list[Update]:
    """Whole lanes in another order; within a lane the order stays."""
    lanes = list(dict.fromkeys(update.lane for update in batch))
    chance.shuffle(lanes)
    return sorted(batch, key=lambda update: (lanes.index(update.lane), update.id))
