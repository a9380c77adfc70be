"""When the bot changes its language, and when it must not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from handlers.detector import Detector, Guess
from handlers.language import Settled, settle

LANGUAGES = ("en", "ru", "kk", "cs", "pl", "fa")
SCRIPTS = {"ru": "CYRILLIC", "kk": "CYRILLIC", "fa": "ARABIC"}


class Says(Detector):
    """Always guesses the same, and remembers what it was asked."""

    def __init__(self, language: str | None, words: int = 1, letters: int = 12, margin: float = 1.0) -> None:
        script = SCRIPTS.get(language or "", "LATIN")
        self.answer = Guess(language, margin, words, letters, script) if language else None
        self.among: Sequence[str] | None = None
        self.prior: str | None = None

    def guess(self, text: str, *, among: Sequence[str] | None = None, prior: str | None = None) -> Guess | None:
        self.among, self.prior = among, prior
        return self.answer

    def writes(self, language: str, script: str) -> bool:
        return SCRIPTS.get(language, "LATIN") == script


@dataclass
class Ears:
    """Hears small talk in the languages it is told, and takes a text as it shows, unless told what it meant."""

    talk: Sequence[str] = ()
    meanings: Mapping[str, str] = field(default_factory=dict)
    languages: Sequence[str] = LANGUAGES

    def small_talk(self, text: str) -> Sequence[str]:
        return self.talk

    def meant(self, text: str, language: str) -> str:
        return self.meanings.get(text, text)


def settled(
    detector: Detector,
    stored: str | None = None,
    hint: str | None = None,
    pending: str | None = None,
    ears: Ears | None = None,
) -> Settled:
    return settle(
        "text",
        stored=stored,
        hint=hint,
        detector=detector,
        services=ears or Ears(),
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


@pytest.mark.parametrize(
    ("stored", "hint", "talk", "then"),
    [
        (None, None, ("en", "cs"), Settled("en")),  # "ok": at home in the default language too
        (None, "cs", ("en", "cs"), Settled("cs")),
        (None, "cs", ("pl",), Settled("pl")),  # the detector knows nothing of it, the lists do
        ("cs", None, ("en", "cs"), Settled("cs", "pl")),  # says nothing: what was heard before still counts
        ("cs", None, ("en",), Settled("cs", "pl")),
    ],
)
def test_small_talk_is_at_home_in_many_languages(
    stored: str | None, hint: str | None, talk: tuple[str, ...], then: Settled
) -> None:
    assert settled(Says(None), stored, hint, pending="pl" if stored else None, ears=Ears(talk)) == then


def test_only_the_languages_of_the_small_talk_compete() -> None:
    detector = Says("cs")
    settled(detector, "en", ears=Ears(("cs", "pl")))
    assert detector.among == ("cs", "pl")


class Spells(Says):
    """Remembers the text it was asked about."""

    def guess(self, text: str, *, among: Sequence[str] | None = None, prior: str | None = None) -> Guess | None:
        self.text = text
        return super().guess(text, among=among, prior=prior)


MEANT = Ears(meanings={"text": "текст"})


def test_the_language_of_a_text_is_that_of_what_was_meant() -> None:
    detector = Spells("ru", words=3)
    assert settled(detector, ears=MEANT) == Settled("ru", meant="текст")
    assert detector.text == "текст"
    assert settled(Spells("ru", words=3), "en", ears=MEANT) == Settled("ru", meant="текст")


def test_one_word_in_other_letters_may_be_a_name() -> None:
    """ "Dmitry" in an English talk; "Дмитрий" is no such doubt."""
    assert settled(Says("ru", words=1, letters=7), "en", ears=MEANT) == Settled("en", "ru", "текст")
    assert settled(Says("ru", words=1, letters=7), "en") == Settled("ru")


@pytest.mark.parametrize(("words", "margin", "language"), [(2, 140.0, "ru"), (2, 20.0, "en"), (1, 140.0, "en")])
def test_two_words_in_other_letters_than_they_were_meant_in_are_enough_where_there_is_no_doubt(
    words: int, margin: float, language: str
) -> None:
    """ "noutbuk ne vklyuchaetsya": which of its three words speak for Russian alone changed with every new phrase."""
    ears = Ears(meanings={"text": "ноутбук не включается"})
    assert settled(Says("ru", words, margin=margin), stored="en", ears=ears).language == language
