"""Moments as a customer reads them: weekday, day and time in their language; the place where clocks may differ."""

from __future__ import annotations

import math
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.core import get_global
from babel.dates import format_date, format_skeleton, get_timezone_location
from persiantools.jdatetime import JalaliDate

from handlers.rules.contact import country_of
from knowledge_base.rendering import local_digits

STEP_S = 15 * 60  # a promise is told to the quarter of an hour


@dataclass(frozen=True, slots=True)
class Moment:
    """The parts of a sentence that names a moment; how they stand in it, the language says."""

    weekday: str
    day: str  # "23 ноября", without the year
    time: str  # "15:00"


def moment(at: datetime, language: str) -> Moment:
    """A moment by the clock of its own time zone; in Persian by the Jalali calendar."""
    time = local_digits(format_skeleton("Hm", at, locale=language), language)
    if language == "fa":
        weekday, day, month = _jalali(at.date(), "%A|%d|%B").split("|")
        return Moment(weekday, f"{day.lstrip('۰')} {month}", time)
    day = format_skeleton("MMMMd", at, locale=language)
    return Moment(format_date(at, "EEEE", locale=language), day, time)


@lru_cache(maxsize=1024)
def local_date(day: date, language: str) -> str:
    """A date as people of this language write it; Persian in the Jalali calendar."""
    return (
        _jalali(day, "%d %B %Y").lstrip("۰") if language == "fa" else format_date(day, format="long", locale=language)
    )


def local_month(year: int, month: int, language: str) -> str:
    """A month of a year; in Persian the two Jalali months it reaches into, for nobody said which day is meant."""
    if language != "fa":
        return str(format_skeleton("yMMMM", date(year, month, 1), locale=language))
    first, last = date(year, month, 1), date(year, month, monthrange(year, month)[1])
    return f"{_jalali(first, '%B %Y')} – {_jalali(last, '%B %Y')}"


def rounded_up(at: datetime) -> datetime:
    """The next full quarter of an hour: what is promised to the second is read as a mistake."""
    return datetime.fromtimestamp(math.ceil(at.timestamp() / STEP_S) * STEP_S, at.tzinfo)


def place_of_clock(at: datetime, language: str) -> str | None:
    """The town whose time this is, where readers of this language may live by another; else None."""
    zones = get_global("territory_zones").get(country_of(language) or "", ())
    if not isinstance(at.tzinfo, ZoneInfo) or all(_same_clock(at, zone) for zone in zones):
        return None
    return get_timezone_location(at.tzinfo, locale=language, return_city=True)


def _same_clock(at: datetime, zone: str) -> bool:
    return at.astimezone(ZoneInfo(zone)).utcoffset() == at.utcoffset()


def _jalali(day: date, pattern: str) -> str:
    return str(JalaliDate(day).strftime(pattern, locale="fa"))  # type: ignore[no-untyped-call]  # the library has no types
