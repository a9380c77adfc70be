"""Knowledge bases and labelled questions as JSON Lines (the formats of `kb test`)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge_base.entries import Article, Entry


class BadLineError(ValueError):
    """A line that cannot be read: says file, line and what to write."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the slug of the entry that answers it."""

    text: str
    language: str | None  # None: to be detected
    gold: str | None  # None: out of scope


def read_entries(path: Path) -> list[Entry]:
    """Entries in the order of the file; lines with the same id are languages of one entry."""
    articles: dict[str, dict[str, Article]] = {}
    for where, row in _rows(path):
        article = _article(where, row)
        languages = articles.setdefault(article.slug, {})
        if article.language in languages:
            raise BadLineError(f"{where}: id {article.slug!r} is there twice in language {article.language!r}")
        languages[article.language] = article
    return [Entry(slug, found) for slug, found in articles.items()]


def read_questions(path: Path) -> list[Question]:
    """Labelled questions; `gold_id` null means out of scope."""
    return [_question(where, row) for where, row in _rows(path)]


def _rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                where = f"{path}:{number}"
                yield where, _object(where, line)


def _object(where: str, line: bytes) -> dict[str, Any]:
    try:
        row = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadLineError(f"{where}: not UTF-8; save the file as UTF-8") from None
    except (ValueError, RecursionError) as error:
        raise BadLineError(f"{where}: not JSON ({error}); write one object a line") from error
    if not isinstance(row, dict):
        example = '{"id": "returns", "lang": "en", "question": "Can I return it?"}'
        raise BadLineError(f"{where}: not an object; write for example {example}")
    return row


def _article(where: str, row: dict[str, Any]) -> Article:
    slug, language = _text(where, row, "id"), _text(where, row, "lang")
    question = _text(where, row, "question")
    variants = row.get("variants") or []
    if not isinstance(variants, list) or not all(isinstance(variant, str) for variant in variants):
        raise BadLineError(f"{where}: variants must be a list of texts")
    answer = _text(where, row, "answer", default="")
    questions = tuple(dict.fromkeys([question, *variants]))
    return Article(slug, language, title=question, questions=questions, products=(), body=answer)


def _question(where: str, row: dict[str, Any]) -> Question:
    text = _text(where, row, "text", empty=True)
    language = _text(where, row, "lang", default="") or None
    if "gold_id" not in row:
        raise BadLineError(f"{where}: gold_id is missing; write null for a question nothing here answers")
    gold = _text(where, row, "gold_id", default="") or None
    return Question(text, language, gold)


def _text(where: str, row: dict[str, Any], name: str, default: str | None = None, empty: bool = False) -> str:
    value = row.get(name)
    if value is None and default is not None:
        return default
    if not isinstance(value, str) or not (value.strip() or empty):
        raise BadLineError(f"{where}: {name} is missing or not a text")
    return value
