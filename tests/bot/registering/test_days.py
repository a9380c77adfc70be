"""A day as people's programs write it: never the wrong one of two."""

from __future__ import annotations

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.registering.days import DayWrong, day_of

DAYS = st.dates(date(1970, 1, 1), date(2100, 1, 1))


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-12-31", date(2026, 12, 31)),
        ("2026-12-31 00:00:00", date(2026, 12, 31)),
        ("2026-12-31T10:20", date(2026, 12, 31)),
        ("2026/12/31", date(2026, 12, 31)),
        ("20261231", date(2026, 12, 31)),
        ("31.12.2026", date(2026, 12, 31)),
        ("31. 12. 2026", date(2026, 12, 31)),
        ("3.4.2026", date(2026, 4, 3)),
        ("31/12/2026", date(2026, 12, 31)),
        ("12/31/2026", date(2026, 12, 31)),
        ("05/05/2026", date(2026, 5, 5)),
        ("2024-02-29", date(2024, 2, 29)),
        ("1403/05/01", date(2024, 7, 22)),
        ("۱۴۰۳/۰۵/۰۱", date(2024, 7, 22)),
        ("٢٠٢٦-١٢-٣١", date(2026, 12, 31)),
    ],
)
def test_a_day_in_the_forms_people_export(written: str, day: date) -> None:
    assert day_of(written) == day


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("03/04/2026", "write 2026-04-03 or 2026-03-04"),
        ("3-4-2026", "write 2026-04-03 or 2026-03-04"),
        ("31.02.2026", "in no calendar"),
        ("2026-02-29", "in no calendar"),
        ("31/31/2026", "in no calendar"),
        ("1403/13/01", "in no calendar"),
        ("31.12.26", "write it like 2026-12-31"),
        ("46022", "write it like 2026-12-31"),
        ("yesterday", "write it like 2026-12-31"),
        ("2026-12.31", "write it like 2026-12-31"),
        ("1900-01-01", "too long ago"),
        ("2026-12-31T10:20Z", "write it like 2026-12-31"),  # whose day that is depends on the place
    ],
)
def test_what_is_no_day_or_two_is_refused_with_what_to_write(written: str, hint: str) -> None:
    with pytest.raises(DayWrong, match=hint):
        day_of(written)


@given(DAYS)
def test_a_slash_never_swaps_day_and_month(day: date) -> None:
    for written in (f"{day:%d/%m/%Y}", f"{day:%m/%d/%Y}"):
        try:
            assert day_of(written) == day
        except DayWrong:
            assert day.day <= 12


@given(st.text(max_size=12))
def test_any_text_is_a_day_or_refused(text: str) -> None:
    with contextlib.suppress(DayWrong):
        assert day_of(text).year >= 1970
