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
    scale: float  # usual distance of its titles and questions from that mean

    def place(self, vectors: Floats, languages: Sequence[str]) -> Floats:
        """(n, d) centred vectors, about 1 long."""
        offsets = np.stack([self._offset(language) for language in languages])
        return np.asarray((vectors - offsets - self.centre) / self.scale, dtype=np.float32)

    def place_one(self, vector: Floats, language: str | None) -> Floats:
        """(d,) a question's vector, centred."""
        placed: Floats = self.place(vector[None], [language or ""])[0]
        return placed

    def _offset(self, language: str) -> Floats:
        return self.offsets.get(language, self.offsets[""])


@dataclass(frozen=True, slots=True)
class DenseIndex:
    """Centred vectors of all texts, sorted by entry, and the mean direction of each entry."""

    space: Space
    vectors: Floats  # (texts, d) centred, about 1 long
    lengths: Floats  # (texts,)
    first: NDArray[np.int64]  # (entries + 1,) where each entry's texts begin
    centres: Floats  # (entries, d) length 1

    @classmethod
    def build(cls, space: Space, vectors: Floats, first: NDArray[np.int64]) -> DenseIndex:
        """From centred vectors; every entry has at least one text."""
        lengths = np.linalg.norm(vectors, axis=1).clip(1e-6)
        unit = vectors / lengths[:, None]
        sums = np.add.reduceat(unit, first[:-1], axis=0) if len(first) > 1 else unit[:0]
        centres = sums / np.linalg.norm(sums, axis=1, keepdims=True).clip(1e-6)
        return cls(space, vectors, lengths.astype(np.float32), first, centres)

    def candidates(self, placed: Floats, limit: int = CANDIDATES) -> NDArray[np.int32]:
        """Entries that may be nearest to a centred question, ascending; all of them where there are few."""
        entries = len(self.centres)
        if entries <= FEW:
            return np.arange(entries, dtype=np.int32)
        best = np.argpartition(-(self.centres @ placed), limit - 1)[:limit]
        return np.sort(best).astype(np.int32)

    def cosines(self, placed: Floats, texts: NDArray[np.int64]) -> Floats:
        """(texts,) cosine of each of these texts with a centred question."""
        found = self.vectors if len(texts) == len(self.vectors) else self.vectors[texts]
        length = max(float(np.linalg.norm(placed)), 1e-6)
        return np.asarray(found @ placed / (self.lengths[texts] * length), dtype=np.float32)


def space_of(vectors: Floats, items: Sequence[Evidence], encoder: Encoder, spoken: Mapping[str, Floats]) -> Space:
    """The space of a knowledge base. `spoken`: vectors of the parallel phrases of each language."""
    offsets = {language: found.mean(0) for language, found in spoken.items()}
    zero = np.zeros(encoder.dimensions, np.float32)
    offsets[""] = np.mean(list(offsets.values()), axis=0) if offsets else zero
    plain = Space(offsets, zero, 1.0)
    short = [number for number, item in enumerate(items) if item.kind != "body"]
    if not short:
        return plain
    placed = plain.place(vectors[short], [items[number].language for number in short])
    centre = placed.mean(0)
    scale = float(np.sqrt(np.square(placed - centre).sum(1).mean()))
    return Space(offsets, centre, scale if scale > 1e-3 else 1.0)


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
