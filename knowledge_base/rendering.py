"""The body of an article as a template: company values and their units, nothing else.

The template language is cut down to what an article needs, before anything runs: `{{ company.name }}`, the listed
filters, `{% if company.x %}`. So no article can loop, multiply strings or reach into Python, however it is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from babel import Locale
from babel.numbers import format_decimal
from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from knowledge_base.entries import Article

RTL = frozenset(("fa", "ar", "he", "ur"))
LEFT_TO_RIGHT_ISOLATE, POP_ISOLATE = "\u2066", "\u2069"
# Babel knows the separators of these, but leaves Latin digits.
_DIGITS = {"arabext": str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"), "arab": str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")}
_STRONG_RTL = re.compile("[\u0590-\u08ff]")
_LINK = re.compile(r"\[([^\]\n]+)\]\(entry:([a-z0-9-]+)\)")
_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Filter, nodes.If,
    nodes.Compare, nodes.Operand, nodes.Const, nodes.And, nodes.Or, nodes.Not,
)  # fmt: skip

UnitFilter = Callable[[int], str]


class TemplateWrong(Exception):
    """The body can not be rendered; `line` counts from the body's first line, 1."""

    def __init__(self, sentence: str, line: int) -> None:
        super().__init__(sentence)
        self.line = line


class Renderer:
    """Renders articles with the company's values; one unit filter set per language."""

    def __init__(self, company: Mapping[str, str | int], units: Mapping[str, Mapping[str, UnitFilter]]) -> None:
        self.company = dict(company)
        self._environments = {language: _environment(language, filters) for language, filters in units.items()}

    def render(self, article: Article) -> str:
        """The body with its values filled in; links to other entries are left as they stand.

        Raises `TemplateWrong` with a sentence and a line. The compiled body is not kept: it takes ten times what the
        text does, which callers may keep.
        """
        return self.fill(article.language, article.body)

    def fill(self, language: str, body: str) -> str:
        """Any body in a language with its values filled in. Raises `TemplateWrong`."""
        return self._compile(language, body).render(company=self.company)

    def text(self, article: Article) -> str:
        """The body for a customer: values filled in, links to other entries as their words."""
        return _LINK.sub(r"\1", self.render(article))

    def _compile(self, language: str, body: str) -> Template:
        environment = self._environments.get(language) or _environment(language, {})
        try:
            tree = environment.parse(body)
        except TemplateSyntaxError as error:
            raise TemplateWrong(f"{error.message}", error.lineno) from None
        for node in tree.find_all(nodes.Node):
            self._check(node, environment)
        return environment.from_string(tree)

    def _check(self, node: nodes.Node, environment: ImmutableSandboxedEnvironment) -> None:
        if not isinstance(node, _ALLOWED):
            raise TemplateWrong("only {{ company.… }}, its filters and {% if company.… %} can be used", node.lineno)
        if isinstance(node, nodes.Name) and node.name != "company":
            raise TemplateWrong(f"unknown variable {node.name}; the only one is company", node.lineno)
        if isinstance(node, nodes.Filter) and node.name not in environment.filters:
            raise TemplateWrong(f"unknown filter {node.name}", node.lineno)
        if isinstance(node, nodes.Getattr) and node.attr not in self.company:
            raise TemplateWrong(f"unknown variable company.{node.attr}; add it to [company.values]", node.lineno)


def linked_entries(body: str) -> tuple[str, ...]:
    """Slugs of the entries a body points to, in order, each once."""
    return tuple(dict.fromkeys(slug for _, slug in _LINK.findall(body)))


def links_with_lines(body: str) -> list[tuple[str, int]]:
    """Each link to an entry with its line in the body, from 1."""
    return [(match.group(2), body.count("\n", 0, match.start()) + 1) for match in _LINK.finditer(body)]


def _environment(language: str, filters: Mapping[str, UnitFilter]) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        autoescape=False,
        finalize=lambda value: _finalize(value, language),
    )
    environment.globals.clear()
    environment.filters.clear()
    environment.filters.update(filters)
    return environment


def local_number(value: int, language: str) -> str:
    """A whole number as this language writes it: its separators and its digits."""
    return local_digits(format_decimal(value, locale=language, numbering_system="default"), language)


def local_digits(text: str, language: str) -> str:
    """A text with the digits this language writes."""
    return text.translate(_DIGITS.get(Locale.parse(language).default_numbering_system, {}))


def isolated(text: str, language: str) -> str:
    """A name, address or number as it stands in running text: kept in one piece among right-to-left words."""
    if language in RTL and text and not _STRONG_RTL.search(text) and not text.startswith(LEFT_TO_RIGHT_ISOLATE):
        return f"{LEFT_TO_RIGHT_ISOLATE}{text}{POP_ISOLATE}"
    return text


def _finalize(value: Any, language: str) -> str:
    """A value inside running text: digits of the language; Latin words kept together in right-to-left text."""
    if isinstance(value, int):
        return local_number(value, language)
    return isolated(str(value), language)
