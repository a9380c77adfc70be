"""The stages on their own: characters, meaning, the fitted model."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from knowledge_base.classifier import fit
from knowledge_base.dense import Space
from knowledge_base.evidence import evidence
from knowledge_base.index import Index
from knowledge_base.lexical import FOREIGN, LexicalIndex
from knowledge_base.phrases import shipped
from knowledge_base.text import key
from tests.knowledge_base.conftest import ENTRIES, TrigramEncoder, article, entry

LANGUAGES = ("cs", "en", "fa", "kk", "pl", "ru")


@pytest.fixture
def lexical() -> LexicalIndex:
    items = evidence(ENTRIES)
    return LexicalIndex.build(items, [key(item.text, item.language) for item in items], len(ENTRIES))


def test_a_text_is_its_own_nearest(lexical: LexicalIndex) -> None:
    for text in ("Why does my washer make noise?", "Proč pračka při odstřeďování hučí?"):
        cosines = lexical.cosines(lexical.query(key(text)))
        assert cosines.max() == pytest.approx(1, abs=1e-5)


def test_equal_letters_in_another_language_are_worth_less(lexical: LexicalIndex) -> None:
    query = lexical.query(key("Vrácení zboží"))
    assert lexical.cosines(query, "pl").max() == pytest.approx(FOREIGN, abs=1e-5)
    assert lexical.cosines(query, "cs").max() == pytest.approx(1, abs=1e-5)


def test_words_nobody_wrote_make_a_question_less_like_any_text(lexical: LexicalIndex) -> None:
    known, strange = lexical.query(key("paper jam")), lexical.query(key("paper jam qwxz"))
    assert lexical.cosines(strange).max() < lexical.cosines(known).max()


def test_the_model_knows_what_it_learned_and_nothing_else(lexical: LexicalIndex) -> None:
    items = evidence(ENTRIES)
    short = np.array([item.kind != "body" for item in items])
    model = fit(lexical, short, np.zeros((len(items), 0), np.float32), np.zeros((0, 0), np.float32))
    assert model is not None
    for text in (0, 5, len(items) - 1):
        logits = model.logits(lexical, lexical.query(key(items[text].text)), None)
        assert logits.argmax() == lexical.owners[text]
    assert np.ptp(model.logits(lexical, lexical.query(key("qwxz")), None)) < 1


def test_one_entry_alone_has_no_model() -> None:
    items = evidence(ENTRIES[:1])
    lexical = LexicalIndex.build(items, [key(item.text) for item in items], 1)
    nothing = np.zeros((len(items), 0), np.float32)
    assert fit(lexical, np.ones(len(items), np.bool_), nothing, nothing[:0]) is None


def test_a_language_is_taken_out_of_a_vector() -> None:
    shift, half = np.array([[0.5, 0.0], [0.25, 0.0]], np.float32)
    space = Space({"en": np.zeros(2, np.float32), "cs": shift, "": half}, np.zeros(2, np.float32))
    said = np.array([0.1, 0.9], np.float32)
    assert space.direction(said + shift, "cs") == pytest.approx(space.direction(said, "en"))
    assert space.direction(said + half, "tr") == pytest.approx(space.direction(said, "en"))
    assert space.directions(said[None], ["cs"])[0] == pytest.approx(space.direction(said, "cs"))


def test_phrases_say_the_same_in_every_language() -> None:
    phrases = shipped()
    assert set(phrases.parallel) == set(phrases.background) == set(LANGUAGES)
    assert len({len(said) for said in phrases.parallel.values()}) == 1
    assert len(phrases.stray) == len(set(enumerate(phrases.stray))) >= 6 * 30


def test_a_body_is_read_without_its_marks() -> None:
    made = article("a", "en", "Title", body="{% if company.x %}**Bold** [link](entry:b){% endif %} {{ company.name }}")
    assert evidence([entry(made)])[1].text == "Bold link"


def test_the_index_does_not_depend_on_the_hash_seed() -> None:
    code = (
        "from tests.knowledge_base.conftest import ENTRIES, TrigramEncoder\n"
        "from knowledge_base.index import Index\n"
        "encoder = TrigramEncoder(); index = Index.build(ENTRIES, encoder)\n"
        "print(index.answer('my loud washer', 'en', encoder.encode(['my loud washer'])[0]))"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1


def test_a_question_in_capitals_is_the_same_question(encoder: TrigramEncoder) -> None:
    index = Index.build(ENTRIES, encoder)
    small = index.query_text("How do I return this thing?")
    assert index.query_text("HOW DO I RETURN THIS THING?") == small
