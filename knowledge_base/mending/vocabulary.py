"""What a knowledge base's own texts tell about a language: its words, how often, and how they are built."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz.distance import OSA

from knowledge_base.mending.latin import sound
from knowledge_base.mending.letters import JOINER, has_marks, plain, script

WORD = re.compile(rf"[^\W_]+(?:[{JOINER}'’][^\W_]+)*")
_DIGIT = re.compile(r"\d")
SHORT = 5  # letters from which a word is long enough to tell a slip from another word,
LONG = 6  # and from which any slip may be, not only two swapped letters
FEW = 800  # words of a language about which little is known
USUAL = 2  # times as common as its plain spelling a marked word must be to be meant by it
TELLING = 3  # letters of a spelling in Latin letters from which it tells a word
NEAR = 400  # words with the same edge that are compared at most
CONTEXT = 3  # letters a mark needs before or after it to be put back by the example of other words


@dataclass(frozen=True)
class Vocabulary:
    """The words of one language. `counts` is all it is made of; the rest is looked up faster than counted."""

    language: str
    counts: Mapping[str, int]  # small-letter words

    @classmethod
    def learn(cls, language: str, texts: Iterable[str]) -> Vocabulary:
        """From texts that are spelled right, but for some lines typed without marks: those are left out."""
        lines = "\n".join(texts).lower().splitlines()
        bare = [line for line in lines if not has_marks(line)]
        counts = Counter(WORD.findall("\n".join(line for line in lines if has_marks(line))))
        best = _marked(counts)
        for line in bare:
            words = WORD.findall(line)
            if not any(best.get(word, word) != word and word not in counts for word in words):
                counts.update(words)
        return cls(language, {word: count for word, count in counts.items() if not number(word)})

    @property
    def thin(self) -> bool:
        """Whether it is too small to tell an unknown word from a wrong one."""
        return len(self.counts) < FEW

    def warm(self) -> None:
        """Work out now what is worked out when it is first asked for."""
        for table in (self.script, self.marked, self._sounds, self._heads, self._tails, self._groups):
            len(table)

    @cached_property
    def script(self) -> str:
        """The script most of its words begin in."""
        return Counter(script(word[0]) for word in self.counts).most_common(1)[0][0] if self.counts else ""

    @cached_property
    def marked(self) -> dict[str, str]:
        """Plain spelling -> the word as it should be spelled."""
        return _marked(self.counts)

    @cached_property
    def _sounds(self) -> dict[str, str]:
        """What a word sounds like in Latin letters -> the word."""
        return {sound(word): word for word in _by_count(self.counts)}

    @cached_property
    def _heads(self) -> list[str]:
        return sorted(self.marked)

    @cached_property
    def _tails(self) -> list[str]:
        return sorted(word[::-1] for word in self.marked)

    @cached_property
    def _groups(self) -> frozenset[str]:
        return frozenset(group for word in self.marked for group in _trigrams(word))

    def knows(self, word: str) -> bool:
        return word in self.counts

    def commonest(self, word: str, spelled: bool) -> str:
        """What a known word typed without marks, or in Latin letters, was meant as: a much commoner one, or itself."""
        other = (self.sounds_like(word) if spelled else None) or self.marked[plain(word)]
        return other if self.counts[other] >= USUAL * self.counts[word] else word

    def built_like(self, word: str) -> float:
        """Share of a word's groups of three letters that words of the language have too, marks aside."""
        groups = _trigrams(plain(word))
        return sum(map(self._groups.__contains__, groups)) / max(len(groups), 1)

    def sounds_like(self, word: str) -> str | None:
        """The known word that is spelled like this one in Latin letters; None where too little is left to tell."""
        left = sound(word)
        return self._sounds.get(left) if len(left) >= TELLING else None

    def familiar(self, word: str, spelled: bool = False) -> float:
        """How much a word looks like one of the language: 1 for a known one, 0 for one of another script.

        `spelled`: it was read from Latin letters by rule.
        """
        if word in self.counts:
            return 1.0
        if plain(word) in self.marked:
            return 0.9
        if spelled and (left := sound(word)) in self._sounds:
            return min(0.2 * len(left), 0.85)  # short ones are alike by chance
        return 0.7 * self.built_like(word) ** 2

    def nearest(self, word: str) -> str | None:
        """The known word one slip of the finger away, marks aside, the commonest of those; None where there is none.

        Words that differ at the end are forms of one another more often than slips. A short word, or one built as
        the known ones are, may well be right: of such a word only two swapped letters are put back.
        """
        typed = plain(word)
        if len(typed) < SHORT:
            return None
        edge = (len(typed) - 1) // 2
        near = _one_off(typed, _starting(self._heads, typed[:edge]))
        near |= {known[::-1] for known in _one_off(typed[::-1], _starting(self._tails, typed[::-1][:edge]))}
        swapped = len(typed) < LONG or self.built_like(word) == 1
        words = [self.marked[known] for known in near if _is_slip(typed, known, swapped)]
        return max(words, key=lambda known: (self.counts[known], known), default=None)

    def begins(self, head: str, spelled: str) -> bool:
        """Whether a word begins with `head`, marks aside, and with `spelled`, marks and all."""
        return any(self.marked[known].startswith(spelled) for known in _starting(self._heads, plain(head)))

    def remarked(self, word: str) -> str:
        """An unknown word with the marks that words of the same beginning or ending have in these places."""
        typed = plain(word)
        head = _likest(self._heads, typed)
        tail = _likest(self._tails, typed[::-1])[::-1]
        return "".join(self._letters(typed, head, tail))

    def _letters(self, typed: str, head: str, tail: str) -> Iterator[str]:
        """Letter by letter from the word that has more of the same around the letter."""
        before, after = _common(typed, head), _common(typed[::-1], tail[::-1])
        first, last = self.marked.get(head, head), self.marked.get(tail, tail)
        ours = len(first) == len(head), len(last) == len(tail)
        for place, letter in enumerate(typed):
            right = before - place if ours[0] else 0  # letters known to be the same from here on
            left = place + 1 - (len(typed) - after) if ours[1] else 0
            if letter == "е" or max(right, left) <= 0 or max(before, after) < CONTEXT:
                yield letter  # ё is no more than a courtesy
            elif right >= left:
                yield first[place]
            else:
                yield last[place - len(typed)]


