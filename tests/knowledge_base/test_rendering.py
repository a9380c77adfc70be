"""Bodies as templates: company values and units, and nothing that could run."""

from __future__ import annotations

import time

import pytest

from knowledge_base.entries import Article
from knowledge_base.rendering import (
    Renderer,
    TemplateWrong,
    isolated,
    linked_entries,
    links_with_lines,
    local_number,
)

RENDERER = Renderer(
    {"name": "Alma Home", "phone": "+420 800 555 010", "return_days": 14},
    {"en": {"days": lambda n: f"{n} days"}, "fa": {"days": lambda n: f"{local_number(n, 'fa')} روز"}},
)


def article(body: str, language: str = "en") -> Article:
    return Article("leaks", language, title="t", questions=(), products=(), body=body)


@pytest.mark.parametrize(
    ("language", "body", "text"),
    [
        ("en", "Call {{ company.phone }} in {{ company.return_days|days }}.", "Call +420 800 555 010 in 14 days."),
        ("en", "{{ company.return_days }}", "14"),
        ("fa", "{{ company.return_days }} {{ company.return_days|days }}", "۱۴ ۱۴ روز"),
        ("fa", "{{ company.phone }}", "\u2066+420 800 555 010\u2069"),
        ("en", "{% if company.return_days > 10 and not company.phone == 'x' %}long{% else %}short{% endif %}", "long"),
        ("en", "100 % of {people} use # and {'a': 1}", "100 % of {people} use # and {'a': 1}"),
        ("en", "[repair](entry:repair-order), [x](entry:)", "repair, [x](entry:)"),
        ("en", "<b>{{ company.name }}</b> *#06#", "<b>Alma Home</b> *#06#"),
        ("de", "{{ company.name }}", "Alma Home"),
    ],
)  # fmt: skip
def test_text(language: str, body: str, text: str) -> None:
    assert RENDERER.text(article(body, language)) == text


@pytest.mark.parametrize(
    ("body", "line", "sentence"),
    [
        ("one\n\n{{ company.fax }}", 3, "unknown variable company.fax; add it to [company.values]"),
        ("{{ phone }}", 1, "unknown variable phone; the only one is company"),
        ("one\n{{ company.phone|upper }}", 2, "unknown filter upper"),
        ("{{ company.return_days|workdays }}", 1, "unknown filter workdays"),
        ("{{ company.phone", 1, "unexpected end"),
        ("{% if company.phone %}x", 1, "Unexpected end of template"),
        ("{% for x in company %}x{% endfor %}", 1, "only {{ company.… }}"),
        ("{% set company = 1 %}", 1, "only {{ company.… }}"),
        ("{% include 'x' %}", 1, "only {{ company.… }}"),
        ("{% macro m() %}{% endmacro %}", 1, "only {{ company.… }}"),
        ("{{ 9 ** 9 ** 9 }}", 1, "only {{ company.… }}"),
        ("{{ 'a' * 99999999 }}", 1, "only {{ company.… }}"),
        ("{{ company.name * 99999999 }}", 1, "only {{ company.… }}"),
        ("{{ company['phone'] }}", 1, "only {{ company.… }}"),
        ("{{ company.phone() }}", 1, "only {{ company.… }}"),
        ("{{ company.__class__ }}", 1, "unknown variable company.__class__"),
        ("{{ company.phone.__class__ }}", 1, "unknown variable company.__class__"),
        ("{{ self }}", 1, "unknown variable self"),
        ("{{ lipsum }}", 1, "unknown variable lipsum"),
        ("{{ range(99999999) }}", 1, "only {{ company.… }}"),
        ("{{ company|attr('x') }}", 1, "unknown filter attr"),
        ("{{ 'a' ~ 'b' }}", 1, "only {{ company.… }}"),
    ],
)
def test_what_can_not_be_rendered(body: str, line: int, sentence: str) -> None:
    started = time.process_time()
    with pytest.raises(TemplateWrong) as wrong:
        RENDERER.render(article(body))
    assert sentence in str(wrong.value)
    assert wrong.value.line == line
    assert time.process_time() - started < 0.2


def test_links() -> None:
    body = "[a](entry:x) and\n[b](entry:y) [c](entry:x) [d](https://z)"
    assert linked_entries(body) == ("x", "y")
    assert links_with_lines(body) == [("x", 1), ("y", 2), ("x", 2)]


@pytest.mark.parametrize(
    ("value", "language", "written"),
    [(12345, "en", "12,345"), (12345, "cs", "12\u00a0345"), (1405, "fa", "۱٬۴۰۵"), (7, "kk", "7"), (10, "ar-EG", "١٠")],
)
def test_local_number(value: int, language: str, written: str) -> None:
    assert local_number(value, language.replace("-", "_")) == written


@pytest.mark.parametrize(
    ("text", "language", "kept"),
    [
        ("+420 800", "fa", "\u2066+420 800\u2069"),
        ("Alma Home", "fa", "\u2066Alma Home\u2069"),
        ("\u2066AB12 C345\u2069", "fa", "\u2066AB12 C345\u2069"),  # a serial comes in one piece
        ("آلما", "fa", "آلما"),
        ("۱۴", "fa", "۱۴"),
        ("+420 800", "cs", "+420 800"),
        ("", "fa", ""),
    ],
)
def test_isolated(text: str, language: str, kept: str) -> None:
    assert isolated(text, language) == kept
