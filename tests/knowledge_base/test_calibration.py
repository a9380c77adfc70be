"""Confidence is a probability, learned from labels and kept in a file."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from knowledge_base.calibration import BadCalibrationError, Calibration, Logistic, fit_logistic
from knowledge_base.fitting import fit
from knowledge_base.index import Index
from knowledge_base.jsonl import Question
from tests.knowledge_base.conftest import TrigramEncoder

QUESTIONS = [
    Question("send my order back", "en", "returns"),
    Question("vratit objednavku", "cs", "returns"),
    Question("washer noise is loud", "en", "washer-noise"),
    Question("printer wants paper", "en", "printer-paper"),
    Question("sunday open hours", "en", "hours"),
    Question("who won the match", "en", None),
    Question("kolik stojí letenka", "cs", None),
    Question("tell me a joke", "en", None),
]


def test_the_default_is_there_and_whole() -> None:
    assert 0 < Calibration.default().thresholds.suggest < Calibration.default().thresholds.answer < 1


def test_a_stored_calibration_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    Calibration.default().save(path)
    assert Calibration.load(path) == Calibration.default()
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("change", [{"version": 0}, {"full": None}, {"thresholds": {"answer": 1, "x": 2}}])
def test_another_file_is_refused_with_a_sentence(tmp_path: Path, change: dict[str, object]) -> None:
    path = tmp_path / "calibration.json"
    Calibration.default().save(path)
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | change), "utf-8")
    with pytest.raises(BadCalibrationError, match="run `kb calibrate` again"):
        Calibration.load(path)


def test_a_fit_finds_the_sign_that_matters() -> None:
    generator = np.random.default_rng(7)
    rows = [{"a": float(a), "b": float(b)} for a, b in generator.normal(size=(2_000, 2))]
    right = [bool(generator.random() < 1 / (1 + np.exp(-(2 * row["a"] - 1)))) for row in rows]
    fitted = fit_logistic(rows, right, Logistic({"a": 0.0, "b": 0.0}, 0.0))
    assert fitted.coefficients["a"] == pytest.approx(2, abs=0.3)
    assert fitted.coefficients["b"] == pytest.approx(0, abs=0.2)
    assert fitted.constant == pytest.approx(-1, abs=0.2)


def test_labels_make_confidence_better(index: Index, encoder: TrigramEncoder) -> None:
    vectors = encoder.encode([question.text for question in QUESTIONS])
    fitted = fit(index, QUESTIONS, vectors)
    again = Index.build(index.entries, encoder, None, fitted)

    def loss(one: Index) -> float:
        answers = [one.answer(q.text, q.language, v) for q, v in zip(QUESTIONS, vectors, strict=True)]
        right = [a.ranking[:1] == (q.gold,) for a, q in zip(answers, QUESTIONS, strict=True)]
        return float(np.mean([(a.confidence - r) ** 2 for a, r in zip(answers, right, strict=True)]))

    assert loss(again) < loss(index)


def test_without_labels_nothing_changes(index: Index) -> None:
    assert fit(index, [], None) == index.calibration
