"""One line of the table."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured, the figure with its unit, and what we promise of it (empty: nothing)."""

    what: str
    figure: str
    promise: str = ""
    kept: bool = True

    def line(self) -> str:
        mark = ("yes" if self.kept else "NO") if self.promise else ""
        return f"| {self.what} | {self.figure} | {self.promise} | {mark} |"


def quantile(values: list[float], share: float) -> float:
    """The value below which this share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def machine() -> str:
    """What the figures were taken on, and how busy it was: other work on it makes every figure worse."""
    load = os.getloadavg()[0]
    return f"{os.cpu_count()} processors, load average {load:.1f} at the start"


@contextmanager
def one_core() -> Iterator[None]:
    """What runs within, and the processes it starts, share one processor, where the system can be told so."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(allowed)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
