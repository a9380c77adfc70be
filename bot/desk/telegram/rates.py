"""How much one group takes: Telegram allows a bot 20 messages a minute there; edits and new topics count."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

ZERO = timedelta()


class Window:
    """At most so many calls within a time."""

    def __init__(self, most: int, length: timedelta) -> None:
        self._most, self._length, self._calls = most, length, deque[datetime]()

    def free_at(self, now: datetime) -> datetime:
        """When the next call may be made."""
        while self._calls and self._calls[0] <= now - self._length:
            self._calls.popleft()
        return now if len(self._calls) < self._most else self._calls[-self._most] + self._length

    def spend(self, now: datetime) -> None:
        self._calls.append(now)


class Pace:
    """The pace of one group. `hold` makes it wait longer, as Telegram says."""

    def __init__(self) -> None:
        # A second more than Telegram counts: what leaves here within a minute may arrive there within less.
        self._windows = (Window(20, timedelta(seconds=61)), Window(5, timedelta(seconds=5)))
        self._held_until: datetime | None = None

    def pause(self, now: datetime) -> timedelta:
        """How long to wait before the next call."""
        free = max((window.free_at(now) for window in self._windows), default=now)
        return max(ZERO, free - now, (self._held_until or now) - now)

    def spend(self, now: datetime) -> None:
        """One call is made now."""
        for window in self._windows:
            window.spend(now)

    def hold(self, now: datetime, length: timedelta) -> None:
        """Nothing before that time has passed."""
        self._held_until = max(self._held_until or now, now + length)

    def let_go(self) -> None:
        """There is no longer a reason to wait."""
        self._held_until = None
