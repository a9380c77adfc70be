"""What a handler may ask for. The edge provides it; tests provide fakes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from handlers.rules.hearing import Vocabulary
from handlers.words import Decision


@dataclass(frozen=True, slots=True)
class Found:
    """What the search says of a question."""

    decision: Decision
    confidence: float
    entry: str | None
    suggestions: tuple[str, ...] = ()  # slugs, best first


@dataclass(frozen=True, slots=True)
class Page:
    """An entry's text, rendered for a customer."""

    entry: str
    version: str
    language: str  # of the text: may differ from the language asked for
    title: str
    text: str  # Markdown, company values filled in
    related: tuple[str, ...]  # slugs the text points to
    checked: date | None


class Services(Protocol):
    """The world as a topic sees it."""

    @property
    def languages(self) -> Sequence[str]:
        """The languages the bot speaks, the default one first."""
        ...

    async def search(self, question: str, language: str) -> Found:
        """The best entry for a question, and how sure that is."""
        ...

    def page(self, entry: str, language: str) -> Page | None:
        """An entry's text, in this language where it exists. None: there is no such entry (any more)."""
        ...

    def say(self, phrase: str, language: str, **values: Any) -> str:
        """A phrase of the bot (`topic.name`) in a language."""
        ...

    def language_name(self, language: str, spoken: str) -> str:
        """The name of a language within a sentence of another: "Czech", «чешский»."""
        ...

    def vocabulary(self, name: str) -> Vocabulary:
        """Words people use for something ("person", "safety" …), in all languages."""
        ...

    def acts(self, text: str, language: str) -> tuple[str, ...]:
        """The acts of a message that does nothing but greet, thank, swear …: `handlers.rules.acts`; else empty."""
        ...

    def small_talk(self, text: str) -> Sequence[str]:
        """The languages in which a message is nothing but such acts; none for any other message."""
        ...

    def meant(self, text: str, language: str) -> str:
        """The text in the letters it was meant in: typed on another keyboard layout, or in Latin letters.

        As it is where those letters show, or where it is at home in `language`, the one expected.
        """
        ...

    def company(self) -> Mapping[str, str | int]:
        """The company's values: name, phone …"""
        ...

    def reply_due(self, now: datetime) -> datetime:
        """When a person will have answered a request made now, by the promise: in the company's time zone."""
        ...

    def somebody_works(self, now: datetime) -> bool:
        """Whether the company's people are at work."""
        ...
