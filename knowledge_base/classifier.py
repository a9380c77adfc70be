"""A model fitted on the ways people ask: softmax regression with a quadratic penalty (Bishop 2006, 4.3.4).

A text is seen as its sentence vector, its terms hashed into buckets (Weinberger 2009) and a constant. Titles,
questions and passages belong to their entry; background phrases belong to every entry alike, so that a question
far from everything known is no entry's. An entry's texts together weigh as the square root of their number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge_base.lexical import LexicalIndex, Query
from knowledge_base.minimum import minimum
from knowledge_base.terms import Codes

BUCKETS = 2048
CHARACTERS = 0.4  # length of the terms' part of a text; a sentence vector is 1 long
CONSTANT = 0.3
PENALTY = 0.1
PASSAGE = 0.75  # weight of a passage beside a title or question
STRAY = 70.0  # weight of all background phrases
MANY = 40_000  # texts, and
MOST = 2_000  # entries, above which nothing is fitted: similarity has to do
CHUNK = 2_048  # texts at a time: keeps the memory of a fit small
MIX = np.uint64(0xD6E8FEB86659FD93)

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Classifier:
    """Logits of entries: how much more a question is like theirs than like the others'."""

    coefficients: Floats  # (d + BUCKETS + 1, entries)
    buckets: NDArray[np.int16]  # (terms,) where each term of the vocabulary is hashed to
    signs: Floats  # (terms,) 1 or -1

    def logits(self, lexical: LexicalIndex, query: Query, direction: Floats | None) -> Floats:
        """(entries,) 0 on average. `direction`: unit sentence vector; without one the terms alone speak."""
        if direction is None:
            direction = np.zeros(len(self.coefficients) - BUCKETS - 1, np.float32)
        values = self.signs[query.ids] * lexical.weights[query.ids] / query.norm
        terms = np.bincount(self.buckets[query.ids], values, BUCKETS)
        row = np.concatenate([direction, CHARACTERS * terms, [CONSTANT]]).astype(np.float32)
        return np.asarray(row @ self.coefficients, dtype=np.float32)

    def carried(self, slugs: Sequence[str], now: Sequence[str], lexical: LexicalIndex) -> Classifier:
        """The model of entries `slugs` for entries `now` and another vocabulary; new entries get the mean, 0."""
        places = {slug: place for place, slug in enumerate(slugs)}
        coefficients = np.zeros((len(self.coefficients), len(now)), np.float32)
        for place, slug in enumerate(now):
            if slug in places:
                coefficients[:, place] = self.coefficients[:, places[slug]]
        return Classifier(coefficients, *_hashed(lexical.vocabulary))


def fit(lexical: LexicalIndex, short: NDArray[np.bool_], directions: Floats, stray: Floats) -> Classifier | None:
    """Fitted on all texts; `short` are titles and questions. `directions` (texts, d) and `stray` (phrases, d) are unit
    sentence vectors, without numbers where there is no encoder.

    None where there are no two entries, or more than can be fitted in seconds.
    """
    if not 2 <= lexical.entries <= MOST or len(short) > MANY:
        return None
    buckets, signs = _hashed(lexical.vocabulary)
    owners, weights = lexical.owners, _weights(lexical.owners, short, lexical.entries)
    rows = np.vstack([_rows(lexical, directions, buckets, signs), _alone(stray)])
    coefficients = np.zeros((rows.shape[1], lexical.entries), np.float32)
    scale = np.concatenate([weights, np.full(len(stray), STRAY / max(len(stray), 1), np.float32)])

    def loss(flat: Floats) -> tuple[float, Floats]:
        return _loss(flat.reshape(coefficients.shape), rows, scale, owners)

    solved = minimum(loss, coefficients.ravel()).reshape(coefficients.shape)
    return Classifier(solved - solved.mean(1, keepdims=True), buckets, signs)


def _loss(coefficients: Floats, rows: Floats, scale: Floats, owners: NDArray[np.int32]) -> tuple[float, Floats]:
    """Penalised negative log likelihood and its slope. Rows after those of `owners` belong to all entries alike."""
    slope = PENALTY * coefficients
    loss = 0.5 * PENALTY * float(np.vdot(coefficients, coefficients))
    for part in _parts(len(rows)):
        logits = rows[part] @ coefficients
        logits -= logits.max(1, keepdims=True)
        owned = owners[part]
        own = np.arange(len(owned)), owned
        wanted = np.concatenate([logits[own], logits[len(owned) :].mean(1)])
        np.exp(logits, out=logits)
        total = logits.sum(1)
        loss -= float(scale[part] @ (wanted - np.log(total)))
        logits /= total[:, None]
        logits[own] -= 1
        logits[len(owned) :] -= 1 / logits.shape[1]
        logits *= scale[part, None]
        slope += rows[part].T @ logits
    return loss, slope.ravel()


def _parts(size: int) -> Iterator[slice]:
    return (slice(start, start + CHUNK) for start in range(0, size, CHUNK))


def _rows(lexical: LexicalIndex, directions: Floats, buckets: NDArray[np.int16], signs: Floats) -> Floats:
    """(texts, d + BUCKETS + 1) what the model sees of each text."""
    texts = len(lexical.norms)
    ids = np.repeat(np.arange(len(lexical.vocabulary)), np.diff(lexical.starts))
    cells = lexical.holders.astype(np.int64) * BUCKETS + buckets[ids]
    values = signs[ids] * lexical.weights[ids] / lexical.norms[lexical.holders]
    terms = np.bincount(cells, CHARACTERS * values, texts * BUCKETS).reshape(texts, BUCKETS)
    return np.hstack([directions, terms.astype(np.float32), np.full((texts, 1), CONSTANT, np.float32)])


def _alone(stray: Floats) -> Floats:
    """Background phrases as the model sees them: without terms."""
    rows = np.zeros((len(stray), stray.shape[1] + BUCKETS + 1), np.float32)
    rows[:, : stray.shape[1]] = stray
    rows[:, -1] = CONSTANT
    return rows


def _hashed(vocabulary: Codes) -> tuple[NDArray[np.int16], Floats]:
    """Bucket and sign of each term: the same ones in every knowledge base."""
    mixed = (vocabulary ^ (vocabulary >> np.uint64(32))) * MIX
    buckets = (mixed >> np.uint64(53)).astype(np.int16)  # 11 bits: BUCKETS
    return buckets, (1 - 2 * (mixed >> np.uint64(52) & np.uint64(1)).astype(np.float32)).astype(np.float32)


def _weights(owners: NDArray[np.int32], short: NDArray[np.bool_], entries: int) -> Floats:
    """Weight of each text: less where its entry has many, 1 on average over titles and questions."""
    sizes = np.bincount(owners[short], minlength=entries)
    weight = 1 / np.sqrt(sizes[owners])
    weight = weight / weight[short].mean()
    return np.where(short, weight, PASSAGE).astype(np.float32)
