"""In which language the bot speaks this turn: slow to change its mind, quick where there is no doubt."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from handlers.detector import Detector, Guess

WORDS = 3  # telling words that change the language at once
FOREIGN_WORDS = 2  # the same in a script the language so far is not written in …
FOREIGN_LETTERS = 4  # … where one word of this length will do
SURE = 60.0  # nats by which two words in letters they were not typed in speak for another language


@dataclass(frozen=True, slots=True)
class Settled:
    """The language of this turn, and another one that was heard once: heard again it becomes the language."""

    language: str
    pending: str | None = None
    meant: str = ""  # the text in the letters it was meant in, where others show


class Hearing(Protocol):
    """What of `handlers.services.Services` is needed to tell a language."""

    @property
    def languages(self) -> Sequence[str]: ...

    def small_talk(self, text: str) -> Sequence[str]: ...

    def meant(self, text: str, language: str) -> str: ...


def settle(
    message_text: str,
    *,
    stored: str | None,
    hint: str | None,
    detector: Detector,
    services: Hearing,
    default: str,
    pending: str | None,
) -> Settled:
    """The language of a turn; always one the services speak or the default.

    `stored` is what the conversation spoke so far, `hint` what the channel says of the customer ("kk-KZ"),
    `pending` what the turn before returned. A message that says nothing leaves everything as it is.
    """
    languages = services.languages
    known, likely = _offered(stored, languages), _offered(hint, languages)
    expected = known or likely or default
    talk = services.small_talk(message_text)
    if expected in talk:  # "ok" is at home in many languages, and tells nothing
        return Settled(expected, _offered(pending, languages) if known else None)
    text = services.meant(message_text, expected)
    guess = detector.guess(text, among=talk or languages, prior=known or likely)
    meant = "" if text == message_text else text
    if known is None:
        first = talk[0] if guess is None and len(talk) == 1 else _first(guess, expected, detector)
        return Settled(first, meant=meant)
    if guess is not None and guess.language == known:
        return Settled(known, meant=meant)
    if guess is not None and not meant and _foreign(guess, known, detector):
        return Settled(guess.language)
    if guess is None or not guess.words:
        return Settled(known, _offered(pending, languages), meant)
    is_sure = bool(meant) and guess.words >= FOREIGN_WORDS and guess.margin >= SURE
    if guess.words >= WORDS or guess.language == pending or is_sure:
        return Settled(guess.language, meant=meant)
    return Settled(known, guess.language, meant)


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
