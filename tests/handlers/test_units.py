"""Numbers with their unit, as each language counts."""

from __future__ import annotations

import pytest

from handlers.units import unit_filters
from handlers.voice import Voice


@pytest.fixture(scope="module")
def voice() -> Voice:
    return Voice({})


@pytest.mark.parametrize(
    ("language", "unit", "counted"),
    [
        ("en", "days", {1: "1 day", 14: "14 days"}),
        ("en", "workdays", {1: "1 working day", 3: "3 working days", 0: "0 working days"}),
        ("ru", "days", {1: "1 день", 2: "2 дня", 14: "14 дней", 21: "21 день", 22: "22 дня"}),
        ("ru", "months", {24: "24 месяца", 6: "6 месяцев"}),
        ("ru", "workdays", {1: "1 рабочий день", 3: "3 рабочих дня", 10: "10 рабочих дней", 21: "21 рабочий день"}),
        ("kk", "days", {1: "1 күн", 14: "14 күн"}),
        ("kk", "workdays", {10: "10 жұмыс күні"}),
        ("cs", "days", {1: "1 den", 2: "2 dny", 14: "14 dní"}),
        ("cs", "workdays", {1: "1 pracovní den", 3: "3 pracovní dny", 10: "10 pracovních dní"}),
        ("pl", "months", {1: "1 miesiąc", 24: "24 miesiące", 12: "12 miesięcy"}),
        ("pl", "workdays", {1: "1 dzień roboczy", 2: "2 dni robocze", 10: "10 dni roboczych", 22: "22 dni robocze"}),
        ("fa", "days", {14: "۱۴ روز"}),
        ("fa", "workdays", {3: "۳ روز کاری"}),
        ("fa", "years", {10: "۱۰ سال"}),
        ("pl", "hours", {4: "4 godziny", 48: "48 godzin"}),
    ],
)
def test_units(voice: Voice, language: str, unit: str, counted: dict[int, str]) -> None:
    filters = unit_filters(voice)[language]
    assert {count: filters[unit](count).replace("\u00a0", " ") for count in counted} == counted
