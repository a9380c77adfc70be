"""Fusion: one score per entry out of characters, meaning and the fitted model; and the signs of certainty."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.fuzz import ratio

from knowledge_base.lexical import FOREIGN, Query

# The linear fusion; reciprocal rank fusion loses badly on every public set measured. An entry with n texts
# to learn from leans on the fitted model by t = n / (n + HALF), on the nearest text by the rest.
HALF = 2.0
NEAREST = 1.0  # nearest title or question by meaning, times (1 - t)
PASSAGE = 0.8  # nearest passage by meaning
MODEL = (0.4, 1.6)  # the fitted model: at t = 0, and what t adds
CHARACTERS = (0.15, 0.2)  # nearest title or question by characters: the same
WORDS = 0.6  # nearest passage by characters
ALONE = 1.0  # what characters count for more where there is no encoder

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Parts:
    """What each stage says of the candidates, one value per candidate."""

    entries: NDArray[np.int32]  # candidates, ascending
    lexical: Floats  # nearest title or question by characters
    lexical_body: Floats  # nearest passage by characters
    dense: Floats  # nearest title or question by meaning; zeros without an encoder
    dense_body: Floats
    classifier: Floats
    nearest: NDArray[np.int64]  # number of the text nearest by characters
    nearest_dense: NDArray[np.int64]  # number of the text nearest by meaning
    encoded: bool


@dataclass(frozen=True, slots=True)
class Found:
    """Everything the stages found out about one question."""

    folded: str  # key of the question
    query: Query
    parts: Parts
    scores: Floats  # (candidates,) fused
    order: NDArray[np.int64]  # candidates, best first


def fuse(parts: Parts, questions: NDArray[np.int32]) -> Floats:
    """One score per candidate. `questions` counts the texts each of them gave the model to learn from."""
    t = questions / (questions + HALF)
    near = NEAREST * (1 - t) * parts.dense + PASSAGE * parts.dense_body
    model = (MODEL[0] + MODEL[1] * t) * parts.classifier
    characters = (CHARACTERS[0] + CHARACTERS[1] * t) * parts.lexical + WORDS * parts.lexical_body
    if not parts.encoded:
        characters = characters + ALONE * parts.lexical
    return np.asarray(near + model + characters, dtype=np.float32)


def strongest(values: Floats, owners: NDArray[np.int64], size: int, empty: float = 0.0) -> Floats:
    """(size,) the greatest value of each owner; `empty` where an owner has none."""
    best = np.full(size, -np.inf, np.float32)
    np.maximum.at(best, owners, values)
    return np.where(np.isinf(best), np.float32(empty), best).astype(np.float32)


def foreign(languages: NDArray[np.str_], language: str | None) -> Floats:
    """What equal characters are worth in texts of these languages to a question in this one."""
    if language is None:
        return np.ones(len(languages), np.float32)
    return np.where(languages == language, np.float32(1), np.float32(FOREIGN))


def signs(parts: Parts, scores: Floats, known: float, question: str, nearest: str) -> dict[str, float]:
    """Signs of certainty of the best candidate. `nearest` is its text nearest by characters, folded."""
    order = np.argsort(-scores, kind="stable")
    top = int(order[0])
    return {
        "lexical": float(parts.lexical[top]),
        "lexical_margin": _margin(parts.lexical, top),
        "known": known,
        "near": ratio(question, nearest) / 100,
        "classifier": float(parts.classifier[top]),
        "classifier_margin": _margin(parts.classifier, top),
        "dense": float(parts.dense[top]),
        "dense_lift": float(parts.dense[top] - np.median(parts.dense)),
        "dense_margin": _margin(parts.dense, top),
        "agree": float(parts.dense.argmax() == parts.lexical.argmax()),
        "score_margin": _margin(scores, top),
    }


def _margin(values: Floats, top: int) -> float:
    """How far the best candidate is before the next; negative where another one is better."""
    if len(values) < 2:
        return float(values[top])
    return float(values[top] - np.delete(values, top).max())
