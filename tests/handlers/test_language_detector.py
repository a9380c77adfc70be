"""The detector against the project's own questions, and against what people do to their letters."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import knowledge_base
from handlers.detector import PRIOR, TEXTS, Detector, _spread
from knowledge_base.folder import article_files
from knowledge_base.frontmatter import parse
from knowledge_base.text import weak_key

SHIPPED = Path(knowledge_base.__file__).parent
ENOUGH = 150  # texts of a language before anything is promised

Texts = dict[str, list[str]]
Teach = Callable[..., Detector]

POLISH = str.maketrans("ąćęłńóśźż", "acelnoszz")
CZECH = str.maketrans("áčďéěíňóřšťúůýž", "acdeeinorstuuyz")


@pytest.fixture(scope="module")
def halves() -> tuple[Texts, Texts]:
    """Titles and every second question to learn from; the other questions to be asked."""
    learnt: Texts = {}
    asked: Texts = {}
    for file in article_files(SHIPPED):
        article = parse(file, file.read_text("utf-8")).article
        learnt.setdefault(file.stem, []).extend((article.title, *article.questions[::2]))
        asked.setdefault(file.stem, []).extend(article.questions[1::2])
    full = sorted(language for language, texts in learnt.items() if len(texts) >= ENOUGH)
    return {name: learnt[name] for name in full}, {name: asked[name] for name in full}


@pytest.fixture(scope="module")
def detector(halves: tuple[Texts, Texts]) -> Detector:
    return Detector.train(halves[0])


def right(detector: Detector, language: str, texts: list[str]) -> float:
    guesses = [detector.guess(text) for text in texts]
    return sum(guess is not None and guess.language == language for guess in guesses) / len(texts)


def beginnings(texts: list[str], words: int) -> list[str]:
    """The first words, codes left out: "Alma W70" is in no language."""
    plain = [[word for word in text.split() if word.isalpha() and word != "Alma"] for text in texts]
    return [" ".join(text[:words]) for text in plain if len(text) >= words]


@pytest.mark.parametrize(("words", "floor"), [(1, 0.86), (2, 0.94), (3, 0.97), (5, 0.985)])
def test_questions_it_has_not_seen(halves: tuple[Texts, Texts], detector: Detector, words: int, floor: float) -> None:
    shares = [right(detector, language, beginnings(texts, words)) for language, texts in halves[1].items()]
    assert np.mean(shares) >= floor


@pytest.mark.parametrize(
    ("language", "typed"),
    [
        ("cs", lambda text: text.lower().translate(CZECH)),
        ("pl", lambda text: text.lower().translate(POLISH)),
        ("kk", lambda text: weak_key(text.lower())),
        ("fa", lambda text: text.replace("\u200c", " ").replace("ی", "ي").replace("ک", "ك")),
    ],
)
def test_letters_that_are_not_at_hand(
    halves: tuple[Texts, Texts], detector: Detector, language: str, typed: Callable[[str], str]
) -> None:
    texts = [typed(text) for text in beginnings(halves[1][language], 4)]
    assert right(detector, language, texts) >= 0.95


def test_latin_letters_for_cyrillic_are_a_choice(halves: tuple[Texts, Texts], detector: Detector) -> None:
    text = "zdravstvuyte kak vernut tovar"
    with_latin = Detector.train(halves[0], latin_variants=True).guess(text)
    assert with_latin is not None
    assert with_latin.language == "ru"
    without = detector.guess(text)
    assert without is not None
    assert without.language != "ru"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("не включается Samsung Galaxy Ultra", "ru"),
        ("посмотрите https://shop.example/help и ответьте me@example.com", "ru"),
        ("Қандай жaқсы кiтап", "kk"),  # Latin a and i inside
        ("چاپگر روشن نمی‌شود", "fa"),
        ("DOBRÝ DEN, PRAČKA NEFUNGUJE", "cs"),
        ("my dishwasher’s door doesn’t close", "en"),
        ("ｐralka nie działa", "pl"),
    ],
)
def test_what_stands_between_the_words(detector: Detector, text: str, language: str) -> None:
    guess = detector.guess(text)
    assert guess is not None
    assert guess.language == language


@pytest.mark.parametrize(
    "text", ["", "👍", "12345", "W900-XL-22", "/start", "a@b.cz", "www.example.com", "Alma", "你好"]
)
def test_nothing_to_read(detector: Detector, text: str) -> None:
    assert detector.guess(text) is None


def test_only_the_languages_asked_for_compete(detector: Detector) -> None:
    text = "Қалай тапсырыс беремін"
    only_russian = detector.guess(text, among=("en", "ru"))
    assert only_russian is not None
    assert only_russian.language == "ru"
    assert detector.guess(text, among=("en", "cs")) is None


def test_the_language_so_far_weighs_its_nats(detector: Detector) -> None:
    plain = detector.guess("kopie faktury", among=("cs", "pl"))
    assert plain is not None
    helped = detector.guess("kopie faktury", among=("cs", "pl"), prior=plain.language)
    assert helped is not None
    assert helped.margin == pytest.approx(plain.margin + PRIOR)


def test_names_speak_for_no_language(detector: Detector) -> None:
    """A customer answers "which model?" with Latin words; the bot must not turn Czech over that."""
    guess = detector.guess("Samsung Galaxy Ultra", among=("en", "ru", "cs", "pl"))
    assert guess is not None
    assert guess.words < 3


@given(st.text(max_size=80))
def test_any_text_is_read(text: str) -> None:
    guess = SMALL.guess(text, prior="cs")
    assert guess is None or (guess.language in ("cs", "ru") and guess.margin >= 0 and guess.words <= guess.letters)


SMALL = Detector.train({"cs": ["pračka nefunguje", "kde je faktura"], "ru": ["стиралка не работает"], "fa": []})


def test_the_same_texts_teach_the_same(halves: tuple[Texts, Texts], detector: Detector) -> None:
    backwards = Detector.train(dict(reversed(halves[0].items())))
    for texts in halves[1].values():
        assert [backwards.guess(text) for text in texts[:20]] == [detector.guess(text) for text in texts[:20]]


def test_learning_is_quick_and_small(halves: tuple[Texts, Texts]) -> None:
    """It happens at every start. Six languages take 0.06 s and 1 MB; the limits leave room."""
    begun = time.process_time()
    Detector.train(halves[0])
    assert time.process_time() - begun < 0.1 * len(halves[0])
    tracemalloc.start()
    kept = Detector.train(halves[0])
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept.guess("hello") is not None
    assert size < 6_000_000


def test_one_sentence_more_changes_one_that_is_learnt_from() -> None:
    """A new phrase of the bot once made the detector learn from other articles, and answer another word otherwise."""
    sentences = [f"sentence number {number}" for number in range(TEXTS + 500)]
    was, now = set(_spread(sentences)), set(_spread(["a new phrase", *sentences]))
    assert len(was) == len(now) == TEXTS
    assert len(was - now) <= 1
