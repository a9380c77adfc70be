"""Whole articles by the words they hold: BM25 (Robertson 2009) over everything an entry says in one language.

A question's words may be spread over several wordings of an entry and its body; the nearest single text then misses
what the article as a whole has. A question is compared with articles in its own language only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge_base.evidence import Evidence
from knowledge_base.terms import Codes, all_stems, known

SATURATION = 1.2  # k1: how soon a word said again says nothing new
LENGTH = 0.75  # b: how much a long article's words count less
MOST = 9.0  # logits that the best possible score is worth in a knowledge base of long articles
UNTRANSLATED = 0.7  # share of the best score that an entry gets which says nothing in the question's language
RICH = 150.0  # stems of an article at which it is half of that; one of few words says little more than its nearest text

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Bm25:
    """Stems with the articles that hold them."""

    vocabulary: Codes  # (stems,) ascending
    starts: NDArray[np.int64]  # (stems + 1,) where each begins in articles and weights
    articles: Ints  # articles that hold a stem, stem after stem
    weights: Floats  # what the stem is worth to the article; at most SATURATION + 1 times its rarity
    rarity: Floats  # (languages, stems) inverse document frequency
    rarest: float  # of a stem never seen
    owners: Ints  # (articles,) entry of each
    languages: tuple[str, ...]  # by name
    spoken: NDArray[np.int8]  # (articles,) position of each article's language
    worth: float  # logits that a score of 1 is worth

    @classmethod
    def build(cls, items: Sequence[Evidence], keys: Sequence[str]) -> Bm25:
        """From all evidence, sorted by entry; `keys` are the folded texts."""
        articles = {found: number for number, found in enumerate(dict.fromkeys(_article(item) for item in items))}
        languages = tuple(sorted({language for _, language in articles}))
        spoken = np.array([languages.index(language) for _, language in articles], dtype=np.int8)
        stems, texts = all_stems(keys)
        number = np.array([articles[_article(item)] for item in items], dtype=np.int64)
        vocabulary, ids = np.unique(stems, return_inverse=True)
        cells, counts = np.unique(ids * max(len(articles), 1) + number[texts], return_counts=True)
        ids, held = cells // max(len(articles), 1), cells % max(len(articles), 1)
        rarity, rarest = _rarity(ids, spoken[held], np.bincount(spoken, minlength=len(languages)), len(vocabulary))
        lengths = np.bincount(held, counts, len(articles))
        mean = max(float(lengths.mean()) if len(lengths) else 0.0, 1.0)
        weights = _saturated(counts, lengths[held] / mean) * rarity[spoken[held], ids]
        return cls(
            vocabulary=vocabulary,
            starts=np.searchsorted(ids, np.arange(len(vocabulary) + 1)),
            articles=held.astype(np.int32),
            weights=weights.astype(np.float32),
            rarity=rarity,
            rarest=rarest,
            owners=np.array([entry for entry, _ in articles], dtype=np.int32),
            languages=languages,
            spoken=spoken,
            worth=MOST * mean**2 / (mean**2 + RICH**2),
        )

    def scores(self, folded: str, language: str | None, entries: int) -> Floats:
        """(entries,) 0..1: the share of what an article could be worth to this question, in the question's language.

        Of all languages the best where the question's is unknown or nothing is written in it. An entry without an
        article in that language is not judged by it: it gets nearly what the best one gets.
        """
        found = np.unique(all_stems([folded])[0])
        ids = known(self.vocabulary, found)
        sums = np.zeros(len(self.owners), np.float32)
        for stem in ids.tolist():  # a question has few words; each article holds a stem once
            part = slice(self.starts[stem], self.starts[stem + 1])
            sums[self.articles[part]] += self.weights[part]
        rarity = self.rarity.max(0, initial=0.0)
        if language in self.languages:
            number = self.languages.index(language)
            sums = np.where(self.spoken == number, sums, np.float32(0))
            rarity = self.rarity[number]
        most = (SATURATION + 1) * (float(rarity[ids].sum()) + self.rarest * (len(found) - len(ids)))
        best = np.zeros(entries, np.float32)
        best[self.absent(language, entries)] = UNTRANSLATED * sums.max(initial=0.0)
        np.maximum.at(best, self.owners, sums)
        return best / np.float32(max(most, 1e-6))

    def absent(self, language: str | None, entries: int) -> NDArray[np.bool_]:
        """(entries,) where nothing is written in a language in which others are written."""
        found = np.full(entries, language in self.languages)
        if language in self.languages:
            found[self.owners[self.spoken == self.languages.index(language)]] = False
        return found


def _article(item: Evidence) -> tuple[int, str]:
    return item.entry, item.language


def _saturated(counts: NDArray[np.int64], lengths: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of stems by how often an article says them and how long it is beside the mean."""
    return counts * (SATURATION + 1) / (counts + SATURATION * (1 - LENGTH + LENGTH * lengths))


def _rarity(
    ids: NDArray[np.int64], spoken: NDArray[np.int8], articles: NDArray[np.int64], size: int
) -> tuple[Floats, float]:
    """(languages, stems) log(1 + (n - f + 0.5) / (f + 0.5)), and that of a stem never seen in the largest language."""
    held = np.bincount(spoken.astype(np.int64) * size + ids, minlength=len(articles) * size)
    held = held.reshape(len(articles), size)
    rarity = np.log1p((articles[:, None] - held + 0.5) / (held + 0.5)).astype(np.float32)
    return rarity, float(np.log1p(2 * max(articles.tolist(), default=0) + 1))
