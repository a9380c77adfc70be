"""An article asks for the serial number, the customer sends it and nothing else: they were asked to rephrase."""

from __future__ import annotations

import pytest

from handlers.warranty.hearing import is_code


@pytest.mark.parametrize("text", ["AB12C3456", "AB۱۲‑C۳۴۵۶", "ab12-c345-6", "WW90T554DAW0012"])
def test_a_code_is_seen(text: str) -> None:
    assert is_code(text)


@pytest.mark.parametrize(
    "text", ["601234567", "hello", "iPhone14", "2026-11-22", "AB12 C3456 leaks", "E18", "v2.0.1", ""]
)
def test_what_else_is_sent_alone_is_none(text: str) -> None:
    assert not is_code(text)
