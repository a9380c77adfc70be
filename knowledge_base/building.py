"""The parts of an index, made from texts, or taken over from an earlier index of much the same ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from knowledge_base.boundary import Boundary, bounded
from knowledge_base.classifier import Classifier, fit
from knowledge_base.dense import DenseIndex, encode_all, space_of
from knowledge_base.encoder import Encoder
from knowledge_base.entries import Entry
from knowledge_base.evidence import Evidence
from knowledge_base.lexical import LexicalIndex
from knowledge_base.phrases import Phrases
from knowledge_base.text import key
from knowledge_base.vectors import VectorCache

if TYPE_CHECKING:
    from knowledge_base.index import Index

Floats = NDArray[np.float32]


def keys_of(items: Sequence[Evidence], before: Index | None) -> tuple[str, ...]:
    """Keys of the texts; folding one again costs more than finding it."""
    known: dict[tuple[str, str], str] = {}
    if before is not None:
        texts = zip(before.texts, map(before.lexical.language, range(len(before.texts))), strict=True)
        known = dict(zip(texts, before.keys, strict=True))
    return tuple(known.get((item.text, item.language)) or key(item.text, item.language) for item in items)


def dense_of(
    items: Sequence[Evidence],
    first: NDArray[np.int64],
    phrases: Phrases,
    encoder: Encoder,
    vectors: VectorCache | None,
) -> tuple[DenseIndex, Floats]:
    """The dense index, and the directions of the background phrases."""
    encoded = encode_all(items, phrases, encoder, vectors)
    space = space_of(encoded.texts, items, encoder, encoded.spoken)
    languages = [language for language in sorted(phrases.background) for _ in phrases.background[language]]
    stray = space.directions(encoded.stray, languages) if languages else encoded.stray
    return DenseIndex.build(space, space.directions(encoded.texts, [item.language for item in items]), first), stray


def model_of(
    entries: Sequence[Entry],
    lexical: LexicalIndex,
    short: NDArray[np.bool_],
    dense: DenseIndex | None,
    stray: Floats,
    before: Index | None,
) -> Classifier | None:
    """The model of an earlier index with the same stages, else one fitted now."""
    if before is not None and before.model is not None and (before.dense is None) == (dense is None):
        slugs = [entry.slug for entry in before.entries]
        return before.model.carried(slugs, [entry.slug for entry in entries], lexical)
    return fit(lexical, short, dense.directions if dense else np.zeros((len(short), 0), np.float32), stray)


def boundary_of(dense: DenseIndex | None, stray: Floats, before: Index | None) -> Boundary | None:
    """The boundary of an earlier index with a dense stage, else one drawn now."""
    if dense is None:
        return None
    if before is not None and before.boundary is not None:
        return before.boundary
    return bounded(dense.directions, stray)


def exact_of(items: Sequence[Evidence], keys: Sequence[str]) -> dict[str, int]:
    """The entry of each title and question, by key; -1 where several claim it."""
    owners: dict[str, int] = {}
    for item, folded in zip(items, keys, strict=True):
        if item.kind != "body" and folded and owners.setdefault(folded, item.entry) != item.entry:
            owners[folded] = -1
    return owners
