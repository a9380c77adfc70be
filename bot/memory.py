"""Giving memory back after the work of a start."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import sys


def give_back() -> None:
    """What is alive now stays: leave it out of every later collection, and hand free pages back to the system.

    Building the index takes many times what it leaves; glibc keeps the difference for itself until it is asked.
    """
    gc.collect()
    gc.freeze()
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):  # another C library: nothing to ask
            ctypes.CDLL(None).malloc_trim(0)
