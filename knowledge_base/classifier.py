"""A model fitted on the ways people ask: kernel ridge regression, in closed form.

Two texts are alike by k(a, b) = exp(-WIDTH/2 * (|u - v|^2 + CHARACTERS * (2 - 2 cos(a, b)))), with u and v
their centred sentence vectors and cos the cosine of their terms. It behaves as nearest neighbour where an
entry has one text, as a classifier where it has many, and falls to nothing far from everything known.
Targets are 1 for the entry and 0 elsewhere, background phrases belong to none. An entry weighs the same
however many texts it has. With landmarks L out of the texts T and weights D:
coefficients = (K_LT D K_TL + penalty K_LL)^-1 K_LT D Y (Nystroem), which is plain kernel ridge where L = T.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge_base.lexical import LexicalIndex

WIDTH = 1.0
CHARACTERS = 0.25
CHARACTERS_ALONE = 1.5  # the same without sentence vectors
PENALTY = 0.1
LANDMARKS = 2_000
MANY = 40_000  # texts, and
MOST = 2_000  # entries, above which nothing is fitted: similarity has to do
BUCKETS = 4_096  # terms are hashed into these while fitting (Weinberger 2009)
CHUNK = 4_096

Floats = NDArray[np.float32]
Texts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Classifier:
    """One score per entry: about 1 for the right one, about 0 for the others and for questions far away."""

    landmarks: Texts  # numbers of texts
    placed: Floats  # (landmarks + background, d) centred vectors; no columns without an encoder
    squares: Floats  # their squared lengths
    coefficients: Floats  # (landmarks + background, entries)

    def scores(self, lexical: Floats, placed: Floats | None) -> Floats:
        """(entries,) scores. `lexical`: cosines of the landmarks' terms with the question's."""
        cosines = np.zeros(len(self.squares), np.float32)
        cosines[: len(self.landmarks)] = lexical
        far = _far(cosines, placed is not None)
        if placed is not None:
            far += self.squares + placed @ placed - 2 * (self.placed @ placed)
        return np.asarray(np.exp(-WIDTH / 2 * far.clip(0)) @ self.coefficients, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class _Side:
    """Texts as the kernel sees them."""

    terms: Floats  # (n, BUCKETS)
    placed: Floats  # (n, d)

    def kernel(self, other: _Side, encoded: bool) -> Floats:
        far = _far(self.terms @ other.terms.T, encoded)
        if encoded:
            here, there = np.square(self.placed).sum(1), np.square(other.placed).sum(1)
            far += here[:, None] + there - 2 * (self.placed @ other.placed.T)
        return np.asarray(np.exp(-WIDTH / 2 * far.clip(0)), dtype=np.float32)


def _far(cosines: Floats, encoded: bool) -> Floats:
    weight = CHARACTERS if encoded else CHARACTERS_ALONE
    return np.asarray(weight * (2 - 2 * cosines), dtype=np.float32)


def fit(lexical: LexicalIndex, texts: Texts, placed: Floats | None, stray: Floats | None) -> Classifier | None:
    """Fitted on these texts. `placed` (all texts, d) and `stray` (phrases, d) are centred vectors.

    None where there are no two entries, or more than can be fitted in seconds.
    """
    if not 2 <= lexical.entries <= MOST or len(texts) > MANY:
        return None
    encoded = placed is not None and stray is not None
    landmarks = texts[:: -(-len(texts) // LANDMARKS)]
    vectors = placed if placed is not None else np.zeros((len(lexical.norms), 0), np.float32)
    apart = stray if stray is not None else np.zeros((0, 0), np.float32)
    base = _side(lexical, landmarks, vectors, apart)
    owners = lexical.owners[texts]
    weights = _weights(owners, lexical.entries)
    left = PENALTY * base.kernel(base, encoded).astype(np.float64)
    right = np.zeros((len(left), lexical.entries))
    for start in range(0, len(texts), CHUNK):
        part = slice(start, start + CHUNK)
        kernel = base.kernel(_side(lexical, texts[part], vectors, apart[:0]), encoded)
        weighted = kernel * weights[part]
        left += weighted @ kernel.T
        np.add.at(right.T, owners[part], weighted.T)
    if len(apart):
        kernel = base.kernel(_Side(np.zeros((len(apart), BUCKETS), np.float32), apart), encoded)
        left += kernel @ kernel.T
    left += 1e-4 * np.trace(left) / len(left) * np.eye(len(left))
    solved = np.linalg.solve(left, right).astype(np.float32)
    return Classifier(landmarks, base.placed, np.square(base.placed).sum(1), solved)


def _side(lexical: LexicalIndex, texts: Texts, vectors: Floats, apart: Floats) -> _Side:
    terms = np.zeros((len(texts) + len(apart), BUCKETS), np.float32)
    for row, text in zip(terms, texts, strict=False):
        ids = lexical.rows[lexical.starts[text] : lexical.starts[text + 1]]
        np.add.at(row, _bucket(ids), _signs(ids) * lexical.weights[ids] / lexical.norms[text])
    found = vectors[texts]
    return _Side(terms, np.vstack([found, apart]) if len(apart) else found)


def _bucket(ids: NDArray[np.int32]) -> NDArray[np.int64]:
    return (ids.astype(np.int64) * 2_654_435_761 >> 7) % BUCKETS


def _signs(ids: NDArray[np.int32]) -> Floats:
    return (1 - 2 * (ids.astype(np.int64) * 40_503 >> 5 & 1)).astype(np.float32)


def _weights(owners: NDArray[np.int32], entries: int) -> Floats:
    """Weight of each text: the square root of one over its entry's texts, 1 on average."""
    sizes = np.bincount(owners, minlength=entries)
    weight = 1 / np.sqrt(sizes[owners])
    return np.asarray(weight / weight.mean(), dtype=np.float32)
