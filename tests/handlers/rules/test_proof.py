"""Which words prove that somebody holds a device."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st
from persiantools.jdatetime import JalaliDate

from handlers.rules.dates import days_in
from handlers.rules.proof import Facts, proved

BOUGHT = date(2025, 12, 31)
FACTS = Facts(frozenset({BOUGHT, date(2026, 1, 3)}), "FV 2025/12-0417", hashlib.sha256(b"K7QX9").digest())


def hashed(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def proves(words: str, facts: Facts = FACTS) -> bool:
    return proved(words, facts, hashed)


@pytest.mark.parametrize(
    "words",
    [
        "31.12.2025", "31. 12. 2025", "31/12/2025", "31-12-2025", "31.12.25", "2025-12-31", "2025/12/31", "2025.12.31",
        "12/31/2025", "I bought it on December 31st, 2025.", "the 31st of December 2025", "31 Dec 2025",
        "Купил 31 декабря 2025 года", "31-го декабря 2025", "31 дек. 2025",
        "2025 жылғы 31 желтоқсан", "2025 жылдың 31 желтоқсанында алдым", "31 желтоқсан 2025",
        "koupeno 31. prosince 2025", "31 prosince 2025", "31 grudnia 2025 r.", "kupione 31 gru 2025",
        "۱۰ دی ۱۴۰۴", "۱۴۰۴/۱۰/۱۰", "1404-10-10", "10 Dey 1404", "۱۰ دي ۱۴۰۴", "۳۱ دسامبر ۲۰۲۵", "٣١.١٢.٢٠٢٥",
        "３１．１２．２０２５", "3 января 2026",
    ],
)  # fmt: skip
def test_the_day_of_purchase_or_delivery_in_many_ways(words: str) -> None:
    assert proves(words)


@pytest.mark.parametrize(
    "words",
    [
        "30.12.2025", "1.1.2026", "December 2025", "31.12.", "31 December", "2025", "31.12.2024", "1404/10/11",
        "31.12.20255", "131.12.2025", "1.31.12.2025", "", "yes", "31.13.2025",
    ],
)  # fmt: skip
def test_any_other_day_proves_nothing(words: str) -> None:
    assert not proves(words)


def test_a_list_of_days_is_guessing() -> None:
    year = (date(2025, 6, 1) + timedelta(days=n) for n in range(365))
    assert not proves(" ".join(map(str, list(year)[195:220])))
    assert not proves("30.12.2025, 31.12.2025")


def test_a_day_is_read_in_one_way_only() -> None:
    march, april = Facts(frozenset({date(2026, 3, 4)})), Facts(frozenset({date(2026, 4, 3)}))
    assert proves("3/4/2026", april)
    assert not proves("3/4/2026", march)
    there = Facts(frozenset({date(2026, 3, 4)}), month_first=True)
    assert proves("3/4/2026", there)
    assert not proves("4/3/2026", there)
    assert proves("4.3.2026", there)  # nobody writes the month first with dots


@pytest.mark.parametrize(
    "words",
    [
        "FV 2025/12-0417", "fv2025120417", "my receipt is FV 2025/12-0417, thanks", "No:FV2025/12-0417",
        "FV ۲۰۲۵/۱۲-۰۴۱۷", "the code is K7QX9", "k7-qx9", "K7 QX9",
    ],
)  # fmt: skip
def test_the_number_of_the_receipt_or_the_code_under_the_label(words: str) -> None:
    assert proves(words)


@pytest.mark.parametrize("words", ["FV 2025/12", "0417", "FV 2025/12-0418", "K7QX", "K7QX90", "FV", "20251204"])
def test_a_part_of_a_number_proves_nothing(words: str) -> None:
    assert not proves(words)


def test_a_list_of_numbers_is_guessing() -> None:
    assert not proves(" ".join([*(f"FV202512{n:04}" for n in range(410, 420)), "K7QX9"]))
    assert not proves("x" * 600 + " K7QX9")


def test_what_is_not_known_is_never_proved() -> None:
    for words in ("", "31.12.2025", "0", "00000", "- - -", "none"):
        assert not proves(words, Facts())
    assert not proves("1234", Facts(receipt="1234"))  # four digits can be guessed


def test_a_code_of_letters_counts_where_nothing_else_is_said() -> None:
    facts = Facts(label=hashed("SECRET"))
    assert proves("secret", facts)
    assert not proves("it is a secret thing", facts)


@given(st.dates(date(1990, 1, 1), date(2040, 12, 31)), st.sampled_from(("en", "ru", "kk", "cs", "pl")))
def test_every_day_as_a_language_writes_it(day: date, language: str) -> None:
    assert days_in(format_date(day, "long", locale=language)) == {day}


@given(st.dates(date(1990, 1, 1), date(2040, 12, 31)))
def test_every_day_of_the_jalali_calendar(day: date) -> None:
    for pattern in ("%Y/%m/%d", "%d %B %Y"):
        assert days_in(JalaliDate(day).strftime(pattern, locale="fa")) == {day}  # type: ignore[no-untyped-call]


@given(st.text(max_size=600))
def test_no_text_breaks_it_and_none_proves_what_is_not_known(words: str) -> None:
    assert not proves(words, Facts())
