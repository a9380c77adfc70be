"""The bot's own words: Jinja2 templates, one file of macros per topic, translated by gettext catalogues.

A phrase is named `file.macro` ("faq.did_it_help"). English stands in the template itself, so a gap in a catalogue
falls back to English; `tests/contracts` fail on a gap in a shipped language.
"""

from __future__ import annotations

import gettext
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol, cast

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from knowledge_base.rendering import isolated

TEMPLATES = Path(__file__).parent / "templates"
LOCALES = Path(__file__).parent / "locales"
CATALOGUE = Path("LC_MESSAGES") / "aftercare.po"
SOURCE_LANGUAGE = "en"  # the language of the templates


class _Translatable(Protocol):
    def install_gettext_translations(self, translations: gettext.NullTranslations, newstyle: bool) -> None: ...


class PhraseMissing(LookupError):
    """There is no such phrase; write it as a macro into handlers/templates."""


def spoken_languages(locales: Path = LOCALES) -> tuple[str, ...]:
    """Every language that has a folder under locales, by name."""
    return tuple(sorted(folder.name for folder in locales.iterdir() if (folder / "words.toml").is_file()))


def read_catalogue(language: str, locales: Path = LOCALES) -> Catalog:
    """The catalogue of one language; an empty one for the source language."""
    path = locales / language / CATALOGUE
    if language == SOURCE_LANGUAGE and not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def translations(catalogue: Catalog) -> gettext.NullTranslations:
    """A catalogue in gettext's own form. Compiled here, so that no binary file has to be kept in step."""
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def phrase_environment(templates: Path = TEMPLATES) -> SandboxedEnvironment:
    """The environment in which phrases are compiled; also used to extract them."""
    environment = SandboxedEnvironment(
        loader=FileSystemLoader(templates),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        autoescape=False,
        keep_trailing_newline=False,
    )
    for name in ("range", "lipsum", "cycler", "joiner", "namespace", "dict"):
        environment.globals.pop(name)
    return environment


class Voice:
    """Says phrases in any of its languages."""

    def __init__(self, company: Mapping[str, str | int], templates: Path = TEMPLATES, locales: Path = LOCALES) -> None:
        self.languages = spoken_languages(locales)
        self._modules: dict[tuple[str, str], Any] = {}
        self._fixed: dict[tuple[str, str], str] = {}  # phrases that depend on nothing else
        self._environments = {}
        for language in self.languages:
            environment = phrase_environment(templates)
            environment.globals["company"] = _readable(company, language)
            translatable = cast(_Translatable, environment)
            translatable.install_gettext_translations(translations(read_catalogue(language, locales)), newstyle=True)
            self._environments[language] = environment

    def say(self, phrase: str, language: str, **values: Any) -> str:
        """A phrase in a language, English for a language that is not spoken. Raises `PhraseMissing`."""
        fixed = None if values else self._fixed.get((phrase, language))
        if fixed is None:
            fixed = self._say(phrase, language, values)
            if not values:
                self._fixed[(phrase, language)] = fixed
        return fixed

    def _say(self, phrase: str, language: str, values: Mapping[str, Any]) -> str:
        file, _, macro = phrase.partition(".")
        module = self._module(file, language if language in self._environments else SOURCE_LANGUAGE)
        said = vars(module).get(macro)
        if said is None:
            raise PhraseMissing(phrase)
        return str(said(**_readable(values, language))).strip()

    def _module(self, file: str, language: str) -> Any:
        found = self._modules.get((file, language))
        if found is None:
            found = self._environments[language].get_template(f"{file}.md").module
            self._modules[(file, language)] = found
        return found


def _readable(values: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Values as they stand in a sentence: a telephone number must not fall apart in right-to-left text."""
    return {name: isolated(value, language) if isinstance(value, str) else value for name, value in values.items()}
