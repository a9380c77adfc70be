"""The figures of `kb test`, against counts made by hand."""

from __future__ import annotations

import pytest

from knowledge_base.decision import Answer, Thresholds
from knowledge_base.quality import Prediction, auroc, bins, ece, evaluate, mcc

KEYS = [
    "queries", "in_scope", "out_of_scope", "top1", "mrr10", "answered", "wrong_rate", "oos_recall",
    "auroc", "mcc", "ece", "skipped_encoder", "p50_ms", "p99_ms", "index_s", "per_language",
]  # fmt: skip


def said(
    gold: str | None, ranking: tuple[str, ...], confidence: float, language: str = "en", sure: bool = False
) -> Prediction:
    decision = Thresholds(answer=0.5, suggest=0.2).decide(confidence)
    top = ranking[0] if decision != "abstain" else None
    return Prediction("?", language, gold, Answer(top, "en", confidence, decision, (), ranking, sure), 2.0)


FOUR = [
    said("a", ("a", "b"), 0.9, sure=True),
    said("b", ("a", "b"), 0.6),
    said(None, ("a", "b"), 0.1, "cs"),
    said("b", ("b", "a"), 0.3, "cs"),
]


def test_the_figures_are_those_of_the_contract() -> None:
    figures = evaluate(FOUR, index_s=0.5)
    assert list(figures) == KEYS
    assert figures["top1"] == pytest.approx(2 / 3, abs=1e-4)
    assert figures["mrr10"] == pytest.approx((1 + 0.5 + 1) / 3, abs=1e-4)
    assert figures["answered"] == 0.5
    assert figures["wrong_rate"] == 0.25
    assert figures["oos_recall"] == 1.0
    assert figures["auroc"] == 1.0
    assert figures["ece"] == pytest.approx((0.1 + 0.6 + 0.1 + 0.7) / 4, abs=1e-4)
    assert figures["skipped_encoder"] == 0.25
    assert figures["p50_ms"] == 2.0
    languages = figures["per_language"]
    assert isinstance(languages, dict)
    assert list(languages) == ["cs", "en"]
    assert (languages["cs"]["skipped_encoder"], languages["en"]["skipped_encoder"]) == (0.0, 0.5)
    assert set(languages["cs"]) == set(KEYS) - {"p50_ms", "p99_ms", "index_s", "per_language"}


def test_figures_without_questions_are_null() -> None:
    figures = evaluate([], index_s=0.0)
    assert figures["queries"] == 0
    assert figures["top1"] is None
    assert figures["auroc"] is None


def test_auroc_counts_ties_half() -> None:
    assert auroc([0.5, 0.9], [0.5, 0.1]) == pytest.approx(3.5 / 4)


def test_mcc_of_two_classes_is_the_classic_one() -> None:
    gold = ["x"] * 6 + [""] * 4
    guess = ["x"] * 5 + [""] + [""] * 3 + ["x"]
    assert mcc(gold, guess) == pytest.approx((5 * 3 - 1 * 1) / (6 * 6 * 4 * 4) ** 0.5, abs=1e-4)
    assert mcc(["x", "x"], ["x", "x"]) == 0.0


def test_ece_is_nothing_when_confidence_keeps_its_word() -> None:
    assert ece([0.75] * 4, [True, True, True, False]) == 0.0
    assert ece([1.0] * 2, [False, False]) == 1.0


def test_bins_hold_every_question_once_and_the_last_one_holds_certainty() -> None:
    found = bins([0.0, 0.05, 0.95, 1.0], [False, True, True, True])
    assert [one.questions for one in found] == [2, *[0] * 8, 2]
    assert (found[0].confidence, found[0].right) == (pytest.approx(0.025), 0.5)
    assert (found[5].confidence, found[5].right) == (0.0, 0.0)
    assert (found[9].confidence, found[9].right) == (pytest.approx(0.975), 1.0)


def test_a_prediction_is_a_row_of_the_file() -> None:
    assert FOUR[1].as_row() == {
        "text": "?",
        "gold_id": "b",
        "top_id": "a",
        "confidence": 0.6,
        "decision": "answer",
        "ranking": ["a", "b"],
    }
