"""The bot's own words."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlers.voice import PhraseMissing, Voice

COMPANY = {"name": "Alma Home", "phone": "+420 800 555 010", "hours_weekdays": "9:00–19:00", "hours_saturday": "10–15"}


@pytest.fixture(scope="module")
def voice() -> Voice:
    return Voice(COMPANY)


def test_a_phrase_in_each_language(voice: Voice) -> None:
    said = {language: voice.say("faq.did_it_help", language) for language in voice.languages}
    assert said["en"] == "Did this help?"
    assert len(set(said.values())) == len(said)


def test_a_language_nobody_speaks_is_english(voice: Voice) -> None:
    assert voice.say("faq.no", "tlh") == "No"


@pytest.mark.parametrize("phrase", ["faq.nonsense", "nonsense", "faq.", ".", "faq.__class__"])
def test_a_phrase_that_is_not_there(voice: Voice, phrase: str) -> None:
    with pytest.raises((PhraseMissing, LookupError)):
        voice.say(phrase, "en")


def test_company_values_stand_in_the_phrases(voice: Voice) -> None:
    assert "+420 800 555 010" in voice.say("safety.passed_on", "pl")
    assert "\u2066+420 800 555 010\u2069" in voice.say("safety.passed_on", "fa")


def test_what_a_customer_typed_is_data_and_never_a_template(voice: Voice) -> None:
    said = voice.say("escalation.stored", "en", contact="{{ company.phone }} {% for x in y %} %(name)s")
    assert "{{ company.phone }} {% for x in y %} %(name)s" in said


def test_a_gap_in_a_catalogue_is_english(tmp_path: Path) -> None:
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (tmp_path / "de" / "words.toml").touch()
    (folder / "aftercare.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "No"\nmsgstr "Nein"\n', "utf-8"
    )
    voice = Voice(COMPANY, locales=tmp_path)
    assert (voice.say("faq.no", "de"), voice.say("faq.none_of_these", "de")) == ("Nein", "None of these")
