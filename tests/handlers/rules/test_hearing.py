"""Hearing phrases: whole words in a row, beginnings where a star says so, and never slowly."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from handlers.rules.hearing import Vocabulary
from knowledge_base.text import key
from tests.fakes.services import FakeServices
from tests.knowledge_base.nasty import TEXTS


@pytest.mark.parametrize(
    ("phrases", "text", "heard"),
    [
        (["operator"], "Operator, please!", True),
        (["operator"], "cooperators wanted", False),
        (["smok*"], "it is SMOKING", True),
        (["smok*"], "a besmoked room", False),
        (["smell* burn*"], "smells burnt", True),
        (["smell* burn*"], "smells of something burnt", False),
        (["talk to a person"], "can I talk to a  person now", True),
        (["talk to a person"], "talk to a personal advisor", False),
        (["живой человек"], "хочу, чтобы ЖИВОЙ ЧЕЛОВЕК ответил", True),
        (["člověk"], "chci CLOVEK", True),  # as typed without diacritics
        (["می‌خواهم"], "می خواهم", True),
        (["wi-fi"], "the Wi-Fi is gone", True),
        (["*", "", " "], "anything", False),
        ([], "anything", False),
        (["x"], "", False),
    ],
)
def test_heard(phrases: list[str], text: str, heard: bool) -> None:
    assert Vocabulary(phrases).heard(text) is heard


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("Hello!", True),
        ("hello, good morning", True),
        ("good morning hello hello", True),
        ("hello there", False),
        ("good", False),
        ("hello my fridge is warm", False),
        ("", False),
        ("!!!", False),
    ],
)
def test_only(text: str, only: bool) -> None:
    assert Vocabulary(["hello", "good morning"]).only(text) is only


def test_the_longest_phrase_wins_so_that_nothing_is_left_over() -> None:
    assert Vocabulary(["thank you", "thank you very much"]).only("thank you very much")


words = some.text(alphabet="abcdefgh", min_size=2, max_size=6)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(phrase=some.lists(words, min_size=1, max_size=3), before=some.lists(words), after=some.lists(words))
def test_a_phrase_is_heard_wherever_it_stands_and_never_as_part_of_a_word(
    phrase: list[str], before: list[str], after: list[str]
) -> None:
    vocabulary = Vocabulary([" ".join(phrase)])
    assert vocabulary.heard(" ".join([*before, *phrase, *after]))
    assert not vocabulary.heard("".join(["z", *phrase]))
    assert not vocabulary.heard("".join([*phrase, "z"]))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(some.text(max_size=3000))
def test_any_text_is_heard_in_no_time(text: str) -> None:
    words = [FakeServices().vocabulary(name) for name in ("person", "person_alone", "safety", "language")]
    started = time.process_time()
    for vocabulary in words:
        vocabulary.heard(text)
        vocabulary.only(text)
    assert time.process_time() - started < 0.25


@pytest.mark.parametrize("name", TEXTS)
def test_texts_that_have_hurt_somebody(name: str) -> None:
    vocabulary = FakeServices().vocabulary("person")
    started = time.process_time()
    vocabulary.heard(TEXTS[name])
    assert time.process_time() - started < 0.25


def test_the_same_words_over_and_over_are_not_compared_with_each_other() -> None:
    """Every token begins a phrase here: the worst a customer can type."""
    vocabulary = Vocabulary([f"talk {'to ' * 20}{number}" for number in range(500)])
    text = "talk " + "to " * 600
    started = time.process_time()
    assert not vocabulary.heard(text)
    assert time.process_time() - started < 0.5
    assert len(key(text).split()) > 600
