"""Fusion: one score per entry out of characters, meaning, whole articles and the fitted model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge_base.lexical import Query

# The linear fusion; reciprocal rank fusion loses badly on every public set measured. An entry with n texts
# to learn from leans on the fitted model by t = n / (n + HALF), on the nearest text by the rest.
HALF = 2.0
LIKENESS = 3.0  # logits that a likeness of 1 is worth
PASSAGE = 0.8  # nearest passage by meaning, beside (1 - t) for the nearest title or question
CHARACTERS = 0.4  # nearest title or question by characters
WORDING = 0.25  # the same squared: much of a wording in common says more than twice half of it
WORDS = 0.6  # nearest passage by characters
ALONE = 1.5  # what characters count for more where there is no encoder
UNAIDED = 2.0  # times that whole articles count there

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Parts:
    """What each stage says of the candidates, one value per candidate."""

    entries: NDArray[np.int32]  # candidates, ascending
    lexical: Floats  # nearest title or question by characters
    lexical_body: Floats  # nearest passage by characters
    dense: Floats  # nearest title or question by meaning; zeros without an encoder
    dense_body: Floats
    logits: Floats  # of the fitted model; zeros where there is none
    articles: Floats  # whole articles by their words, 0..1
    worth: float  # logits that 1 of these is worth
    encoded: bool


@dataclass(frozen=True, slots=True)
class Found:
    """Everything the stages found out about one question."""

    folded: str  # key of the question
    query: Query
    cosines: Floats  # (texts,) by characters
    direction: Floats | None  # sentence vector, centred, length 1
    parts: Parts
    scores: Floats  # (candidates,) fused
    order: NDArray[np.int64]  # candidates, best first


def fuse(parts: Parts, learned: NDArray[np.int32]) -> Floats:
    """One score per candidate. `learned` counts the texts of each of them that the model learned from."""
    t = learned / (learned + HALF)
    near = (1 - t) * parts.dense + PASSAGE * parts.dense_body
    characters = CHARACTERS * parts.lexical + WORDING * np.square(parts.lexical) + WORDS * parts.lexical_body
    articles = parts.worth * parts.articles
    if not parts.encoded:
        characters = characters + ALONE * parts.lexical
        articles = UNAIDED * articles
    return np.asarray(parts.logits + articles + LIKENESS * (near + characters), dtype=np.float32)


def strongest(values: Floats, counted: NDArray[np.bool_], first: NDArray[np.int64]) -> Floats:
    """The greatest of the values that count in each run beginning at `first`; 0 where none does."""
    if not len(first):
        return np.zeros(0, np.float32)
    best = np.maximum.reduceat(np.where(counted, values, np.float32(-np.inf)), first)
    return np.where(np.isinf(best), np.float32(0), best).astype(np.float32)
