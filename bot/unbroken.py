"""Calls that a stop does not break off: what the other side has taken must be noted, or it is sent once more."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

FINISH_S = 0.5  # after a cancellation; part of the five seconds of a stop

T = TypeVar("T")


async def unbroken(work: Coroutine[Any, Any, T]) -> T:
    """Do it. Who is cancelled meanwhile still waits for its end, but not longer than `FINISH_S`."""
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task}, timeout=FINISH_S)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        raise
