"""How good the answers are: the figures of `kb test`, from predictions alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from knowledge_base.decision import Answer

BINS = 10  # of equal width, over confidences 0..1
FEWEST = 30  # questions in a language from which its calibration error says something
NONE = ""  # the class of questions without an answer


@dataclass(frozen=True, slots=True)
class Prediction:
    """One labelled question and what the index said."""

    text: str
    language: str | None
    gold: str | None  # None: out of scope
    answer: Answer
    milliseconds: float = 0.0

    @property
    def right(self) -> bool:
        """Whether the top entry is the right one, whatever the decision."""
        return _rank(self) == 1

    def as_row(self) -> dict[str, object]:
        """The line of the predictions file."""
        answer = self.answer
        return {
            "text": self.text,
            "gold_id": self.gold,
            "top_id": answer.ranking[0] if answer.ranking else None,
            "confidence": answer.confidence,
            "decision": answer.decision,
            "ranking": list(answer.ranking),
        }


def evaluate(predictions: Sequence[Prediction], *, index_s: float) -> dict[str, object]:
    """All figures of the public contract; a figure that has no questions to stand on is null."""
    languages = sorted({p.language for p in predictions if p.language})
    times = [p.milliseconds for p in predictions]
    figures: dict[str, object] = dict(_figures(predictions))
    figures["p50_ms"] = round(float(np.percentile(times, 50)), 3) if times else None
    figures["p99_ms"] = round(float(np.percentile(times, 99)), 3) if times else None
    figures["index_s"] = round(index_s, 3)
    figures["per_language"] = {
        language: _figures([p for p in predictions if p.language == language]) for language in languages
    }
    return figures


def _figures(predictions: Sequence[Prediction]) -> dict[str, float | int | None]:
    inside = [p for p in predictions if p.gold is not None]
    outside = [p for p in predictions if p.gold is None]
    answered = [p for p in predictions if p.answer.decision == "answer"]
    wrong = [p for p in answered if p.answer.entry != p.gold]
    return {
        "queries": len(predictions),
        "in_scope": len(inside),
        "out_of_scope": len(outside),
        "top1": _mean([_rank(p) == 1 for p in inside]),
        "mrr10": _mean([1 / _rank(p) if _rank(p) else 0.0 for p in inside]),
        "answered": _mean([p.answer.decision == "answer" for p in predictions]),
        "wrong_rate": _share(len(wrong), len(predictions)),
        "oos_recall": _mean([p.answer.decision != "answer" for p in outside]),
        "auroc": auroc([p.answer.confidence for p in inside], [p.answer.confidence for p in outside]),
        "mcc": mcc([p.gold or NONE for p in predictions], [_said(p) for p in predictions]),
        "ece": ece([p.answer.confidence for p in predictions], [p.right for p in predictions]),
        "skipped_encoder": _mean([p.answer.skipped_encoder for p in predictions]),
    }


def _rank(prediction: Prediction) -> int:
    """Place of the right entry among the ten best, from 1; 0 where it is not there or there is none."""
    ranking = prediction.answer.ranking
    return ranking.index(prediction.gold) + 1 if prediction.gold in ranking else 0


def _said(prediction: Prediction) -> str:
    answer = prediction.answer
    return answer.entry or NONE if answer.decision == "answer" else NONE


def _mean(values: Sequence[float | bool]) -> float | None:
    return round(float(np.mean(values)), 4) if values else None


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def auroc(inside: Sequence[float], outside: Sequence[float]) -> float | None:
    """Chance that a question in scope has more confidence than one out of scope; ties count half."""
    if not inside or not outside:
        return None
    high, low = np.asarray(inside), np.sort(np.asarray(outside))
    below = np.searchsorted(low, high, "left") + np.searchsorted(low, high, "right")
    return round(float(below.sum() / 2 / len(high) / len(low)), 4)


def mcc(gold: Sequence[str], said: Sequence[str]) -> float | None:
    """Matthews correlation over many classes (Gorodkin 2004, R_K); 0 where one side has a single class."""
    if not gold:
        return None
    classes = {name: number for number, name in enumerate(sorted({*gold, *said}))}
    table = np.zeros((len(classes), len(classes)))
    np.add.at(table, ([classes[name] for name in gold], [classes[name] for name in said]), 1)
    true, guess, total = table.sum(1), table.sum(0), table.sum()
    over = np.trace(table) * total - true @ guess
    under = np.sqrt(total**2 - true @ true) * np.sqrt(total**2 - guess @ guess)
    return round(float(over / under), 4) if under else 0.0


@dataclass(frozen=True, slots=True)
class Bin:
    """The questions with a confidence in one tenth of 0..1."""

    questions: int
    confidence: float  # mean; 0 where there are no questions
    right: float  # share whose top entry is right; 0 where there are no questions


def bins(confidences: Sequence[float], right: Sequence[bool]) -> tuple[Bin, ...]:
    """BINS bins of equal width, least confident first; the last one holds 1.0 too."""
    confidence, hit = np.asarray(confidences, dtype=float), np.asarray(right, dtype=float)
    number = np.minimum((confidence * BINS).astype(int), BINS - 1)
    counts = np.bincount(number, minlength=BINS)
    sums, hits = np.bincount(number, confidence, BINS), np.bincount(number, hit, BINS)
    return tuple(
        Bin(int(n), float(s / max(n, 1)), float(h / max(n, 1))) for n, s, h in zip(counts, sums, hits, strict=True)
    )


def ece(confidences: Sequence[float], right: Sequence[bool]) -> float | None:
    """Expected calibration error (Naeini 2015) of "the top entry is right" over `bins`."""
    if not confidences:
        return None
    gaps = sum(found.questions * abs(found.confidence - found.right) for found in bins(confidences, right))
    return round(float(gaps / len(confidences)), 4)


def ece_by_language(predictions: Sequence[Prediction]) -> dict[str, float | None]:
    """Expected calibration error in each language with FEWEST questions or more, languages by name."""
    languages: dict[str, list[Prediction]] = {}
    for one in predictions:
        languages.setdefault(one.language or "", []).append(one)
    return {
        language: ece([one.answer.confidence for one in found], [one.right for one in found])
        for language, found in sorted(languages.items())
        if language and len(found) >= FEWEST
    }
