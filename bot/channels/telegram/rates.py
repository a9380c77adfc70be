"""How fast we may send: Telegram's limits of one chat and of the whole bot, kept by waiting before each call."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

CHAT_BURST, CHAT_PER_S = 3, 1.0
ALL_BURST, ALL_PER_S = 5, 24.0  # Telegram allows 30 within any second: a burst and what flows in meanwhile stay below
CHATS = 10_000  # remembered; one forgotten has long been full again


@dataclass(slots=True)
class Bucket:
    """Tokens that flow in; who takes one that is not there yet waits for it, and those behind wait longer."""

    burst: float
    per_s: float
    tokens: float
    at: float

    def take(self, now: float) -> float:
        """Take a token; seconds until it is there."""
        self.tokens, self.at = min(self.burst, self.tokens + max(0.0, now - self.at) * self.per_s), max(now, self.at)
        self.tokens -= 1
        return max(0.0, self.at - now) + max(0.0, -self.tokens / self.per_s)

    def empty(self, now: float, seconds: float = 0.0) -> None:
        """Nothing is left; it fills again after so many seconds."""
        self.tokens, self.at = min(self.tokens, 0.0), max(self.at, now + seconds)


class Rates:
    """The buckets of one bot."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._all = self._full(ALL_BURST, ALL_PER_S)
        self._chats: OrderedDict[str, Bucket] = OrderedDict()

    async def wait(self, chat: str) -> None:
        """Return when a call for this chat may be made."""
        now = self._clock()
        seconds = max(self._chat(chat).take(now), self._all.take(now))
        if seconds > 0:
            await asyncio.sleep(seconds)

    def refused(self, chat: str, seconds: float) -> None:
        """Telegram said 429: it counts otherwise than we do."""
        now = self._clock()
        self._chat(chat).empty(now, seconds)
        self._all.empty(now)

    def _chat(self, chat: str) -> Bucket:
        if chat not in self._chats:
            self._chats[chat] = self._full(CHAT_BURST, CHAT_PER_S)
        self._chats.move_to_end(chat)
        if len(self._chats) > CHATS:
            self._chats.popitem(last=False)
        return self._chats[chat]

    def _full(self, burst: float, per_s: float) -> Bucket:
        return Bucket(burst, per_s, burst, self._clock())
