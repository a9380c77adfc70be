"""Terms: what a text is made of when characters are compared."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.terms import WORD, all_terms, terms

WORDS = st.lists(st.text("abcdeкіңгиیم", min_size=1, max_size=40), max_size=6).map(" ".join)


def test_a_word_has_a_trigram_for_each_letter_and_a_beginning() -> None:
    assert len(terms("paper")) == 6
    assert len(terms("a")) == 2
    assert len(terms("")) == 0


def test_a_term_that_comes_twice_counts_once() -> None:
    assert np.array_equal(terms("paper paper"), terms("paper"))


def test_order_of_words_makes_no_difference() -> None:
    assert np.array_equal(terms("paper jam"), terms("jam paper"))


def test_kazakh_in_russian_letters_shares_all_but_the_beginnings() -> None:
    assert len(np.intersect1d(terms("кір"), terms("кир"))) == 3


def test_the_tail_of_an_endless_word_does_not_count() -> None:
    assert np.array_equal(terms("ab" * WORD), terms("ab" * (2 * WORD)))


@given(st.lists(WORDS, max_size=5))
def test_many_texts_at_once_have_the_terms_of_each(keys: list[str]) -> None:
    found, owners = all_terms(keys)
    for number, folded in enumerate(keys):
        assert np.array_equal(np.unique(found[owners == number]), terms(folded))
