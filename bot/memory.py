"""Asking little of the system, and giving memory back after the work of a start."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import sys

ARENA_MAX = -8  # M_ARENA_MAX of malloc.h


def one_arena() -> None:
    """Let all threads share one heap: glibc gives each its own, and none of them gives anything back.

    Only before the first thread starts, and for a process that runs one thread at a time anyway.
    """
    _ask_libc("mallopt", ARENA_MAX, 1)


def give_back() -> None:
    """What is alive now stays: leave it out of every later collection, and hand free pages back to the system.

    Building the index takes many times what it leaves; glibc keeps the difference for itself until it is asked.
    """
    gc.collect()
    gc.freeze()
    _ask_libc("malloc_trim", 0)


def _ask_libc(function: str, *numbers: int) -> None:
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):  # another C library: nothing to ask
            getattr(ctypes.CDLL(None), function)(*numbers)
