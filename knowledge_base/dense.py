"""The dense stage: nearness of meaning between a question and the texts of an entry.

Sentence vectors of one encoder share a direction, and those of one language another one: the mean of the
same phrases in each language shows it. Both are taken away before vectors are compared, so that a Czech
question is compared with an English title by what it says and not by being Czech.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge_base.encoder import Encoder
from knowledge_base.evidence import Evidence, passage
from knowledge_base.phrases import Phrases
from knowledge_base.vectors import VectorCache

FEW = 1_024  # entries up to which every text is compared
CANDIDATES = 256  # entries whose texts are compared one by one where there are more

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Space:
    """Where vectors are compared: centred for their language and for the knowledge base."""

    offsets: Mapping[str, Floats]  # mean of each language; "" for a language without phrases
    centre: Floats  # (d,) mean of the knowledge base

    def directions(self, vectors: Floats, languages: Sequence[str]) -> Floats:
        """(n, d) centred vectors, length 1."""
        centres = np.stack([self._offset(language) for language in languages]) + self.centre
        return _unit(vectors - centres)

    def direction(self, vector: Floats, language: str | None) -> Floats:
        """(d,) a question's vector, centred, length 1."""
        centred = vector - self._offset(language or "") - self.centre
        return np.asarray(centred / max(float(np.linalg.norm(centred)), 1e-6), dtype=np.float32)

    def _offset(self, language: str) -> Floats:
        return self.offsets.get(language, self.offsets[""])


@dataclass(frozen=True, slots=True)
class DenseIndex:
    """Directions of all texts, sorted by entry, and the mean direction of each entry."""

    space: Space
    directions: Floats  # (texts, d) centred vectors, length 1
    centres: Floats  # (entries, d) length 1

    @classmethod
    def build(cls, space: Space, directions: Floats, first: NDArray[np.int64]) -> DenseIndex:
        """From directions; `first` (entries + 1,) is where each entry's texts begin, and each has at least one."""
        sums = np.add.reduceat(directions, first[:-1], axis=0) if len(first) > 1 else directions[:0]
        return cls(space, directions, _unit(sums))

    def candidates(self, direction: Floats, limit: int = CANDIDATES) -> NDArray[np.int32]:
        """Entries that may be nearest to a question, ascending; all of them where there are few."""
        entries = len(self.centres)
        if entries <= FEW:
            return np.arange(entries, dtype=np.int32)
        best = np.argpartition(-(self.centres @ direction), limit - 1)[:limit]
        return np.sort(best).astype(np.int32)

    def cosines(self, direction: Floats, texts: NDArray[np.int64]) -> Floats:
        """(texts,) cosine of each of these texts with a question."""
        found = self.directions if len(texts) == len(self.directions) else self.directions[texts]
        return found @ direction


def _unit(vectors: Floats) -> Floats:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True).clip(1e-6), dtype=np.float32)


def space_of(vectors: Floats, items: Sequence[Evidence], encoder: Encoder, spoken: Mapping[str, Floats]) -> Space:
    """The space of a knowledge base. `spoken`: vectors of the parallel phrases of each language."""
    offsets = {language: found.mean(0) for language, found in spoken.items()}
    zero = np.zeros(encoder.dimensions, np.float32)
    offsets[""] = np.mean(list(offsets.values()), axis=0) if offsets else zero
    short = [number for number, item in enumerate(items) if item.kind != "body"]
    if not short:
        return Space(offsets, zero)
    means = np.stack([offsets.get(items[number].language, offsets[""]) for number in short])
    return Space(offsets, (vectors[short] - means).mean(0))


@dataclass(frozen=True, slots=True)
class Encoded:
    """Everything the encoder is asked for when an index is built."""

    texts: Floats  # (texts, d)
    spoken: Mapping[str, Floats]  # parallel phrases by language
    stray: Floats  # (background phrases, d)


def encode_all(items: Sequence[Evidence], phrases: Phrases, encoder: Encoder, vectors: VectorCache | None) -> Encoded:
    """Vectors of all evidence and of the phrases, in one call, from the store where there is one."""
    titles = {(item.entry, item.language): item.text for item in items if item.kind == "title"}
    texts = [passage(item, titles[item.entry, item.language]) for item in items]
    wanted = [*texts, *(p for spoken in phrases.parallel.values() for p in spoken), *phrases.stray]
    wanted = [text.lower() for text in wanted]  # as `Index.query_text` does: nobody types as titles are set
    found = vectors.get_or_encode(wanted, encoder) if vectors else encoder.encode(wanted)
    start, spoken = len(texts), {}
    for language, said in phrases.parallel.items():
        spoken[language] = found[start : start + len(said)]
        start += len(said)
    return Encoded(found[: len(texts)], spoken, found[start:])
