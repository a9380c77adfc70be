"""Fitting a calibration to labelled questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge_base.calibration import Calibration, Confidence, fit_logistic
from knowledge_base.decision import Thresholds
from knowledge_base.index import Index
from knowledge_base.jsonl import Question
from knowledge_base.quality import NONE, mcc

LEAST, MOST = (
    0.35,
    0.8,
)  # an answer threshold outside these says more about the labels than about the customers


@dataclass(frozen=True, slots=True)
class Sample:
    """What a fit learns from one question."""

    signs: dict[str, float]
    top: str
    gold: str | None

    @property
    def right(self) -> bool:
        return self.top == self.gold


def samples(index: Index, questions: Sequence[Question], vectors: NDArray[np.float32] | None) -> list[Sample]:
    """Signs for each question that is neither without words nor there word for word."""
    rows: Sequence[NDArray[np.float32] | None] = [None] * len(questions) if vectors is None else list(vectors)
    return [
        Sample(signs, index.rank(question.text, question.language, row, 1)[0].slug, question.gold)
        for question, row in zip(questions, rows, strict=True)
        if index.lexical_answer(question.text, question.language) is None
        and (signs := index.signs(question.text, question.language, row)) is not None
    ]


def fit(index: Index, questions: Sequence[Question], vectors: NDArray[np.float32] | None) -> Calibration:
    """The index's calibration drawn towards these labels; `vectors` (questions, d) or None: no encoder."""
    start, found = index.calibration, samples(index, questions, vectors)
    if vectors is None:
        lexical = _fit(found, start.lexical)
        return Calibration(start.full, lexical, _thresholds(found, lexical, start.thresholds))
    full = _fit(found, start.full)
    return Calibration(full, start.lexical, _thresholds(found, full, start.thresholds))


def _fit(found: Sequence[Sample], start: Confidence) -> Confidence:
    """About: which questions have an answer here. Right: which of those have it on top."""
    inside = [sample for sample in found if sample.gold is not None]
    about = fit_logistic([s.signs for s in found], [s.gold is not None for s in found], start.about)
    right = fit_logistic([s.signs for s in inside], [s.right for s in inside], start.right)
    return Confidence(about, right) if found else start


def _thresholds(found: Sequence[Sample], model: Confidence, start: Thresholds) -> Thresholds:
    """The answer threshold with the best Matthews correlation; the lowest of equals."""
    if not found:
        return start
    sure = [model.probability(sample.signs) for sample in found]
    gold = [sample.gold or NONE for sample in found]

    def quality(threshold: float) -> float:
        said = [s.top if p >= threshold else NONE for s, p in zip(found, sure, strict=True)]
        return mcc(gold, said) or 0.0

    grid = [round(float(x), 2) for x in np.arange(LEAST, MOST + 0.001, 0.05)]
    return Thresholds(answer=max(grid, key=lambda x: (quality(x), -x)), suggest=start.suggest)
