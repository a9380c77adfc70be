"""When the bot changes its language, and when it must not."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from handlers.detector import Detector, Guess
from handlers.language import Settled, settle

LANGUAGES = ("en", "ru", "kk", "cs", "pl", "fa")
SCRIPTS = {"ru": "CYRILLIC", "kk": "CYRILLIC", "fa": "ARABIC"}


class Says(Detector):
    """Always guesses the same, and remembers what it was asked."""

    def __init__(self, language: str | None, words: int = 1, letters: int = 12) -> None:
        script = SCRIPTS.get(language or "", "LATIN")
        self.answer = Guess(language, 1.0, words, letters, script) if language else None
        self.among: Sequence[str] | None = None
        self.prior: str | None = None

    def guess(self, text: str, *, among: Sequence[str] | None = None, prior: str | None = None) -> Guess | None:
        self.among, self.prior = among, prior
        return self.answer

    def writes(self, language: str, script: str) -> bool:
        return SCRIPTS.get(language, "LATIN") == script


def settled(
    detector: Detector, stored: str | None = None, hint: str | None = None, pending: str | None = None
) -> Settled:
    return settle(
        "text",
        stored=stored,
        hint=hint,
        detector=detector,
        languages=LANGUAGES,
        default="en",
        pending=pending,
    )


@pytest.mark.parametrize(
    ("detector", "hint", "language"),
    [
        (Says("cs"), None, "cs"),
        (Says("cs"), "pl", "cs"),  # one telling word outweighs the hint
        (Says("cs", words=0), "pl", "pl"),
        (Says("cs", words=0), None, "en"),
        (Says("ru", words=0), None, "ru"),  # "телефон" is Russian or Kazakh, never English
        (Says(None), "kk-KZ", "kk"),
        (Says(None), "fa_IR", "fa"),
        (Says(None), "PL", "pl"),
        (Says(None), "de-AT", "en"),
        (Says(None), "", "en"),
        (Says(None), None, "en"),
    ],
)
def test_the_first_message(detector: Detector, hint: str | None, language: str) -> None:
    assert settled(detector, hint=hint) == Settled(language)


@pytest.mark.parametrize(
    ("detector", "stored", "pending", "then"),
    [
        (Says("cs", words=9), "cs", "pl", Settled("cs")),
        (Says("pl", words=3), "cs", None, Settled("pl")),
        (Says("pl", words=2), "cs", None, Settled("cs", "pl")),
        (Says("pl", words=1), "cs", "pl", Settled("pl")),  # heard twice
        (Says("pl", words=1), "cs", "en", Settled("cs", "pl")),  # not the same one
        (Says("pl", words=0), "cs", "pl", Settled("cs", "pl")),  # a name says nothing
        (Says("pl", words=0), "cs", None, Settled("cs")),
        (Says(None), "cs", "pl", Settled("cs", "pl")),
        (Says(None), "cs", "de", Settled("cs")),
    ],
)
def test_slow_to_change(detector: Detector, stored: str, pending: str | None, then: Settled) -> None:
    assert settled(detector, stored, hint="fa", pending=pending) == then


@pytest.mark.parametrize(
    ("detector", "stored", "then"),
    [
        (Says("fa", words=1, letters=4), "en", Settled("fa")),
        (Says("fa", words=2, letters=3), "en", Settled("fa")),
        (Says("ru", words=1, letters=3), "cs", Settled("cs", "ru")),
        (Says("ru", words=0, letters=7), "cs", Settled("ru")),  # "телефон"
        (Says("kk", words=1, letters=9), "ru", Settled("ru", "kk")),  # the same script is no surprise
        (Says("en", words=2, letters=13), "ru", Settled("ru", "en")),  # "Galaxy Ultra" may be a name
    ],
)
def test_letters_the_language_so_far_has_not(detector: Detector, stored: str, then: Settled) -> None:
    assert settled(detector, stored) == then


def test_only_offered_languages_compete_and_the_conversation_weighs_more_than_the_hint() -> None:
    detector = Says("cs")
    settled(detector, "cs", hint="pl")
    assert (detector.among, detector.prior) == (LANGUAGES, "cs")
    settled(detector, hint="pl-PL")
    assert detector.prior == "pl"


def test_a_language_no_longer_offered_is_forgotten() -> None:
    assert settled(Says(None), "de", hint="pl") == Settled("pl")


def test_a_short_aside_leaves_the_conversation_where_it_was() -> None:
    """ "ok", then back to Czech: the aside is forgotten and must not add up with a later one."""
    pending: str | None = None
    for said in (Says("en"), Says("cs"), Says("en"), Says("cs")):
        after = settled(said, "cs", pending=pending)
        assert after.language == "cs"
        pending = after.pending
