"""Moments and dates in words."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from handlers.when import Moment, local_date, moment, place_of_clock, rounded_up

PRAGUE = ZoneInfo("Europe/Prague")
MONDAY = datetime(2026, 11, 23, 9, 5, tzinfo=PRAGUE)


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        ("en", ("Monday", "November 23", "09:05")),
        ("ru", ("понедельник", "23 ноября", "09:05")),
        ("kk", ("дүйсенбі", "23 қараша", "09:05")),
        ("cs", ("pondělí", "23. listopadu", "9:05")),
        ("pl", ("poniedziałek", "23 listopada", "09:05")),
        ("fa", ("دوشنبه", "۲ آذر", "۹:۰۵")),
        ("de", ("Montag", "23. November", "09:05")),  # not shipped: a language needs no line here
    ],
)
def test_moment(language: str, parts: tuple[str, str, str]) -> None:
    assert moment(MONDAY, language) == Moment(*parts)


@pytest.mark.parametrize(
    ("minute", "second", "written"), [(0, 0, "9:00"), (0, 1, "9:15"), (15, 0, "9:15"), (46, 0, "10:00")]
)
def test_a_promise_is_rounded_to_the_later_quarter(minute: int, second: int, written: str) -> None:
    found = rounded_up(datetime(2026, 11, 23, 9, minute, second, tzinfo=PRAGUE))
    assert f"{found.hour}:{found.minute:02d}" == written
    assert found.tzinfo is PRAGUE


def test_a_promise_in_the_hour_that_comes_twice_stays_in_its_turn() -> None:
    second_time = datetime(2026, 10, 25, 2, 50, tzinfo=PRAGUE, fold=1)
    assert rounded_up(second_time).astimezone(UTC) == datetime(2026, 10, 25, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "zone", "place"),
    [
        ("cs", "Europe/Prague", None),
        ("pl", "Europe/Prague", None),  # another country, the same clock
        ("ru", "Europe/Prague", "Прага"),
        ("kk", "Europe/Prague", "Прага"),
        ("fa", "Europe/Prague", "پراگ"),
        ("en", "Europe/Prague", "Prague"),
        ("kk", "Asia/Almaty", None),
        ("fa", "Asia/Tehran", None),
        ("ru", "Europe/Moscow", "Москва"),  # one country, many clocks
        ("xx", "Europe/Prague", None),  # nobody counted its readers
    ],
)
def test_the_place_is_named_where_clocks_may_differ(language: str, zone: str, place: str | None) -> None:
    at = datetime(2026, 11, 23, 9, 5, tzinfo=ZoneInfo(zone))
    assert place_of_clock(at, language) == place


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "November 16, 2026"),
        ("ru", "16 ноября 2026\u202fг."),
        ("kk", "2026\u202fж. 16 қараша"),
        ("cs", "16. listopadu 2026"),
        ("pl", "16 listopada 2026"),
        ("fa", "۲۵ آبان ۱۴۰۵"),
    ],
)
def test_local_date(language: str, written: str) -> None:
    assert local_date(date(2026, 11, 16), language) == written


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2026, 3, 21), "۱ فروردین ۱۴۰۵"),  # Nowruz
        (date(2025, 3, 20), "۳۰ اسفند ۱۴۰۳"),  # the last day of a leap year
    ],
)
def test_the_jalali_year_turns_in_spring(day: date, written: str) -> None:
    assert local_date(day, "fa") == written
