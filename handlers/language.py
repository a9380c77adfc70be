"""In which language the bot speaks this turn: slow to change its mind, quick where there is no doubt."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from handlers.detector import Detector, Guess

WORDS = 3  # telling words that change the language at once
FOREIGN_WORDS = 2  # the same in a script the language so far is not written in …
FOREIGN_LETTERS = 4  # … where one word of this length will do


@dataclass(frozen=True, slots=True)
class Settled:
    """The language of this turn, and another one that was heard once: heard again it becomes the language."""

    language: str
    pending: str | None = None


def settle(
    message_text: str,
    *,
    stored: str | None,
    hint: str | None,
    detector: Detector,
    languages: Sequence[str],
    default: str,
    pending: str | None,
) -> Settled:
    """The language of a turn; always one of `languages` or the default.

    `stored` is what the conversation spoke so far, `hint` what the channel says of the customer ("kk-KZ"),
    `pending` what the turn before returned. A message that says nothing leaves everything as it is.
    """
    known, likely = _offered(stored, languages), _offered(hint, languages)
    guess = detector.guess(message_text, among=languages, prior=known or likely)
    if known is None:
        return Settled(_first(guess, likely or default, detector))
    if guess is not None and guess.language == known:
        return Settled(known)
    if guess is not None and _foreign(guess, known, detector):
        return Settled(guess.language)
    if guess is None or not guess.words:
        return Settled(known, _offered(pending, languages))
    if guess.words >= WORDS or guess.language == pending:
        return Settled(guess.language)
    return Settled(known, guess.language)


def _first(guess: Guess | None, expected: str, detector: Detector) -> str:
    """The language of a first message: the expected one, unless the words or the script speak for another."""
    if guess is None or (not guess.words and detector.writes(expected, guess.script)):
        return expected
    return guess.language


def _offered(tag: str | None, languages: Sequence[str]) -> str | None:
    """The language of a tag without its region, if the bot speaks it."""
    language = re.split(r"[-_]", (tag or "").strip().lower())[0]
    return language if language in languages else None


def _foreign(guess: Guess, known: str, detector: Detector) -> bool:
    """Whether the customer writes letters the language so far has not; Latin ones may be just a name."""
    if guess.script == "LATIN" or detector.writes(known, guess.script):
        return False
    return guess.words >= FOREIGN_WORDS or guess.letters >= FOREIGN_LETTERS
