"""Hearing fixed words in free text: "operator", "smoke", "thank you"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import repeat

from knowledge_base.text import key

HEAD = 2  # letters by which beginnings of words are looked up

Pattern = tuple[tuple[str, bool], ...]  # (token, is it only a beginning)


class Vocabulary:
    """Phrases people use for one thing. A word may end in a star: "smok*" hears smoke and smoking.

    Built once: with thousands of phrases a question must not be compared with each of them, so they are found by
    their first word.
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        self._whole: dict[str, list[Pattern]] = defaultdict(list)
        self._beginning: dict[str, list[Pattern]] = defaultdict(list)
        for pattern in filter(None, map(_pattern, phrases)):
            token, is_beginning = pattern[0]
            if is_beginning:
                self._beginning[token[:HEAD]].append(pattern)
            else:
                self._whole[token].append(pattern)

    def heard(self, text: str) -> bool:
        """Whether any phrase stands in the text, whole words in a row."""
        said = tokens(text)
        return any(map(self._longest, repeat(said), range(len(said))))

    def only(self, text: str) -> bool:
        """Whether the text is nothing but such phrases: "hello, good morning!"."""
        said = tokens(text)
        at = 0
        while at < len(said):
            length = self._longest(said, at)
            if not length:
                return False
            at += length
        return bool(said)

    def _longest(self, tokens: Sequence[str], start: int) -> int:
        """Words of the longest phrase that begins here; 0 for none."""
        token = tokens[start]
        longest = 0  # in plain loops: this runs for every word of every message, a dozen times over
        for patterns in (self._whole.get(token, ()), self._beginning.get(token[:HEAD], ())):
            for pattern in patterns:
                if len(pattern) > longest and _fits(tokens, start, pattern):
                    longest = len(pattern)
        return longest


@lru_cache(maxsize=32)
def tokens(text: str) -> tuple[str, ...]:
    """Words of a message, folded: it is put to a dozen vocabularies in a row."""
    return tuple(key(text).split())


def _pattern(phrase: str) -> Pattern:
    found: list[tuple[str, bool]] = []
    for word in phrase.split():
        folded = key(word.removesuffix("*")).split()
        found += [(token, False) for token in folded]
        if folded and word.endswith("*"):
            found[-1] = (folded[-1], True)
    return tuple(found)


def _fits(tokens: Sequence[str], start: int, pattern: Pattern) -> bool:
    if start + len(pattern) > len(tokens):
        return False
    for at, (word, beginning) in enumerate(pattern, start):
        if not (tokens[at].startswith(word) if beginning else tokens[at] == word):
            return False
    return True
