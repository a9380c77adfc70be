"""Cut a text into the pieces the network knows: a unigram model (Kudo 2018, "Subword Regularization").

The pieces are found by a hash of their code points, so the table of 250,000 pieces is three flat arrays
(4 MB) in place of a dictionary (50 MB), and every substring of a text is looked up in one call.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SPACE = "\u2581"  # how pieces write a space
_FACTOR = np.uint64(0x9E3779B97F4A7C15)  # odd, so that no code point is lost in the product modulo 2**64
_UNKNOWN_COST = 10.0  # an unknown character is this much less likely than the rarest piece (SentencePiece)

PIECE = np.dtype([("hash", "<u8"), ("id", "<i4"), ("score", "<f4"), ("length", "<i8")])


@dataclass(frozen=True, slots=True)
class Specials:
    """Ids of the marks around a text, and of a character no piece covers."""

    begin: int
    end: int
    unknown: int


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Unigram pieces: piece i is `blob[offsets[i]:offsets[i + 1]]` in UTF-8, with its log probability."""

    blob: NDArray[np.uint8]
    offsets: NDArray[np.uint32]  # one more than there are pieces
    scores: NDArray[np.float32]
    specials: Specials


def piece_table(vocabulary: Vocabulary) -> NDArray[np.void]:
    """All pieces as records of PIECE, sorted by hash; lengths in characters.

    Control marks have score 0 and are left out: no text may spell one.

    Raises ValueError where two pieces have the same hash.
    """
    points = _code_points(vocabulary.blob.tobytes().decode("utf-8"))
    starts, lengths = _characters(vocabulary)
    hashes = np.zeros(len(starts), np.uint64)
    for step in range(int(lengths.max())):
        longer = np.flatnonzero(lengths > step)
        hashes[longer] = _extend(hashes[longer], points[starts[longer] + step])
    ids = np.flatnonzero((vocabulary.scores < 0) & (lengths > 0))
    ids = ids[np.argsort(hashes[ids])]
    if (np.diff(hashes[ids]) == 0).any():
        raise ValueError("two pieces of the vocabulary have the same hash")
    table = np.empty(len(ids), PIECE)
    table["hash"], table["id"] = hashes[ids], ids
    table["score"], table["length"] = vocabulary.scores[ids], lengths[ids]
    return table


def _characters(vocabulary: Vocabulary) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Start and length of every piece, counted in characters of the whole blob."""
    begins = (vocabulary.blob & 0xC0) != 0x80  # the other bytes continue a character
    counted = np.concatenate([np.zeros(1, np.int32), np.cumsum(begins, dtype=np.int32)])
    starts = counted[vocabulary.offsets]
    return starts[:-1], np.diff(starts)


class Tokenizer:
    """Pieces of a text, most likely cut first and only."""

    def __init__(self, table: NDArray[np.void], specials: Specials) -> None:
        self._hashes = np.ascontiguousarray(table["hash"])
        self._ids = np.ascontiguousarray(table["id"])
        self._scores = np.ascontiguousarray(table["score"])
        self._longest = int(table["length"].max())
        self._specials = specials
        self._unknown_score = float(self._scores.min()) - _UNKNOWN_COST

    def encode(self, text: str, limit: int) -> list[int]:
        """Ids with both marks, at most `limit`: a longer text loses its middle.

        The text must have been through `prepare`; time grows in proportion to its length.
        """
        ids = self._best_cut(SPACE + text.replace(" ", SPACE))
        room = limit - 2
        if len(ids) > room:
            ids = ids[: room // 2] + ids[len(ids) - (room - room // 2) :]
        return [self._specials.begin, *ids, self._specials.end]

    def _best_cut(self, text: str) -> list[int]:
        """Viterbi: best[e] is the score of the best cut of the first e characters."""
        size = len(text)
        best = [0.0] + [-np.inf] * size
        back: list[tuple[int, int]] = [(0, 0)] * (size + 1)
        for start, found in enumerate(self._pieces_by_start(text)):
            here = best[start]
            for end, piece, score in [(start + 1, self._specials.unknown, self._unknown_score), *found]:
                if here + score > best[end]:
                    best[end] = here + score
                    back[end] = (start, piece)
        return self._walk_back(back)

    def _walk_back(self, back: list[tuple[int, int]]) -> list[int]:
        """Ids from the last piece to the first, turned round; neighbouring unknowns become one."""
        ids: list[int] = []
        at = len(back) - 1
        while at > 0:
            at, piece = back[at]
            if not (ids and piece == ids[-1] == self._specials.unknown):
                ids.append(piece)
        return ids[::-1]

    def _pieces_by_start(self, text: str) -> list[list[tuple[int, int, float]]]:
        """For every character the pieces that begin there: (end, id, score), short ones first."""
        hashes, starts, ends = self._substrings(_code_points(text))
        rows = np.searchsorted(self._hashes, hashes)
        rows[rows == len(self._hashes)] = 0
        hits = np.flatnonzero(self._hashes[rows] == hashes)
        rows = rows[hits]
        found: list[list[tuple[int, int, float]]] = [[] for _ in text]
        columns = (starts[hits], ends[hits], self._ids[rows], self._scores[rows])
        for start, end, piece, score in zip(*(column.tolist() for column in columns), strict=True):
            found[start].append((end, piece, score))
        return found

    def _substrings(
        self, points: NDArray[np.uint32]
    ) -> tuple[NDArray[np.uint64], NDArray[np.int64], NDArray[np.int64]]:
        """Hash, start and end of every substring no longer than the longest piece, short ones first."""
        size, longest = len(points), min(self._longest, len(points))
        hashes = [np.zeros(size, np.uint64)]
        for length in range(1, longest + 1):
            hashes.append(_extend(hashes[-1][: size - length + 1], points[length - 1 :]))
        starts = np.concatenate([np.arange(len(part)) for part in hashes[1:]])
        lengths = np.repeat(np.arange(1, longest + 1), [len(part) for part in hashes[1:]])
        return np.concatenate(hashes[1:]), starts, starts + lengths


def _code_points(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le"), "<u4")


def _extend(hashes: NDArray[np.uint64], points: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """Hashes of texts one character longer, modulo 2**64."""
    return (hashes + points + np.uint64(1)) * _FACTOR
