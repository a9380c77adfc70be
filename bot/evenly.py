"""Answers after the same time, whatever they are: nobody who watches the clock learns what was found."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


class Evenly:
    """Lets work end only at whole multiples of `step_s` after its start: at the first, unless it takes longer."""

    def __init__(
        self,
        step_s: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._step, self._clock, self._sleep = step_s, clock, sleep

    async def __call__(self, work: Awaitable[T]) -> T:
        """The result of the work, or what it raised, when it is time."""
        started = self._clock()
        try:
            return await work
        finally:
            passed = self._clock() - started
            await self._sleep(max(1, math.ceil(passed / self._step)) * self._step - passed)
