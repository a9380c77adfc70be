"""Checking the catalogues: every phrase translated, placeholders alike, plural forms complete."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.plurals import get_plural
from babel.messages.pofile import PoFileError, read_po

from handlers.voice import CATALOGUE, LOCALES, SOURCE_LANGUAGE, TEMPLATES, phrase_environment

Found = tuple[Path, int, str]  # file, line, sentence


def phrases_in_templates(templates: Path = TEMPLATES) -> list[tuple[Path, int, str | tuple[str, ...]]]:
    """Every phrase of the templates: file, line, the English words (singular and plural where it counts)."""
    environment = phrase_environment(templates)
    found: list[tuple[Path, int, str | tuple[str, ...]]] = []
    for path in sorted(templates.glob("*.md")):
        for line, _function, words in environment.extract_translations(path.read_text("utf-8")):  # type: ignore[attr-defined]  # the i18n extension adds it
            parts = tuple(part for part in words if part) if isinstance(words, tuple) else words
            found.append((path, line, parts))
    return found


def check_catalogues(languages: Sequence[str], templates: Path = TEMPLATES, locales: Path = LOCALES) -> list[Found]:
    """Every mistake in the catalogues of these languages."""
    wanted = phrases_in_templates(templates)
    return [
        mistake
        for language in languages
        if language != SOURCE_LANGUAGE
        for mistake in _check(language, locales / language / CATALOGUE, wanted)
    ]


def _check(language: str, path: Path, wanted: list[tuple[Path, int, str | tuple[str, ...]]]) -> Iterator[Found]:
    try:
        catalogue = read_po(io.BytesIO(path.read_bytes()), locale=language, abort_invalid=True)
    except FileNotFoundError:
        yield path, 1, f"missing: language {language} has no catalogue"
        return
    except (PoFileError, UnicodeDecodeError, ValueError) as error:
        yield path, getattr(error, "lineno", 0) or 1, f"not readable as a gettext catalogue: {error}"
        return
    forms = get_plural(language).num_plurals
    for template, line, words in wanted:
        sentence = _mistake(catalogue, words, forms)
        if sentence:
            yield path, 1, f"{sentence} (from {template.name}:{line})"
    for message, errors in catalogue.check():
        for wrong in errors:
            yield path, message.lineno or 1, f"placeholders differ: {wrong}"


def _mistake(catalogue: Catalog, words: str | tuple[str, ...], forms: int) -> str | None:
    first = words if isinstance(words, str) else words[0]
    message = catalogue.get(words if isinstance(words, str) else words[0])
    shown = f"“{first[:60]}”"
    if message is None or not message.string or message.fuzzy:
        return f"no translation of {shown}"
    if isinstance(words, tuple) and len(words) > 1:
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        if len(strings) != forms or not all(strings):
            return f"{shown} needs {forms} plural forms, has {len([one for one in strings if one])}"
    return None
