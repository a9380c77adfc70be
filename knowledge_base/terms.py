"""The terms of folded texts: trigrams of each word with its edges (" no", "not", "ot ") and word beginnings.

A term is a number, the same in every knowledge base: three code points of 21 bits for a trigram, the first four
letters mixed together and the highest bit for a beginning. Trigrams are taken from the weak key, so Kazakh in
Russian letters matches; beginnings from the key itself.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge_base.text import weak_key

WORD = 32  # characters of a word that count
BEGINNING = 4  # letters
STEM = 5  # letters that stand for a word: endings change most in the languages here
SPACE = 32
BITS = 21  # of a code point
MIX = np.uint64(0x9E3779B97F4A7C15)  # odd, its bits in disorder (Knuth: multiplicative hashing)
HIGHEST = np.uint64(1 << 63)

Codes = NDArray[np.uint64]
Ints = NDArray[np.int64]


def terms(folded: str) -> Codes:
    """The terms of one key, ascending, each once."""
    return np.unique(all_terms([folded])[0])


def all_terms(keys: Sequence[str]) -> tuple[Codes, Ints]:
    """Terms of many keys, and the position of the key each belongs to; a term may come more than once."""
    if not keys:
        return np.zeros(0, np.uint64), np.zeros(0, np.int64)
    joined = "\n".join(["", *keys, ""])
    strong, weak = _code_points(joined), _code_points(weak_key(joined))
    breaks = strong == ord("\n")
    letters = ~breaks & (strong != SPACE)
    at = np.arange(len(strong))
    since = at - np.maximum.accumulate(np.where(letters, -1, at))  # 1 for the first letter of a word
    owner = np.cumsum(breaks) - 1
    trigrams, inside = _trigrams(weak, letters & (since <= WORD))
    first = np.flatnonzero(since == 1)
    found = np.concatenate([trigrams, _beginnings(strong, letters, first, BEGINNING)])
    return found, np.concatenate([owner[inside], owner[first]])


def known(vocabulary: Codes, codes: Codes) -> Ints:
    """Places in an ascending vocabulary of those of these codes that it holds."""
    place = np.searchsorted(vocabulary, codes)
    inside = place < len(vocabulary)
    inside[inside] = vocabulary[place[inside]] == codes[inside]
    return np.asarray(place[inside], dtype=np.int64)


def all_stems(keys: Sequence[str]) -> tuple[Codes, Ints]:
    """Words of many keys, each cut to its first letters, and the position of the key each belongs to.

    Words are taken from the weak key. One as short as its stem is its own: "on" and "only" are two.
    """
    joined = weak_key("\n".join(["", *keys, ""]))
    points = _code_points(joined)
    breaks = points == ord("\n")
    letters = ~breaks & (points != SPACE)
    first = np.flatnonzero(letters[1:] & ~letters[:-1]) + 1
    return _beginnings(points, letters, first, STEM), (np.cumsum(breaks) - 1)[first]


def _code_points(text: str) -> NDArray[np.uint64]:
    return np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32).astype(np.uint64)


def _trigrams(weak: NDArray[np.uint64], counted: NDArray[np.bool_]) -> tuple[Codes, Ints]:
    """One trigram for each letter that counts, and where it is; what does not count is an edge."""
    points = np.where(counted, weak, np.uint64(SPACE))
    inside = np.flatnonzero(counted)
    shift = np.uint64(BITS)
    return ((points[inside - 1] << shift | points[inside]) << shift) | points[inside + 1], inside


def _beginnings(points: NDArray[np.uint64], letters: NDArray[np.bool_], first: Ints, size: int) -> Codes:
    """The first letters of the words that begin at these places, mixed into one number each."""
    mixed = np.zeros(len(first), np.uint64)
    inside = np.ones(len(first), np.bool_)
    for step in range(size):
        place = np.minimum(first + step, len(points) - 1)
        inside &= letters[place]
        mixed = (mixed + np.where(inside, points[place] + np.uint64(1), np.uint64(0))) * MIX
    return mixed | HIGHEST
