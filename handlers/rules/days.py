"""Counting days: months that end where the shorter month does, working days, last days that move.

The calendar ends with the year 9999; a sum beyond it is its last day.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Collection
from datetime import MAXYEAR, date, timedelta

from handlers.rules.hours import HoursWrong, holidays_of

DAY = timedelta(days=1)

IsOff = Callable[[date], bool]  # whether nobody works on a day


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last of a month that has no such day: 2024-02-29 + 24 = 2026-02-28."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if years > MAXYEAR:
        return date.max
    return date(years, month + 1, min(day.day, calendar.monthrange(years, month + 1)[1]))


def add_days(day: date, days: int) -> date:
    """So many days later."""
    return date.fromordinal(min(day.toordinal() + days, date.max.toordinal()))


def add_working_days(day: date, days: int, is_off: IsOff) -> date:
    """So many working days later; the day itself is not counted."""
    for _ in range(days):
        day = next_working_day(add_days(day, 1), is_off)
    return day


def next_working_day(day: date, is_off: IsOff) -> date:
    """This day if somebody works on it, else the next on which somebody does."""
    while is_off(day) and day < date.max:
        day += DAY
    return day


def days_off(country: str, weekend: Collection[int]) -> IsOff:
    """Which days are week-ends or public holidays. Of a country nobody counted the holidays of: the week-ends."""

    def is_off(day: date) -> bool:
        return day.weekday() in weekend or is_holiday(country, day)

    return is_off


def is_holiday(country: str, day: date) -> bool:
    """Whether a day is a public holiday, as far as anybody knows."""
    try:
        return day in holidays_of(country, None, day.year)
    except HoursWrong:
        return False
