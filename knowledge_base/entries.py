"""The values of the knowledge base: an entry is one subject, an article its text in one language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Article:
    """One entry in one language, as its file says it."""

    slug: str
    language: str
    title: str
    questions: tuple[str, ...]  # ways people ask; may be empty
    products: tuple[str, ...]  # product slugs; empty means about all
    body: str  # Markdown with template marks, not yet rendered
    checked: date | None = None  # the day somebody last read it against the facts
    version: str = ""  # short hash of title and body: what a customer was told
    translates: str | None = None  # version of the source article this one was made from
    path: Path | None = None  # None where it came from a JSONL file


@dataclass(frozen=True, slots=True)
class Entry:
    """One subject of the knowledge base: at least one article, keyed by language."""

    slug: str
    articles: Mapping[str, Article]

    def article(self, *languages: str | None) -> Article:
        """The article in the first of these languages that exists, else in the first language by name."""
        for language in languages:
            if language is not None and language in self.articles:
                return self.articles[language]
        return self.articles[min(self.articles)]
