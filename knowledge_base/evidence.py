"""What the index knows of an entry: every text that speaks for it, in every language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from knowledge_base.entries import Article, Entry

BODY = 600  # characters of a body that are read: the head of an article says what it is about
PASSAGE = 300  # characters of a passage given to the encoder, title included

Kind = Literal["title", "question", "body"]
_TEMPLATE = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
_MARKDOWN = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|[`*_#>|]+")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One text that speaks for an entry."""

    entry: int  # position in the sequence of entries
    language: str
    kind: Kind
    text: str


def evidence(entries: Sequence[Entry]) -> list[Evidence]:
    """All evidence, entry by entry, languages by name: title, questions, then title and head of the body."""
    return [item for number, entry in enumerate(entries) for item in _of_entry(number, entry)]


def _of_entry(number: int, entry: Entry) -> Iterator[Evidence]:
    for language in sorted(entry.articles):
        article = entry.articles[language]
        yield Evidence(number, language, "title", article.title)
        for question in dict.fromkeys(article.questions):
            if question != article.title:
                yield Evidence(number, language, "question", question)
        if body := plain_body(article):
            yield Evidence(number, language, "body", body)


def plain_body(article: Article) -> str:
    """The head of the body without template and Markdown marks, products last; empty where there is none."""
    head = _MARKDOWN.sub(r"\1 ", _TEMPLATE.sub(" ", article.body[: 2 * BODY]))
    return " ".join(" ".join((head, *article.products)).split())[:BODY]


def passage(item: Evidence, title: str) -> str:
    """The text of a piece of evidence as the encoder reads it: a body goes with its title."""
    return f"{title}. {item.text}"[:PASSAGE] if item.kind == "body" else item.text
