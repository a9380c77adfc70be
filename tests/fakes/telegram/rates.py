"""How much a bot may send: Telegram's limits of the FAQ, each of which can be switched off."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.fakes.telegram.refusals import too_many

GROUP_MESSAGES, GROUP_SECONDS = 20, 60.0
CHAT_BURST, CHAT_SECONDS = 5, 1.0  # so many at once, then one a second
ALL_MESSAGES, ALL_SECONDS = 30, 1.0


@dataclass(eq=False)
class Window:
    """At most so many events within so many seconds."""

    most: int
    seconds: float
    events: deque[float] = field(default_factory=deque)

    def wait(self, now: float, amount: int) -> float:
        """Seconds until `amount` more fit in; 0: now."""
        while self.events and self.events[0] <= now - self.seconds:
            self.events.popleft()
        surplus = len(self.events) + amount - self.most
        if surplus <= 0 or not self.events:
            return 0
        return self.events[min(surplus, len(self.events)) - 1] + self.seconds - now

    def spend(self, now: float, amount: int) -> None:
        self.events.extend([now] * amount)


@dataclass(eq=False)
class Bucket:
    """A burst at once, then one per `seconds`."""

    burst: int
    seconds: float
    debt: float = 0
    at: float = 0

    def wait(self, now: float, amount: int) -> float:
        self.debt, self.at = max(0.0, self.debt - (now - self.at) / self.seconds), now
        return max(0.0, min(self.debt, self.debt + min(amount, self.burst) - self.burst)) * self.seconds

    def spend(self, now: float, amount: int) -> None:
        self.debt += amount


@dataclass(eq=False)
class Rates:
    """The limits of all bots. Switch them with `group`, `chat`, `overall`."""

    now: Callable[[], float]
    group: bool = True
    chat: bool = True
    overall: bool = True
    _known: dict[tuple[str, int, int], Window | Bucket] = field(default_factory=dict)

    def off(self) -> None:
        self.group = self.chat = self.overall = False

    def spend(self, bot_id: int, chat_id: int, amount: int = 1) -> None:
        """Count what a bot sends to a chat; refused with 429 where it is too much, and then not counted."""
        limits = [self._limit(name, bot_id, chat_id) for name in ("overall", "chat", "group") if getattr(self, name)
                  and (name != "group" or chat_id < 0)]  # fmt: skip
        now = self.now()
        wait = max((limit.wait(now, amount) for limit in limits), default=0)
        if wait > 0:
            raise too_many(wait)
        for limit in limits:
            limit.spend(now, amount)

    def _limit(self, name: str, bot_id: int, chat_id: int) -> Window | Bucket:
        key = (name, bot_id, 0 if name == "overall" else chat_id)
        if key not in self._known:
            match name:
                case "group":
                    self._known[key] = Window(GROUP_MESSAGES, GROUP_SECONDS)
                case "chat":
                    self._known[key] = Bucket(CHAT_BURST, CHAT_SECONDS)
                case _:
                    self._known[key] = Window(ALL_MESSAGES, ALL_SECONDS)
        return self._known[key]
