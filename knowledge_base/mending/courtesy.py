"""Greetings, thanks and calls to a voice assistant around a question: they say nothing about it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

from knowledge_base.mending.letters import plain
from knowledge_base.mending.vocabulary import WORD

LONGEST = 8  # words of a phrase
TIMES = 3  # "hello, good morning, I have a question"
LEFT = 2  # words that must be left

_Phrases = frozenset[tuple[str, ...]]


def without_courtesy(text: str) -> str:
    """The text without the phrases around the question; all of it where no question would be left."""
    before, after = _shipped()
    spans = [found.span() for found in WORD.finditer(text)]
    words = [plain(text[first:last].lower()) for first, last in spans]
    first = _skipped(words, before)
    last = len(words) - _skipped(words[first:][::-1], after)
    if last - first < LEFT or last - first == len(words):
        return text
    end = len(text) if last == len(words) else spans[last][0]
    return text[spans[first][0] : end].rstrip(" ,;:–-")


def _skipped(words: Sequence[str], phrases: _Phrases) -> int:
    """Words at the beginning that make up phrases."""
    skipped = 0
    for _ in range(TIMES):
        lengths = range(min(LONGEST, len(words) - skipped), 0, -1)
        skipped += next((n for n in lengths if tuple(words[skipped : skipped + n]) in phrases), 0)
    return skipped


@cache
def _shipped() -> tuple[_Phrases, _Phrases]:
    """Phrases before a question, and those after one, the latter word by word from behind."""
    file = resources.files("knowledge_base").joinpath("politeness.toml")
    tables: Mapping[str, Mapping[str, Sequence[str]]] = tomllib.loads(file.read_text("utf-8"))
    before = frozenset(_words(phrase) for table in tables.values() for phrase in table["before"])
    after = frozenset(_words(phrase)[::-1] for table in tables.values() for phrase in table["after"])
    return before, after


def _words(phrase: str) -> tuple[str, ...]:
    return tuple(map(plain, WORD.findall(phrase)))
