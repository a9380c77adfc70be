"""What every language of the bot must have: the folders of `handlers/locales`."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel import Locale
from jinja2 import nodes

from bot.services import WORD_LISTS, read_words
from bot.web.pages import PHRASES, direction
from handlers.catalogues import check_catalogues
from handlers.rules.acts import ACTS, leading
from handlers.rules.hearing import Vocabulary
from handlers.topics.claim import claims
from handlers.units import UNITS, unit_filters
from handlers.voice import LOCALES, TEMPLATES, Voice, phrase_environment, spoken_languages
from knowledge_base.rendering import isolated
from knowledge_base.text import key
from tests.fakes.services import a_turn, settings_for, shared_mind

LANGUAGES = spoken_languages()
SENTENCES = Path(__file__).parent.parent / "data" / "words"
HEARD = (
    "person",
    "safety",
    "status",
    "warranty",
    "serial_word",
)  # inside a sentence; the other lists only where they are the whole message
SUBJECTS = (
    "person", "safety", "claim", "status", "still_broken", "language", "greeting", "thanks", "goodbye", "robot", "help",
    "warranty", "serial_word",
)  # fmt: skip
FEWEST, FEWEST_OF_AN_ACT, FEWEST_ALIKE = 7, 2, 25  # sentences of each kind

every_language = pytest.mark.parametrize("language", LANGUAGES)


@cache
def voice() -> Voice:
    return Voice(settings_for(Path("nowhere")).company.template_values())


@cache
def vocabulary(name: str) -> Vocabulary:
    """As the bot hears: the words of all languages at once."""
    return Vocabulary(phrase for language in LANGUAGES for phrase in read_words(language)[name])


@cache
def sentences(language: str) -> dict[str, list[str]]:
    file = SENTENCES / f"{language}.toml"
    assert file.is_file(), f"{file}: write sentences that must be heard (person_yes …) and must not (person_no …)"
    return tomllib.loads(file.read_text("utf-8"))


def heard(name: str, text: str, language: str) -> bool:
    if name in ACTS:
        return leading(shared_mind().services.acts(text, language)) == name
    if name == "claim":
        return claims(a_turn(text, services=shared_mind().services))
    if name == "person":
        return vocabulary("person").heard(text) or vocabulary("person_alone").only(text)
    return vocabulary(name).heard(text) if name in HEARD else vocabulary(name).only(text)


def phrases() -> list[tuple[str, list[str]]]:
    """Every phrase of the templates with the names of its values."""
    environment = phrase_environment()
    return [
        (f"{file.stem}.{macro.name}", [argument.name for argument in macro.args])
        for file in sorted(TEMPLATES.glob("*.md"))
        for macro in environment.parse(file.read_text("utf-8")).find_all(nodes.Macro)
    ]


@every_language
def test_its_catalogue_is_complete(language: str) -> None:
    mistakes = [f"{path}:{line}: {sentence}" for path, line, sentence in check_catalogues([language])]
    assert not mistakes, "\n".join(mistakes)


@every_language
def test_every_phrase_can_be_said(language: str) -> None:
    file = LOCALES / language
    for phrase, names in phrases():
        values: dict[str, Any] = {name: 3 if name == "count" else "[value]" for name in names}
        said = voice().say(phrase, language, **values)
        assert said.strip(), f"{file}: {phrase} says nothing"
        assert not {"%(", "{{", "{%"} & {said[at : at + 2] for at in range(len(said))}, f"{file}: {phrase}: {said}"
        for name in names:
            assert name == "count" or "[value]" in said, f"{file}: {phrase} loses {name}: {said}"


@every_language
@pytest.mark.parametrize("count", [0, 1, 2, 5, 21, 22])
def test_numbers_have_their_unit(language: str, count: int) -> None:
    filters = unit_filters(voice())[language]
    for name in UNITS:
        said = filters[name](count)
        assert key(said).split()[0] == str(count), f"{LOCALES / language}: {name} of {count} is {said!r}"
        assert len(key(said).split()) > 1, f"{LOCALES / language}: {name} of {count} has no unit"


@every_language
@pytest.mark.parametrize("name", WORD_LISTS)
def test_it_has_words_for_everything_the_bot_listens_for(language: str, name: str) -> None:
    words = read_words(language)[name]
    file = LOCALES / language / "words.toml"
    assert len(words) >= 4, f"{file}: {name} has {len(words)} phrases"
    assert all(key(word.removesuffix("*")) for word in words), f"{file}: {name} has a phrase without a word"


@every_language
@pytest.mark.parametrize("name", SUBJECTS)
@pytest.mark.parametrize("wanted", [True, False], ids=["heard", "not-heard"])
def test_what_people_say_is_heard_and_nothing_else(language: str, name: str, wanted: bool) -> None:
    said = sentences(language).get(f"{name}_{'yes' if wanted else 'no'}", [])
    file = SENTENCES / f"{language}.toml"
    assert len(said) >= FEWEST, f"{file}: {name}_{'yes' if wanted else 'no'} needs {FEWEST} sentences, has {len(said)}"
    wrong = [text for text in said if heard(name, text, language) != wanted]
    assert not wrong, f"{LOCALES / language / 'words.toml'}: {name} should {'' if wanted else 'not '}hear {wrong}"


@every_language
@pytest.mark.parametrize("name", [act for act in ACTS if act not in SUBJECTS])
def test_what_people_say_without_asking_is_told_apart(language: str, name: str) -> None:
    said = sentences(language).get(f"{name}_yes", [])
    file = SENTENCES / f"{language}.toml"
    assert len(said) >= FEWEST_OF_AN_ACT, f"{file}: {name}_yes needs {FEWEST_OF_AN_ACT} sentences, has {len(said)}"
    wrong = {text: acts for text in said if leading(acts := shared_mind().services.acts(text, language)) != name}
    assert not wrong, f"{LOCALES / language / 'words.toml'}: not told to be {name}: {wrong}"


@every_language
def test_what_only_sounds_like_small_talk_is_left_to_the_knowledge_base(language: str) -> None:
    said = sentences(language).get("no_act", [])
    file = SENTENCES / f"{language}.toml"
    assert len(said) >= FEWEST_ALIKE, f"{file}: no_act needs {FEWEST_ALIKE} sentences, has {len(said)}"
    wrong = {text: acts for text in said if (acts := shared_mind().services.acts(text, language))}
    assert not wrong, f"{LOCALES / language / 'words.toml'}: taken for small talk: {wrong}"


@every_language
def test_no_question_of_an_article_is_taken_for_small_talk(language: str) -> None:
    library = shared_mind().knowledge.live.library
    articles = [entry.articles[language] for entry in library.entries if language in entry.articles]
    asked = [text for article in articles for text in (article.title, *article.questions)]
    wrong = {text: acts for text in asked if (acts := shared_mind().services.acts(text, language))}
    assert asked
    assert not wrong, f"{LOCALES / language / 'words.toml'}: {wrong}"


@every_language
def test_the_widget_speaks_it(language: str) -> None:
    for name in (*PHRASES, "demo_title", "demo_lead"):
        assert voice().say(f"widget.{name}", language).strip(), f"{LOCALES / language}: widget.{name} says nothing"


@every_language
def test_it_has_a_name_and_a_direction(language: str) -> None:
    name = shared_mind().services.language_name(language, language)
    assert name.casefold() != language, f"{LOCALES / language}: Babel knows no name for this language"
    rtl = Locale.parse(language).text_direction == "rtl"
    assert (direction(language) == "rtl") == rtl, (
        f"knowledge_base/rendering.py: RTL must say whether {language} is in it"
    )
    number = "+420 800 555 010"
    assert (isolated(number, language) != number) == rtl


@every_language
def test_a_telephone_number_does_not_fall_apart_in_its_sentences(language: str) -> None:
    """In right-to-left text the groups of a number change places unless it is isolated."""
    for phrase, values in (("safety.passed_on", {}), ("escalation.stored", {"contact": "+420 601 234 567"})):
        said = voice().say(phrase, language, **values)
        number = values.get("contact") or str(settings_for(Path("nowhere")).company.phone)
        assert isolated(number, language) in said
