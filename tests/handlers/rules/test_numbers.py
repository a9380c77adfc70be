"""Ticket numbers typed back: however a person writes one, and nothing else that has digits."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from handlers.rules.numbers import DIGITS, read, shown
from tests.knowledge_base.nasty import TEXTS


def test_shown() -> None:
    assert [shown(number) for number in (1, 123, 999_999, 1_000_000)] == [
        "AC-000001", "AC-000123", "AC-999999", "AC-1000000",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "AC-000123", "ac123", "Ac 123", "AC 000 123", "ac-000-123", "AC000123", "ac - 123", "AC: 123", "ac#123",
        "АС-000123",  # Cyrillic
        "ас 123", "аc123",  # mixed with Latin
        "ΑС-123",  # Greek alpha
        "ＡＣ－０００１２３",  # full width
        "AC-۰۰۰۱۲۳", "AC ١٢٣",  # Persian, Arabic digits
        "AC–000123", "AC‑000123", "AC−123", "AC_123",  # other dashes
        "\u2066AC-000123\u2069", "AC-\u200f000123",  # as our own Persian texts isolate it
        "#123", "# 123", "№ 123", "＃۱۲۳", "#123?", "№ AC-123", "#AC-000123",
        "what about ac-123?", "AC-000123.", "(AC-000123)", "ac-123,what now", "AC-123: still leaks",
        "АС-123 в работе?", "AC 123 v řešení?", "AC 123 w sprawie pralki", "AC-123 жөнделді ме?",
        "my ticket ac 123 please", "ac-123 2 days ago", "AC-000123 2 months 15 days", "AC-000123 since 12.5.2026",
        "تیکت AC-۰۰۰۱۲۳ چه شد؟", "AC-123را ببینید", "تیکتAC-123", "first AC-123, then AC-124",
        "phone 601 234 567, ticket AC-000123", "hvac-7 and AC-123", "\nAC-123\n", "AC\u00a0000\u00a0123",
    ],
)  # fmt: skip
def test_read(text: str) -> None:
    assert read(text) == 123


@pytest.mark.parametrize(
    ("text", "number"),
    [("ac1", 1), ("AC 2", 2), ("ac-9999999", 9_999_999), ("AC 123 456", 123_456), ("#1234567", 1_234_567)],
)
def test_other_numbers(text: str, number: int) -> None:
    assert read(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "", "AC", "ac-", "#", "123", "000123", "number 123",
        "see #123 there", "order #123 and #124", "#12345678", "#0", "AC-000000",
        "601 234 567", "+420 601 234 567", "ac 601 234 567", "AC 601 23 45 67", "ac:601234567", "AC +420601234567",
        "AC12345678", "AC-1234567890", "AC-123-456-789", "AC-123-X9", "AC123X", "AC-123/45", "AC-123.45", "ac-12,5",
        "HVAC-123", "XAC123", "X-AC-123", "SN/AC-123", "1AC123", "mac123", "A-C-123", "ac-123@example.com",
        "me@ac-123.example", "AC12-345-67", "AC 12 345 678",
        "AC 230 V", "AC230V", "my AC 230 volt", "AC 12000 BTU", "AC 220В", "АС 220 вольт", "AC 230V~ 50Hz",
        "my ac 2 years old", "we have AC 24 °C", "ac 123 456 789",
        "ABC-123", "AB-123", "fac-simile 123", "B-000123",
    ],
)  # fmt: skip
def test_not_a_number_of_ours(text: str) -> None:
    assert read(text) is None


SCRIPTS = ("0123456789", "۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩", "０１２３４５６７８９")
numbers = some.integers(1, 10**DIGITS - 1)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    number=numbers,
    letters=some.sampled_from(["AC", "ac", "Ac", "АС", "ас", "Aс", "ＡＣ"]),
    gap=some.sampled_from(["-", "", " ", " - ", "–", "#"]),
    padded=some.booleans(),
    script=some.sampled_from(SCRIPTS),
)
def test_what_was_shown_is_read_back(number: int, letters: str, gap: str, padded: bool, script: str) -> None:
    digits = f"{number:06d}" if padded else str(number)
    typed = letters + gap + digits.translate(str.maketrans("0123456789", script))
    assert read(typed) == number
    if gap.strip() or len(digits) >= 3:
        assert read(f"hello, {typed}, is it done?") == number
    assert read(shown(number)) == number


@settings(max_examples=200, deadline=None, derandomize=True)
@given(some.integers(10**DIGITS, 10**16), some.sampled_from(["", "+", "#", "AC", "AC ", "ac-", "SN AC", "order "]))
def test_long_numbers_are_none_of_ours(number: int, before: str) -> None:
    assert read(f"{before}{number}") is None


hard = some.text(alphabet=some.sampled_from("aсACc-–# 0123٣\u200e\ufdfa.:@v"), max_size=3000)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(some.one_of(some.text(max_size=600), hard))
def test_it_never_raises_and_never_takes_long(text: str) -> None:
    started = time.process_time()
    found = read(text)
    assert time.process_time() - started < 0.25
    assert found is None or 0 < found < 10**DIGITS


@pytest.mark.parametrize("name", TEXTS)
def test_texts_that_have_hurt_somebody(name: str) -> None:
    started = time.process_time()
    read(TEXTS[name])
    assert time.process_time() - started < 0.25
