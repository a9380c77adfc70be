"""The world as topics see it: the real one without channel, database and encoder, and a small one to bend in tests."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from bot.app import Mind, build_mind
from bot.records import NoRecords
from bot.settings import Settings, load_settings
from handlers.rules.hearing import Vocabulary
from handlers.rules.sla import TierName
from handlers.rules.tickets import Status
from handlers.services import Found, Page, Records
from handlers.words import Choice, Message, Outcome, Snapshot, State, TicketView, Turn
from knowledge_base.flows import Flow, StepWords, Words

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
NOTHING = Found("abstain", 0.0, None)


def settings_for(folder: Path, **environ: str) -> Settings:
    """Settings that keep everything below `folder`, answer by words alone, and read nothing from outside."""
    return load_settings(
        None,
        {
            "AFTERCARE_STORAGE_URL": f"sqlite:///{folder}/aftercare.db",
            "AFTERCARE_KNOWLEDGE_CACHE": str(folder / "cache"),
            "AFTERCARE_KNOWLEDGE_ENCODER": "none",
            **{f"AFTERCARE_{name.upper()}": value for name, value in environ.items()},
        },
    )


def loaded(mind: Mind) -> Mind:
    """A mind that has read its articles."""
    mind.knowledge.install(mind.knowledge.load())
    return mind


@cache
def shared_mind() -> Mind:
    """The shipped articles, phrases and words, found by words alone; built once, never change it."""
    return loaded(build_mind(settings_for(Path(tempfile.gettempdir()) / "aftercare-has-no-cache-here")))


def mind_with(records: Records) -> Mind:
    """The shared mind, with these records."""
    mind = shared_mind()
    services = copy(mind.services)
    services.records = records
    return replace(mind, services=services)


def a_page(entry: str, language: str = "en", **changes: Any) -> Page:
    """An entry's text that says which entry it is."""
    values: dict[str, Any] = {
        "version": "0badcafe", "title": f"Title of {entry}", "text": f"Text of {entry}.", "related": (),
        "checked": date(2026, 11, 16),
    }  # fmt: skip
    return Page(entry=entry, language=language, **{**values, **changes})


@dataclass
class FakeServices:
    """Searches a dictionary, speaks with the real voice, hears the real words; complains about what it was not told."""

    answers: Mapping[str, Found] = field(default_factory=dict)  # question -> what is found
    pages: Mapping[str, Page] = field(default_factory=dict)  # slug -> its text
    asked: list[str] = field(default_factory=list)  # every question that was searched for
    flows: Mapping[str, Flow] = field(default_factory=dict)
    records: Records = field(default_factory=NoRecords)

    @property
    def languages(self) -> Sequence[str]:
        return shared_mind().services.languages

    async def search(self, question: str, language: str) -> Found:
        self.asked.append(question)
        assert question in self.answers, f"the test says nothing about a search for {question!r}"
        return self.answers[question]

    def page(self, entry: str, language: str) -> Page | None:
        return self.pages.get(entry)

    def flow(self, slug: str) -> Flow | None:
        return self.flows.get(slug)

    def flows_beside(self, entry: str) -> Sequence[Flow]:
        return [self.flows[entry]] if entry in self.flows else []

    def flow_words(self, flow: Flow, language: str) -> Words:
        return flow.words.get(language) or flow.words["en"]

    def step(self, flow: Flow, step: str, language: str) -> StepWords:
        return self.flow_words(flow, language).steps.get(step, StepWords())

    def say(self, phrase: str, language: str, **values: Any) -> str:
        return shared_mind().services.say(phrase, language, **values)

    def product_name(self, product: str, language: str) -> str:
        return shared_mind().services.product_name(product, language)

    def language_name(self, language: str, spoken: str) -> str:
        return shared_mind().services.language_name(language, spoken)

    def vocabulary(self, name: str) -> Vocabulary:
        return shared_mind().services.vocabulary(name)

    def acts(self, text: str, language: str) -> tuple[str, ...]:
        return shared_mind().services.acts(text, language)

    def small_talk(self, text: str) -> Sequence[str]:
        return shared_mind().services.small_talk(text)

    def meant(self, text: str, language: str) -> str:
        return shared_mind().services.meant(text, language)

    def company(self) -> Mapping[str, str | int]:
        return shared_mind().services.company()

    def countries(self) -> Sequence[str]:
        return shared_mind().services.countries()

    def reply_due(self, now: datetime, tier: TierName = "basic") -> datetime:
        return shared_mind().services.reply_due(now, tier)

    def somebody_works(self, now: datetime) -> bool:
        return shared_mind().services.somebody_works(now)


def a_turn(
    text: str = "",
    *,
    choice: str | None = None,
    state: State | None = None,
    language: str = "en",
    services: Any = None,
    offered: tuple[Choice, ...] = (),
    tickets: tuple[TicketView, ...] = (),
) -> Turn:
    """One step of talk."""
    snapshot = Snapshot(language, "bot", state or {}, offered, tickets)
    return Turn(Message(text, choice), snapshot, language, NOW, services or FakeServices())


def a_ticket(number: int = 1, status: Status = "new", **changes: Any) -> TicketView:
    """One of the customer's own requests."""
    values: dict[str, Any] = {"subject": "The washer leaks", "opened": NOW, **changes}
    return TicketView(number, status, **values)


def labels(outcome: Outcome) -> list[str]:
    """The ids of the last reply's choices."""
    return [choice.id for choice in outcome.replies[-1].choices]
