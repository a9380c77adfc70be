"""What topics may ask for, joined from the voice, the words people use, and the knowledge base."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from babel import Locale

from bot.knowledge import Knowledge
from bot.records import NoRecords
from bot.settings import Company, Settings
from handlers.rules.acts import ACT_LISTS, Acts
from handlers.rules.hearing import Vocabulary
from handlers.rules.sla import TierName, due_at
from handlers.services import Found, Page, Records
from handlers.voice import LOCALES, Voice
from knowledge_base.flows import Flow, StepWords, Words
from knowledge_base.law import HERE, read_law
from knowledge_base.products import called
from knowledge_base.statutes import LawBook

VOCABULARIES = (
    "person", "person_alone", "safety", "claim", "authority", "status", "still_broken", "works_again", "language",
    "warranty", "serial_word", "flow_cannot", "flow_go", "flow_tried", "flow_back", "flow_skip", "flow_again",
)  # fmt: skip
WORD_LISTS = (*VOCABULARIES, *ACT_LISTS)


class WordsWrong(Exception):
    """A words.toml can not be used; the message names the file and what to write."""


class BotServices:
    """The world as topics see it: `handlers.services.Services`."""

    def __init__(self, settings: Settings, voice: Voice, knowledge: Knowledge) -> None:
        company = settings.company
        self._settings, self._voice, self._knowledge = settings, voice, knowledge
        self.languages = spoken(company, voice)
        words = {language: read_words(language) for language in self.languages}
        self._company = {**company.template_values(), "country": company.country, "timezone": company.timezone}
        self._vocabularies = {
            name: Vocabulary(phrase for spoken in words.values() for phrase in spoken[name]) for name in VOCABULARIES
        }
        self._acts = Acts(words)
        self.records: Records = NoRecords()  # until there is a database

    def with_records(self, records: Records) -> BotServices:
        """The same services with these records: those of one database."""
        found = copy.copy(self)
        found.records = records
        return found

    @cached_property
    def law(self) -> LawBook:
        """The law of every country we know: ours, and before it the company's own."""
        return read_law(HERE, self._settings.knowledge.folder / "law")

    async def search(self, question: str, language: str) -> Found:
        return await self._knowledge.search(question, language)

    def page(self, entry: str, language: str) -> Page | None:
        return self._knowledge.page(entry, language)

    def flow(self, slug: str) -> Flow | None:
        return self._knowledge.flow(slug)

    def flows_beside(self, entry: str) -> Sequence[Flow]:
        return self._knowledge.flows_beside(entry)

    def flow_words(self, flow: Flow, language: str) -> Words:
        return self._knowledge.flow_words(flow, language)

    def step(self, flow: Flow, step: str, language: str) -> StepWords:
        return self._knowledge.step(flow, step, language)

    def say(self, phrase: str, language: str, **values: Any) -> str:
        return self._voice.say(phrase, language, **values)

    def product_name(self, product: str, language: str) -> str:
        return called(self._knowledge.live.library.products, product, language)

    def language_name(self, language: str, spoken: str) -> str:
        return _display_name(language, spoken)

    def vocabulary(self, name: str) -> Vocabulary:
        return self._vocabularies[name]

    def acts(self, text: str, language: str) -> tuple[str, ...]:
        return self._acts.of(text, language)

    def small_talk(self, text: str) -> Sequence[str]:
        return self._acts.languages(text)

    def meant(self, text: str, language: str) -> str:
        return self._knowledge.live.index.mender.meant(text, language)

    def company(self) -> Mapping[str, str | int]:
        return self._company

    def countries(self) -> Sequence[str]:
        own = self._settings.company.country
        return (own, *(country for country in self.law.countries if country != own))

    def reply_due(self, now: datetime, tier: TierName = "basic") -> datetime:
        target = self._settings.sla.tier(tier).first_reply
        return due_at(target, self._settings.calendar(), now).astimezone(self._settings.company.zone)

    def somebody_works(self, now: datetime) -> bool:
        return self._settings.calendar().is_open(now)


def spoken(company: Company, voice: Voice) -> tuple[str, ...]:
    """The languages of this installation, the default one first."""
    chosen = company.languages or voice.languages
    rest = [language for language in chosen if language in voice.languages and language != company.default_language]
    return (company.default_language, *rest)


def language_name(language: str, spoken: str) -> str:
    """The name of a language in a language, as it begins a label."""
    name = _display_name(language, spoken)
    return name[:1].upper() + name[1:]


@cache
def _display_name(language: str, spoken: str) -> str:
    return Locale.parse(language).get_display_name(spoken) or language


def read_words(language: str, locales: Path = LOCALES) -> dict[str, list[str]]:
    """The word lists of one language. Raises `WordsWrong`."""
    path = locales / language / "words.toml"
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise WordsWrong(f"{path}: {error}") from None
    for name in WORD_LISTS:
        if not isinstance(found.get(name), list) or not all(isinstance(word, str) for word in found[name]):
            raise WordsWrong(f'{path}: write a list like {name} = ["…", "…"]')
    return {name: found[name] for name in WORD_LISTS}
