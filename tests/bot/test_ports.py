"""What the core and its doors say to each other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.ports import SendFailed, split_text, storable

words = st.text(alphabet="ab \n", max_size=300)


@given(words, st.integers(1, 60))
def test_a_text_in_pieces_loses_nothing_but_blanks_at_the_cuts(text: str, limit: int) -> None:
    pieces = split_text(text, limit)
    assert pieces
    assert all(len(piece) <= limit for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_a_short_text_is_one_piece() -> None:
    assert split_text("a b", 10) == ["a b"]
    assert split_text("", 10) == [""]


def test_it_is_cut_at_the_end_of_a_paragraph_a_line_or_a_word() -> None:
    assert split_text("one two\n\nthree four", 12) == ["one two", "three four"]
    assert split_text("one two three", 9) == ["one two", "three"]
    assert split_text("x" * 25, 10) == ["x" * 10, "x" * 10, "x" * 5]


@given(st.text())
def test_storable_text_can_be_encoded_and_holds_no_nul(text: str) -> None:
    kept = storable(text)
    assert "\0" not in kept
    kept.encode("utf-8")
    assert storable(kept) == kept


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_what_is_storable_stays_as_it_was_typed(text: str) -> None:
    assert storable(text) == text


def test_a_failure_says_when_to_try_again() -> None:
    assert SendFailed("429", retry_after=3.5).retry_after == 3.5
