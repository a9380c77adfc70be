"""Text as the sentence encoder may see it: clean, short, and of bounded cost whatever a customer sends."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

LIMIT = 320  # characters: a network's cost grows with length, a question's meaning does not
_READ = 2_000  # characters read from each end of a long text
_CHUNK = 150  # two of them and a space always fit into LIMIT
_MARKS = 4  # combining marks on one letter; no living language needs more

# SentencePiece's rule `nmt_nfkc` turns these into a space: zero-width characters, direction marks, its own
# mark for a space, and the character that stands for an unreadable one.
_SPACES = "\u200b\u200c\u200d\u200e\u200f\ufeff\u2581\ufffd"
_TO_SPACE = dict.fromkeys(map(ord, _SPACES), " ")
_SENTENCE_END = re.compile(r"(?<=[.!?؟…])\s+")
_TOWER = re.compile(r"[^\w\s]{5}")  # no mark is a letter, so without such a run there is none to cut
_QUESTION_ENDS = ("?", "؟")


def prepare(text: str) -> str:
    """At most 320 characters in NFKC, without control characters, lone surrogates or runs of spaces.

    A longer text keeps its last question, its end, its other questions and then its latest sentences.
    Preparing twice changes nothing. A text of any length costs a few milliseconds.
    """
    if len(text) > 2 * _READ:
        text = f"{text[:_READ]} {text[-_READ:]}"
    text = _limit_marks(_drop_controls(text.translate(_TO_SPACE)))
    text = _limit_marks(unicodedata.normalize("NFKC", text))
    text = " ".join(text.translate(_TO_SPACE).split())
    return text if len(text) <= LIMIT else _shorten(text)


def _drop_controls(text: str) -> str:
    """Without control, format, surrogate, private and unassigned characters; white space stays."""
    if text.isprintable():
        return text
    return "".join(c for c in text if c.isspace() or unicodedata.category(c)[0] != "C")


def _limit_marks(text: str) -> str:
    """At most four combining marks in a row."""
    if not _TOWER.search(text):
        return text
    return "".join(_without_long_runs(text))


def _without_long_runs(text: str) -> Iterator[str]:
    run = 0
    for character in text:
        run = run + 1 if unicodedata.category(character)[0] == "M" else 0
        if run <= _MARKS:
            yield character


def _shorten(text: str) -> str:
    """The most telling pieces of a long text, in their own order."""
    chunks = [chunk for sentence in _SENTENCE_END.split(text) for chunk in _chunks(sentence)]
    latest = range(len(chunks) - 1, -1, -1)
    questions = [i for i in latest if chunks[i].endswith(_QUESTION_ENDS)]
    kept: set[int] = set()
    room = LIMIT
    for i in [*questions[:1], latest[0], *questions[1:], *latest]:
        if i not in kept and len(chunks[i]) <= room:
            kept.add(i)
            room -= len(chunks[i]) + 1
    return " ".join(chunks[i] for i in sorted(kept))


def _chunks(sentence: str) -> Iterator[str]:
    """A sentence in pieces of at most 150 characters, cut at spaces where it has any."""
    while len(sentence) > _CHUNK:
        cut = sentence.rfind(" ", 1, _CHUNK + 1)
        cut = cut if cut > 0 else _CHUNK
        yield sentence[:cut]
        sentence = sentence[cut:].lstrip(" ")
    if sentence:
        yield sentence
