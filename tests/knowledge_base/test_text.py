"""`clean` is safe to show; `key` makes ways of typing equal and keeps letters apart that differ."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge_base.text import LIMIT, clean, key, weak_key
from tests.knowledge_base.nasty import TEXTS


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("Příliš ŽLUŤOUČKÝ kůň", "prilis zlutoucky kun", "cs"),
        ("Łódź, żółć!", "lodz zolc", "pl"),
        ("Ещё раз", "еще раз", "ru"),
        ("كتاب ي", "کتاب ی", "fa"),
        ("کتاب‌ها", "کتاب ها", "fa"),
        ("کتاب‌ها", "کتابها", "fa"),
        ("نمی‌شود", "نمی شود", "fa"),
        ("بزرگ‌ترین", "بزرگ ترین", "fa"),
        ("۱۲۳ ٤٥", "123 45", "fa"),
        ("м\u0438\u0306", "м\u0439", "ru"),
        ("iшiнде", "ішінде", "kk"),
        ("ｗａｓｈｅｒ ²", "washer 2", "en"),
        ("What's UP???", "what s up", "en"),
        ("مُشکِل", "مشکل", "fa"),
    ],
)
def test_ways_of_typing_have_one_key(one: str, other: str, language: str) -> None:
    assert key(one, language) == key(other, language)


@pytest.mark.parametrize(("one", "other"), [("йод", "иод"), ("آب", "اب"), ("қар", "кар"), ("дом", "дым")])
def test_other_letters_have_another_key(one: str, other: str) -> None:
    assert key(one) != key(other)


def test_the_weak_key_reads_kazakh_in_russian_letters() -> None:
    assert weak_key(key("ноутбук қосылмайды, өшіп тұр", "kk")) == weak_key(key("ноутбук косылмайды, ошип тур", "ru"))


def test_clean_keeps_what_is_writing_and_drops_what_is_not() -> None:
    assert clean("  нет\u202e  света\x00\r\n\n\n\nй  ") == "нет света\n\nй"
    assert clean("می‌شود") == "می‌شود"
    assert clean("e" + "\u0301" * 50) == "é" + "\u0301" * 3


@given(st.text(alphabet=st.characters(), max_size=300))
@settings(max_examples=150, deadline=None)
def test_clean_and_key_are_stable(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    folded = key(text)
    assert folded == " ".join(folded.split())
    assert key(folded) == folded


@pytest.mark.parametrize("name", TEXTS)
def test_no_text_is_dear(name: str) -> None:
    start = time.process_time()
    shown, folded = clean(TEXTS[name]), key(TEXTS[name])
    assert time.process_time() - start < 0.25
    assert len(shown) <= LIMIT
    assert len(folded) <= 4 * LIMIT
    shown.encode("utf-8")
    folded.encode("utf-8")
