"""A day as people's programs write it. What could be two days is never guessed."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

EARLIEST = date(1970, 1, 1)
JALALI = range(1300, 1500)  # years of the Iranian calendar
LONG_AHEAD = 50  # years: an end that lies further ahead was mistyped

_YEAR_FIRST = re.compile(r"(\d{4})([-./])(\d{1,2})\2(\d{1,2})(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_YEAR_LAST = re.compile(r"(\d{1,2})(?:(\.) ?|([-/]))(\d{1,2})(?:\2 ?|\3)(\d{4})(?: \d{1,2}:\d{2}(?::\d{2})?)?")


class DayWrong(ValueError):
    """No day, or perhaps two; the message says what to write."""


@lru_cache(maxsize=20_000)  # a shop's whole life in days: a file says each of them many times
def day_of(text: str) -> date:
    """2026-12-31, 2026/12/31, 20261231, 31.12.2026, 31/12/2026, 12/31/2026, or 1405/10/10 of the Iranian calendar.

    Raises `DayWrong`: also for 03/04/2026, which may be April or March.
    """
    if found := _YEAR_FIRST.fullmatch(text):
        return _made(text, int(found[1]), int(found[3]), int(found[4]))
    if found := _COMPACT.fullmatch(text):
        return _made(text, int(found[1]), int(found[2]), int(found[3]))
    if found := _YEAR_LAST.fullmatch(text):
        first, second, year = int(found[1]), int(found[4]), int(found[5])
        if found[2]:
            return _made(text, year, second, first)
        return _with_slashes(text, first, second, year)
    raise DayWrong(f"{text!r} is no date; write it like 2026-12-31")


def _with_slashes(text: str, first: int, second: int, year: int) -> date:
    """Day first in one country, month first in the next: only what can be read in one way is read."""
    if first != second and first <= 12 and second <= 12:
        raise DayWrong(
            f"{text!r} may be two days; write {year:04}-{second:02}-{first:02} or {year:04}-{first:02}-{second:02}"
        )
    return _made(text, year, first, second) if second > 12 else _made(text, year, second, first)


def _made(text: str, year: int, month: int, day: int) -> date:
    try:
        found = _gregorian(year, month, day) if year in JALALI else date(year, month, day)
    except ValueError:
        raise DayWrong(f"{text!r} is in no calendar; write a date like 2026-12-31") from None
    if found < EARLIEST:
        raise DayWrong(f"{text!r} is too long ago; write a date like 2026-12-31")
    return found


def _gregorian(year: int, month: int, day: int) -> date:
    from persiantools.jdatetime import JalaliDate  # only where somebody writes such dates

    found: date = JalaliDate(year, month, day).to_gregorian()  # type: ignore[no-untyped-call] # has no types
    return found
