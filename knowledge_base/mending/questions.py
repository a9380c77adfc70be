"""The questions in a message: two at once, or one at the end of a long story."""

from __future__ import annotations

import re

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
    found: list[str] = []
    for sentence in _END.split(shown):
        if not _ASKED.search(sentence):
            continue
        asked = without_courtesy(sentence.strip())
        if len(WORD.findall(asked)) >= WORDS:
            found.append(asked)
        elif found:
            found[-1] = f"{found[-1]} {asked}"
    whole = (without_courtesy(shown),) if WORD.search(shown) else ()
    return tuple(dict.fromkeys(found))[:MOST] or whole
