"""The questions in a message: two at once, or one at the end of a long story."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from knowledge_base.mending.courtesy import without_courtesy
from knowledge_base.mending.vocabulary import WORD
from knowledge_base.text import clean

WORDS = 3  # a shorter question ("how long?") says too little without the text around it
MOST = 4  # questions of one message

_END = re.compile(r"(?<=[.!…])\s+|(?<=[?؟!])(?![?؟!])\s*|\n+")
_ASKED = re.compile(r"[?؟]\W*$")


def questions_in(text: str) -> tuple[str, ...]:
    """The sentences of a message that ask something, in order, without the greeting; the whole of it where none does.

    A question of one or two words belongs to the one before. Empty only for a text without letters or digits.
    """
    shown = clean(text)
    found = dict.fromkeys(asked for _, asked in _questions(shown))
    whole = (without_courtesy(shown),) if WORD.search(shown) else ()
    return tuple(found)[:MOST] or whole


def parts_in(text: str) -> tuple[str, ...]:
    """The message in as many parts as it has questions: each with the story before it, the last with all that follows.

    Together they are the whole message, so that no question loses the symptom told before it. Empty only for a text
    without letters or digits.
    """
    shown = clean(text)
    ends = [end for end, _ in _questions(shown)]
    places = [0, *ends[: min(MOST, len(ends)) - 1], len(shown)]
    parts = (shown[first:last].strip() for first, last in pairwise(places))
    return tuple(dict.fromkeys(part for part in parts if WORD.search(part)))


def _questions(shown: str) -> list[tuple[int, str]]:
    """Where each question ends, and the question: a short one belongs to the one before, one without any is none."""
    found: list[tuple[int, str]] = []
    for end, asked in _asking(shown):
        if len(WORD.findall(asked)) >= WORDS:
            found.append((end, asked))
        elif found:
            found[-1] = (end, f"{found[-1][1]} {asked}")
    return found


def _asking(shown: str) -> Iterator[tuple[int, str]]:
    """Where each sentence that asks something ends, and the sentence without the greeting."""
    first = 0
    for last, after in [*((found.start(), found.end()) for found in _END.finditer(shown)), (len(shown), 0)]:
        if _ASKED.search(shown[first:last]):
            yield last, without_courtesy(shown[first:last].strip())
        first = after
