"""Whether somebody walks through serials: one after the other, or one sign changed at a time."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz.distance import Levenshtein

STEPS = 3  # neighbours asked for before: who has mistyped twice has two
CONSECUTIVE = 3  # numbers that differ by no more follow one another: a walk may leave some out
TAIL = 3  # signs at the end in which serials of one series differ: a thousand of them, where they are digits
_NUMBER = re.compile(r"(.*?)([0-9]+)([A-Z]?)")  # and one sign of check, which follows from the rest


def walks(asked: Sequence[str], serial: str) -> bool:
    """Whether the (canonical) serial is one more step from those that the same source asked for of late."""
    return sum(are_neighbours(one, serial) for one in {*asked} - {serial}) >= STEPS


def are_neighbours(one: str, other: str) -> bool:
    """One sign apart, or numbers that follow one another behind the same signs."""
    return Levenshtein.distance(one, other, score_cutoff=1) <= 1 or _follow(one, other)


def series_of(serial: str) -> str:
    """What a serial has in common with its neighbours: all but its last signs."""
    return serial[:-TAIL] or serial[:1]


def _follow(one: str, other: str) -> bool:
    a, b = _NUMBER.fullmatch(one), _NUMBER.fullmatch(other)
    if a is None or b is None or a[1] != b[1]:
        return False
    apart = abs(int(a[2]) - int(b[2]))
    checked = abs(int(a[2][:-1] or 0) - int(b[2][:-1] or 0))  # where the last digit is the check
    return 0 < apart <= CONSECUTIVE or (len(a[2]) == len(b[2]) and 0 < checked <= CONSECUTIVE)
