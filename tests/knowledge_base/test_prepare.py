"""`prepare` bounds what any text may cost the encoder, and keeps what the question is."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.prepare import LIMIT, prepare
from tests.knowledge_base.nasty import TEXTS

ANY = st.characters()  # lone surrogates, controls and unassigned characters included
MARKS = st.sampled_from("\u0301\u0327\u064b\u20dd\u093e")
TEXT = st.text(st.one_of(ANY, MARKS, st.sampled_from(" ?؟.\n\u200c\ufdfa")), max_size=700)


@given(TEXT)
def test_a_prepared_text_is_short_clean_and_stays_as_it_is(text: str) -> None:
    prepared = prepare(text)
    assert len(prepared) <= LIMIT
    assert prepared == unicodedata.normalize("NFKC", prepared)
    assert prepared == " ".join(prepared.split())
    assert not any(unicodedata.category(c)[0] == "C" for c in prepared)
    assert prepare(prepared) == prepared
    prepared.encode()


@given(st.text(MARKS, min_size=5))
def test_no_letter_carries_a_tower_of_marks(marks: str) -> None:
    prepared = prepare("a" + marks)
    assert sum(unicodedata.category(c)[0] == "M" for c in prepared) <= 4


@pytest.mark.parametrize(
    ("text", "prepared"),
    [
        ("  Не   работает\n\tэкран ", "Не работает экран"),
        ("ﬁrmware №５", "firmware No5"),
        ("می‌کند", "می کند"),
        ("re\0turn", "return"),
        ("bad \ud800 half", "bad half"),
        ("й", "й"),
    ],
)
def test_texts_come_out_clean(text: str, prepared: str) -> None:
    assert prepare(text) == prepared


def test_a_long_story_keeps_its_question_and_its_end() -> None:
    story = "I bought it in May and liked it. " * 20
    question = "Why does the pump not drain?"
    end = "Thank you, Jana from Brno."
    prepared = prepare(f"{story}{question} {story}{end}")
    assert question in prepared
    assert prepared.endswith(end)


def test_a_persian_question_mark_counts() -> None:
    question = "چرا کار نمی کند؟"
    assert question in prepare(f"{question} " + "این یک داستان بلند است. " * 40)


def test_words_without_a_full_stop_keep_the_end() -> None:
    prepared = prepare("word " * 200 + "the last words")
    assert prepared.endswith("word the last words")
    assert len(prepared) > LIMIT / 2


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_no_text_is_dear(text: str) -> None:
    began = time.thread_time()
    prepare(text)
    assert time.thread_time() - began < 0.1
