"""The lexical stage: folded character trigrams and word beginnings, TF-IDF cosine, postings as numpy arrays.

A text is the set of its terms: trigrams of each word with its edges (" no", "not", "ot ") and each word's
first four letters. Trigrams are taken from the weak key, so Kazakh in Russian letters matches; beginnings
from the key itself. Weight of a term: log((1 + n) / (0.5 + share * n)), where share is its largest share of
texts in any one language and n the number of texts of the largest language: a word every Polish text holds
weighs little in a knowledge base that is one sixth Polish.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge_base.evidence import Evidence
from knowledge_base.text import key, weak_key

CANDIDATES = 64  # entries whose texts are compared one by one
WORD = 32  # characters of a word that count
FOREIGN = 0.4  # what an equal string in another language is worth

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]


def terms(folded: str) -> set[str]:
    """The terms of a key (see the module's text)."""
    found: set[str] = set()
    for strong, weak in zip(folded.split(), weak_key(folded).split(), strict=True):
        edged = f" {weak[:WORD]} "
        found.update([edged[i : i + 3] for i in range(len(edged) - 2)])
        found.add(f"^{strong[:4]}")
    return found


@dataclass(frozen=True, slots=True)
class Query:
    """A question as the lexical stage sees it."""

    ids: Ints  # known terms
    norm: float  # length of the whole vector, unknown terms at the greatest weight
    known: float  # share of the squared length that known terms make up


@dataclass(frozen=True, slots=True)
class LexicalIndex:
    """Texts as rows of term numbers, entries as postings."""

    vocabulary: dict[str, int]
    weights: Floats  # (terms,)
    greatest: float  # weight of a term never seen
    rows: Ints  # term numbers of all texts, text after text
    starts: NDArray[np.int64]  # (texts + 1,) where each text begins in rows
    norms: Floats  # (texts,) length of each text's vector
    owners: Ints  # (texts,) entry of each text; ascending
    first: NDArray[np.int64]  # (entries + 1,) where each entry's texts begin
    languages: NDArray[np.str_]  # (texts,)
    posting_entries: Ints  # entries that hold a term, term after term
    posting_weights: Floats  # weight of the term in a question times its greatest weight in one of the texts
    posting_starts: NDArray[np.int64]  # (terms + 1,)

    @property
    def entries(self) -> int:
        return len(self.first) - 1

    @classmethod
    def build(cls, items: Sequence[Evidence], entries: int) -> LexicalIndex:
        """Index of texts sorted by entry."""
        sets = [sorted(terms(key(item.text, item.language))) for item in items]
        vocabulary: dict[str, int] = {}
        for row in sets:
            for term in row:
                vocabulary.setdefault(term, len(vocabulary))
        languages = np.array([item.language for item in items], dtype=np.str_)
        rows = np.array([vocabulary[term] for row in sets for term in row], dtype=np.int32)
        lengths = np.array([len(row) for row in sets], dtype=np.int64)
        weights, greatest = _weights(rows, lengths, languages, len(vocabulary))
        owners = np.array([item.entry for item in items], dtype=np.int32)
        starts = np.concatenate([[0], np.cumsum(lengths)])
        squares = np.bincount(np.repeat(np.arange(len(items)), lengths), weights[rows] ** 2, len(items))
        norms = np.sqrt(np.maximum(squares, 1e-9)).astype(np.float32)
        first = np.searchsorted(owners, np.arange(entries + 1))
        postings = _postings(rows, lengths, norms, owners, weights, entries)
        return cls(vocabulary, weights, greatest, rows, starts, norms, owners, first, languages, *postings)

    def query(self, folded: str) -> Query:
        """The terms of a folded question."""
        found = terms(folded)
        known = [self.vocabulary[term] for term in found if term in self.vocabulary]
        ids = np.array(sorted(known), dtype=np.int32)
        mass = float(np.square(self.weights[ids]).sum())
        whole = mass + self.greatest**2 * (len(found) - len(known))
        return Query(ids, max(whole, 1e-9) ** 0.5, mass / max(whole, 1e-9))

    def bounds(self, query: Query) -> Floats:
        """(entries,) no text of the entry is nearer to the question than this."""
        if not len(query.ids):
            return np.zeros(self.entries, np.float32)
        spans = [slice(self.posting_starts[i], self.posting_starts[i + 1]) for i in query.ids]
        found = np.concatenate([self.posting_entries[span] for span in spans])
        parts = np.concatenate([self.posting_weights[span] for span in spans])
        sums = np.bincount(found, parts, self.entries)
        return (sums / query.norm).astype(np.float32)

    def candidates(self, query: Query, limit: int = CANDIDATES) -> Ints:
        """Entries that may be nearest, ascending; all of them where there are few."""
        if self.entries <= limit:
            return np.arange(self.entries, dtype=np.int32)
        best = np.argpartition(-self.bounds(query), limit - 1)[:limit]
        return np.sort(best).astype(np.int32)

    def texts_of(self, entries: Ints) -> NDArray[np.int64]:
        """Numbers of the texts of these entries, entry after entry."""
        return _ranges(self.first[entries], self.first[entries + 1])

    def cosines(self, query: Query, texts: NDArray[np.int64]) -> Floats:
        """(texts,) cosine of each of these texts with the question."""
        begin, end = self.starts[texts], self.starts[texts + 1]
        weight = np.zeros(len(self.weights) + 1, np.float32)
        weight[query.ids] = self.weights[query.ids] ** 2
        sums = _sums(weight[self.rows[_ranges(begin, end)]], end - begin)
        return (sums / (self.norms[texts] * query.norm)).astype(np.float32)


def _ranges(begin: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.int64]:
    """begin[0]..end[0]-1, begin[1]..end[1]-1, … in one array."""
    lengths = end - begin
    offsets = np.repeat(begin - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths)
    return np.asarray(offsets + np.arange(int(lengths.sum())), dtype=np.int64)


def _sums(values: Floats, lengths: NDArray[np.int64]) -> NDArray[np.float64]:
    """Sums of runs of these lengths; an empty run sums to 0."""
    totals = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    ends = np.cumsum(lengths)
    return np.asarray(totals[ends] - totals[ends - lengths])


def _weights(rows: Ints, lengths: NDArray[np.int64], languages: NDArray[np.str_], size: int) -> tuple[Floats, float]:
    share = np.zeros(size)
    counts = Counter(languages.tolist())
    of_row = np.repeat(languages, lengths)
    for language, count in counts.items():
        share = np.maximum(share, np.bincount(rows[of_row == language], minlength=size) / count)
    largest = max(counts.values(), default=0)
    weights = np.log((1 + largest) / (0.5 + share * largest)).clip(0.01).astype(np.float32)
    return weights, float(np.log((1 + largest) / 0.5))


def _postings(
    rows: Ints, lengths: NDArray[np.int64], norms: Floats, owners: Ints, weights: Floats, entries: int
) -> tuple[Ints, Floats, NDArray[np.int64]]:
    """Entries by term, with weight * weight / norm of the shortest text that holds the term."""
    pair = rows.astype(np.int64) * max(entries, 1) + np.repeat(owners, lengths)
    value = weights[rows] ** 2 / np.repeat(norms, lengths)
    order = np.lexsort((-value, pair))
    pair, keep = np.unique(pair[order], return_index=True)
    starts = np.searchsorted(pair // max(entries, 1), np.arange(len(weights) + 1))
    return (pair % max(entries, 1)).astype(np.int32), value[order][keep].astype(np.float32), starts
