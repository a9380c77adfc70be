"""The lexical stage: TF-IDF cosine of terms (see `terms`), postings as numpy arrays.

Weight of a term: log((1 + n) / (0.5 + share * n)), where share is its largest share of texts in any one language
and n the number of texts of the largest language: a word every Polish text holds weighs little in a knowledge
base that is one sixth Polish.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge_base.evidence import Evidence
from knowledge_base.terms import Codes, all_terms, known, terms

FOREIGN = 0.4  # what an equal string in another language is worth
CHUNK = 8_192  # texts at a time: keeps the memory of building small

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Query:
    """A question as the lexical stage sees it."""

    ids: Ints  # known terms
    norm: float  # length of the whole vector, unknown terms at the greatest weight


@dataclass(frozen=True, slots=True)
class LexicalIndex:
    """Terms with the texts that hold them. Texts are sorted by entry."""

    vocabulary: Codes  # (terms,) ascending
    weights: Floats  # (terms,)
    greatest: float  # weight of a term never seen
    holders: Ints  # texts that hold a term, term after term
    starts: NDArray[np.int64]  # (terms + 1,) where each term begins in holders
    norms: Floats  # (texts,) length of each text's vector
    owners: Ints  # (texts,) entry of each text; ascending
    first: NDArray[np.int64]  # (entries + 1,) where each entry's texts begin
    languages: tuple[str, ...]  # by name
    spoken: NDArray[np.int8]  # (texts,) position of each text's language

    @property
    def entries(self) -> int:
        return len(self.first) - 1

    @classmethod
    def build(cls, items: Sequence[Evidence], keys: Sequence[str], entries: int) -> LexicalIndex:
        """Index of texts sorted by entry; `keys` are the folded texts."""
        vocabulary, ids, texts = _postings(keys)
        languages = tuple(sorted({item.language for item in items}))
        numbers = {language: number for number, language in enumerate(languages)}
        spoken = np.array([numbers[item.language] for item in items], dtype=np.int8)
        weights, greatest = _weights(ids, spoken[texts], np.bincount(spoken, minlength=len(languages)), len(vocabulary))
        squares = np.bincount(texts, np.square(weights[ids]), len(items))
        owners = np.array([item.entry for item in items], dtype=np.int32)
        return cls(
            vocabulary=vocabulary,
            weights=weights,
            greatest=greatest,
            holders=texts,
            starts=np.searchsorted(ids, np.arange(len(vocabulary) + 1)),
            norms=np.sqrt(np.maximum(squares, 1e-9)).astype(np.float32),
            owners=owners,
            first=np.searchsorted(owners, np.arange(entries + 1)),
            languages=languages,
            spoken=spoken,
        )

    def query(self, folded: str) -> Query:
        """The terms of a folded question."""
        found = terms(folded)
        ids = known(self.vocabulary, found).astype(np.int32)
        whole = float(np.square(self.weights[ids]).sum()) + self.greatest**2 * (len(found) - len(ids))
        return Query(ids, max(whole, 1e-9) ** 0.5)

    def cosines(self, query: Query, language: str | None = None) -> Floats:
        """(texts,) cosine of each text with the question; less for texts in another language than this one."""
        if not len(query.ids):
            return np.zeros(len(self.norms), np.float32)
        begin, end = self.starts[query.ids], self.starts[query.ids + 1]
        holders = self.holders[_ranges(begin, end)]
        sums = np.bincount(holders, np.repeat(np.square(self.weights[query.ids]), end - begin), len(self.norms))
        found = (sums / (self.norms * query.norm)).astype(np.float32)
        if language is not None:
            own = [name == language for name in self.languages]
            found *= np.where(own, np.float32(1), np.float32(FOREIGN))[self.spoken]
        return found

    def language(self, text: int) -> str:
        """The language of a text."""
        return self.languages[int(self.spoken[text])]

    def texts_of(self, entries: Ints) -> NDArray[np.int64]:
        """Numbers of the texts of these entries, entry after entry."""
        return _ranges(self.first[entries], self.first[entries + 1])


def _ranges(begin: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.int64]:
    """begin[0]..end[0]-1, begin[1]..end[1]-1, … in one array."""
    lengths = end - begin
    offsets = np.repeat(begin - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths)
    return np.asarray(offsets + np.arange(int(lengths.sum())), dtype=np.int64)


def _postings(keys: Sequence[str]) -> tuple[Codes, Ints, Ints]:
    """All terms, and (term's position, text) pairs, each once, by term and then by text."""
    codes, texts = [np.zeros(0, np.uint64)], [np.zeros(0, np.int64)]
    for start in range(0, len(keys), CHUNK):
        found, owners = all_terms(keys[start : start + CHUNK])
        order = np.lexsort((owners, found))
        found, owners = found[order], owners[order]
        new = np.ones(len(found), np.bool_)
        new[1:] = (found[1:] != found[:-1]) | (owners[1:] != owners[:-1])
        codes.append(found[new])
        texts.append(owners[new] + start)
    whole, holders = np.concatenate(codes), np.concatenate(texts)
    vocabulary, ids = np.unique(whole, return_inverse=True)
    order = np.argsort(ids, kind="stable")  # chunks are in order of their texts
    return vocabulary, ids[order].astype(np.int32), holders[order].astype(np.int32)


def _weights(ids: Ints, spoken: NDArray[np.int8], counts: NDArray[np.int64], size: int) -> tuple[Floats, float]:
    """Weight of each term, and of one never seen. `spoken`: language of each pair, `counts`: texts by language."""
    held = np.bincount(spoken.astype(np.int64) * size + ids, minlength=len(counts) * size).reshape(len(counts), size)
    share = (held / counts[:, None]).max(0, initial=0.0)
    largest = max(counts.tolist(), default=0)
    weights = np.log((1 + largest) / (0.5 + share * largest)).clip(0.01).astype(np.float32)
    return weights, float(np.log((1 + largest) / 0.5))
