"""One-time codes: what is read as one, and how often one is sent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules.codes import PER_ADDRESS, PER_CONVERSATION, code_in, may_ask, may_send


@pytest.mark.parametrize(
    "text",
    [
        "123456", " 123456\n", "123 456", "123-456", "12 34 56", "123\u00a0456", "123–456", "۱۲۳۴۵۶", "١٢٣٤٥٦",
        "１２３４５６", "\u2066123456\u2069", "\u200f123456", "Your code: 123456", "kód 123456, děkuji",
        "код:123456.", "123456 123456", "it came at 12:05: 123456",
    ],
)  # fmt: skip
def test_a_code_is_read_however_it_is_written(text: str) -> None:
    assert code_in(text) == "123456"


@pytest.mark.parametrize(
    "text",
    ["", "12345", "1234567", "+420 601 234 567", "123456 654321", "AB12C3456", "no code came", "1 2 3 4 5 6"],
)
def test_anything_else_is_no_code(text: str) -> None:
    assert code_in(text) is None


@given(st.integers(0, 999_999), st.text(st.characters(exclude_categories=("Nd", "No", "Nl", "Lo", "Cs")), max_size=60))
def test_any_code_is_found_in_any_words(number: int, words: str) -> None:
    code = f"{number:06}"
    assert code_in(f"{words} {code}") == code


@given(st.text(max_size=5000))
def test_any_text_is_a_code_of_six_digits_or_none(text: str) -> None:
    found = code_in(text)
    assert found is None or (len(found) == 6 and found.isascii() and found.isdigit())


def test_the_limits() -> None:
    asked = [(day, hour) for day in range(8) for hour in range(5) if may_ask(day, hour)]
    assert max(asked) == (PER_CONVERSATION - 1, PER_ADDRESS - 1) == (5, 2)
    assert [sent for sent in range(9) if may_send(sent)] == [0, 1, 2]
