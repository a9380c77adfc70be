"""A circuit breaker: who does not answer is left alone for a while, and asked once before all others come back.

Our own sixty lines, because no kept library does it on an event loop: pybreaker knows only Tornado's coroutines,
aiobreaker ended in 2021, purgatory has had no release since 2024 and lets every waiting call through at once when
its pause is over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

State = Literal["closed", "open", "half-open"]


class BreakerOpen(Exception):
    """The other side is left alone just now; the call was not made."""


class Trouble(Exception):
    """The other side is in trouble. `after`: the seconds for which it asked to be left alone."""

    def __init__(self, what: str, after: float = 0) -> None:
        super().__init__(what)
        self.after = after


class Breaker:
    """Opens after so many `Trouble`s in a row, for `pause` seconds; then one call decides whether it closes."""

    def __init__(self, failures: int, pause: float, longest: float, clock: Callable[[], float]) -> None:
        """`longest`: the most of a pause the other side may ask for."""
        self._failures, self._pause, self._longest, self._clock = failures, pause, longest, clock
        self._failed = 0
        self._until: float | None = None  # open; None: closed
        self._probing = False  # a call is under way that decides

    @property
    def state(self) -> State:
        if self._until is None:
            return "closed"
        return "open" if self._clock() < self._until else "half-open"

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Make a call within. Raises `BreakerOpen` where none may be made; any error but `Trouble` is an answer."""
        probe = self._enter()
        try:
            yield
        except Trouble as trouble:
            self._count(trouble.after, probe)
            raise
        except Exception:
            self._close(probe)
            raise
        else:
            self._close(probe)
        finally:  # also where the call was given up: it said nothing
            if probe:
                self._probing = False

    def _enter(self) -> bool:
        """Whether the call is the one that decides."""
        state = self.state
        if state == "open" or (state == "half-open" and self._probing):
            raise BreakerOpen
        self._probing = state == "half-open"
        return self._probing

    def _count(self, after: float, probe: bool) -> None:
        if self._until is not None and not probe:
            return  # began before it opened: nothing new
        self._failed += 1
        if probe or self._failed >= self._failures:
            after = max(after, self._pause)
        if after:
            self._until = self._clock() + min(after, self._longest)

    def _close(self, probe: bool) -> None:
        if self._until is None or probe:
            self._failed, self._until = 0, None
