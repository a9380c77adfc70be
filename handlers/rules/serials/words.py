"""A text in the letters of serials, cut into words."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from handlers.rules.serials.letters import placed
from handlers.rules.serials.signs import squeezed

GROUP = 6  # signs of one of several groups at most
GROUPS = 8
_WORD = re.compile(r"[^\W_](?:[^\W_]|[-._/]+(?=[^\W_]))*(?:[-._/]*[*~$=](?![*~$=]|[^\W_]))?")
_PIECE = re.compile(r"[^\W_]+[*~$=]?")


def digits_of(serial: str) -> int:
    """How many of its signs are digits."""
    return sum(map(str.isdecimal, serial))


@dataclass(frozen=True, slots=True)
class Word:
    """A run of letters and digits, maybe several groups of them, and where it stands in the plain text."""

    start: int
    end: int
    serial: str  # without separators


class Text:
    """What was written, in the letters of serials."""

    def __init__(self, written: str) -> None:
        self.written = written
        self.plain, self._starts, self._ends = placed(written)
        self.words = tuple(self.words_from(0))
        self._begins = [word.start for word in self.words]

    def words_from(self, place: int) -> Iterator[Word]:
        """Words from a place on, which may be in the middle of one."""
        return (self._word(*found.span()) for found in _WORD.finditer(self.plain, place))

    def next_to(self, place: int, count: int) -> Sequence[Word]:
        """At most so many words after a place; before it where the count is negative."""
        at = bisect_left(self._begins, place)
        return self.words[at : at + count] if count > 0 else self.words[max(0, at + count) : at]

    def pieces(self, word: Word) -> Iterator[Word]:
        """The parts of a word between its separators."""
        return (self._word(*found.span()) for found in _PIECE.finditer(self.plain, word.start, word.end))

    def joined(self, first: Word) -> Iterator[Word]:
        """A word with as many of the groups after it as may belong to it, the most first, then with one less …"""
        groups = [first]
        for word in self.next_to(first.end, GROUPS - 1):
            if not self._is_group(groups[-1]) or not self._is_group(word) or self.between(groups[-1], word) != " ":
                break
            groups.append(word)
        for count in range(len(groups), 0, -1):
            yield self.join(groups[:count])

    def join(self, groups: list[Word]) -> Word:
        """Groups as one word."""
        return Word(groups[0].start, groups[-1].end, "".join(word.serial for word in groups))

    def between(self, one: Word, other: Word) -> str:
        """What stands between two words."""
        return self.plain[one.end : other.start]

    def origin(self, word: Word) -> tuple[int, int]:
        """Where a word stands in the text as it was written."""
        return self._starts[word.start], self._ends[word.end - 1]

    def is_capitals(self, word: Word) -> bool:
        """Whether it was written without small letters."""
        start, end = self.origin(word)
        return not any(map(str.islower, self.written[start:end]))

    def _is_group(self, word: Word) -> bool:
        if not word.serial.isascii() or any(len(piece.serial) > GROUP for piece in self.pieces(word)):
            return False
        return digits_of(word.serial) > 0 or self.is_capitals(word)

    def _word(self, start: int, end: int) -> Word:
        if start and self.plain[end - 1] in "*~$=" and self.plain[start - 1] == self.plain[end - 1]:
            end -= 1  # *AB12*: written in bold
        return Word(start, end, squeezed(self.plain[start:end]))
