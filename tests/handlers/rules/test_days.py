"""Counting days: worked examples, and what holds for every day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from handlers.rules.days import add_days, add_months, add_working_days, days_off, is_holiday, next_working_day

D = date.fromisoformat
CZECH = days_off("CZ", (5, 6))
IRANIAN = days_off("IR", (4,))


@pytest.mark.parametrize(
    ("day", "months", "wanted"),
    [
        ("2026-02-16", 24, "2028-02-16"),
        ("2024-02-29", 24, "2026-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2025-08-31", 6, "2026-02-28"),
        ("2023-08-31", 6, "2024-02-29"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2026-12-31", 12, "2027-12-31"),
        ("2026-12-01", 1, "2027-01-01"),
        ("9999-06-01", 24, "9999-12-31"),
        ("9998-12-31", 12, "9999-12-31"),
    ],
)
def test_months(day: str, months: int, wanted: str) -> None:
    assert add_months(D(day), months) == D(wanted)


@given(some.dates(max_value=date(9900, 1, 1)), some.integers(0, 240))
def test_a_month_later_is_the_same_day_or_the_months_last(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


@given(some.dates(), some.dates(), some.integers(0, 240), some.integers(0, 400))
def test_a_later_day_never_ends_earlier(one: date, other: date, months: int, days: int) -> None:
    first, second = sorted((one, other))
    assert add_months(first, months) <= add_months(second, months)
    assert first <= add_days(first, days) <= add_days(second, days)


def test_a_last_day_moves_over_week_ends_and_holidays() -> None:
    assert next_working_day(D("2026-11-04"), CZECH) == D("2026-11-04")
    assert next_working_day(D("2026-11-07"), CZECH) == D("2026-11-09")  # Saturday
    assert next_working_day(D("2026-12-24"), CZECH) == D("2026-12-28")  # three holidays and a Sunday
    assert next_working_day(D("2026-11-17"), CZECH) == D("2026-11-18")  # a Tuesday everybody has off


def test_working_days() -> None:
    assert add_working_days(D("2026-11-06"), 1, CZECH) == D("2026-11-09")
    assert add_working_days(D("2026-11-06"), 0, CZECH) == D("2026-11-06")
    assert add_working_days(D("2026-10-03"), 7, IRANIAN) == D("2026-10-11")  # only Friday the 9th is off


def test_of_a_country_nobody_counted_only_the_week_ends_are_known() -> None:
    assert not is_holiday("XX", D("2026-01-01"))
    assert next_working_day(D("2026-01-03"), days_off("XX", (5, 6))) == D("2026-01-05")


@given(some.dates(), some.sampled_from(["CZ", "IR", "US", "GB", "RU", "XX", "EU", ""]))
def test_no_day_of_any_country_raises(day: date, country: str) -> None:
    is_off = days_off(country, (4,))
    found = next_working_day(day, is_off)
    assert found >= day
    assert found == date.max or not is_off(found)
