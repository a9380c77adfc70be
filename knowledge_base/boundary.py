"""The boundary of a knowledge base: what it speaks about at all, against what nobody asks a service desk.

Logistic regression over sentence vectors: the texts of the knowledge base on one side, background phrases on the
other, both sides of equal weight. It tells a question far from everything, where nearness to the nearest of
thousands of texts does not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge_base.minimum import minimum

PENALTY = 0.3
WEIGHT = 500.0  # of each side
SPOKEN = 0.6  # cosine to a text from which a background phrase is a subject of this knowledge base
CHUNK = 8_192  # texts at a time

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Boundary:
    """A plane between the knowledge base and the rest of the world."""

    coefficients: Floats  # (d + 1,) the last is the constant

    def inside(self, direction: Floats) -> float:
        """Log-odds that a question is about what the knowledge base speaks about."""
        return float(direction @ self.coefficients[:-1] + self.coefficients[-1])


def bounded(directions: Floats, stray: Floats) -> Boundary | None:
    """The boundary between texts and background phrases; None where there are no phrases left to learn from."""
    apart = stray[_nearest(stray, directions) < SPOKEN] if len(directions) else stray[:0]
    if not len(apart):
        return None
    rows = np.vstack([directions, apart])
    rows = np.hstack([rows, np.ones((len(rows), 1), np.float32)])
    inside = np.arange(len(rows)) < len(directions)
    scale = np.where(inside, WEIGHT / len(directions), WEIGHT / len(apart)).astype(np.float32)

    def loss(coefficients: Floats) -> tuple[float, Floats]:
        logits = rows @ coefficients
        wrong = np.where(inside, -logits, logits)
        error = np.where(inside, -1, 1) / (1 + np.exp(-wrong.clip(-60, 60)))
        value = float(scale @ np.logaddexp(0, wrong)) + 0.5 * PENALTY * float(coefficients @ coefficients)
        return value, (rows.T @ (scale * error).astype(np.float32)) + np.float32(PENALTY) * coefficients

    return Boundary(minimum(loss, np.zeros(rows.shape[1], np.float32)))


def _nearest(stray: Floats, directions: Floats) -> Floats:
    """(phrases,) cosine of the nearest text."""
    parts = [stray @ directions[start : start + CHUNK].T for start in range(0, len(directions), CHUNK)]
    return np.asarray(np.max([part.max(1) for part in parts], axis=0), dtype=np.float32)