def number(word: str) -> bool:
    """Whether a word is a number, a code or a model."""
    return not word.isalpha() and _DIGIT.search(word) is not None


def _by_count(counts: Mapping[str, int]) -> list[str]:
    """Rarest first: in a dict made in this order the commonest word stays."""
    return sorted(counts, key=lambda word: (counts[word], word))


def _marked(counts: Mapping[str, int]) -> dict[str, str]:
    return {plain(word): word for word in _by_count(counts)}


def _trigrams(word: str) -> list[str]:
    edged = f" {word} "
    return [edged[place : place + 3] for place in range(len(edged) - 2)]


def _starting(words: list[str], edge: str) -> list[str]:
    """Words with this beginning, out of a sorted list."""
    first = bisect_left(words, edge)
    return words[first : min(bisect_left(words, edge + "\uffff", first), first + NEAR)]


def _one_off(typed: str, words: Iterable[str]) -> set[str]:
    return {known for known in words if OSA.distance(typed, known, score_cutoff=1) <= 1}


def _is_slip(typed: str, known: str, swapped: bool) -> bool:
    if swapped and sorted(known) != sorted(typed):
        return False
    return _common(known, typed) < len(typed) - 1


def _likest(words: list[str], word: str) -> str:
    """The word of a sorted list with the longest beginning in common; empty where the list is."""
    place = bisect_left(words, word)
    around = words[max(place - 1, 0) : place + 1]
    return max(around, key=lambda known: _common(known, word), default="")


def _common(one: str, other: str) -> int:
    """Letters two words have in common from the beginning."""
    for place, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return place
    return min(len(one), len(other))
