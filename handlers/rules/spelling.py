"""Phrases and words in the form in which they are compared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from knowledge_base.text import key

AT_ONCE = 20  # phrases; `key` reads no more than 2,000 characters
BETWEEN = " 0 "  # a word of its own, in no phrase
JOINER = "\u200c"

_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")
_DOUBLE_END = re.compile(r"([^\W\d_])\1$")


def folded(phrases: Iterable[str]) -> Iterator[str]:
    """The key of each phrase that has a word. Many are folded at once: for themselves they take five times as long."""
    left = _with_joiners_as_spaces(phrases)
    while some := list(islice(left, AT_ONCE)):
        keys = key(BETWEEN.join(some)).split(BETWEEN)
        yield from filter(None, keys if len(keys) == len(some) else map(key, some))


def forms(word: str) -> list[str]:
    """A word as it was typed, and as it may have been meant where letters are drawn out: "heyyy", "thankss"."""
    found = [word]
    if _DRAWN_OUT.search(word):
        found += [_DRAWN_OUT.sub(r"\1", word), _DRAWN_OUT.sub(r"\1\1", word)]
    if _DOUBLE_END.search(word):
        found.append(word[:-1])
    return found


def _with_joiners_as_spaces(phrases: Iterable[str]) -> Iterator[str]:
    """Phrases as written and, in Persian, with a space where few people type the joiner."""
    for phrase in phrases:
        yield phrase
        if JOINER in phrase:
            yield phrase.replace(JOINER, " ")
