"""Visitors' tokens."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.tokens import LIFETIME, Tokens, bearer

NOW = datetime(2026, 11, 21, tzinfo=UTC)
TOKENS = Tokens(b"k" * 32)


def test_a_token_says_whose_it_is_until_it_expires() -> None:
    visitor, token = TOKENS.make(NOW)
    assert TOKENS.visitor(token, NOW) == visitor
    assert TOKENS.visitor(token, NOW + LIFETIME) is None


def test_another_key_another_token() -> None:
    _, token = Tokens(b"x" * 32).make(NOW)
    assert TOKENS.visitor(token, NOW) is None


def test_visitors_are_not_guessable() -> None:
    made = {TOKENS.make(NOW)[0] for _ in range(1_000)}
    assert len(made) == 1_000
    assert all(len(visitor) >= 22 for visitor in made)  # 128 bits


@given(st.integers(0, 200), st.characters())
def test_a_changed_letter_makes_it_worthless(at: int, letter: str) -> None:
    token = TOKENS.make(NOW)[1]
    at %= len(token)
    changed = token[:at] + letter + token[at + 1 :]
    assert changed == token or TOKENS.visitor(changed, NOW) is None


@given(st.text())
def test_any_text_is_no_token(text: str) -> None:
    assert TOKENS.visitor(text, NOW) is None


@pytest.mark.parametrize(
    ("header", "token"),
    [(None, ""), ("", ""), ("Bearer", ""), ("Bearer x", "x"), ("bearer  x ", "x"), ("Basic x", ""), ("x", "")],
)
def test_the_authorization_header(header: str | None, token: str) -> None:
    assert bearer(header) == token
