"""What is wrong with a catalogue is said with its file."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlers.catalogues import check_catalogues, phrases_in_templates

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Language: cs\\n"\n\n'
TEMPLATE = (
    "{% macro hello(name) %}{% trans name=name %}Hello {{ name }}{% endtrans %}{% endmacro %}\n"
    "{% macro days(count) %}{% trans count=count %}{{ count }} day{% pluralize %}{{ count }} days{% endtrans %}"
    "{% endmacro %}\n"
)
GOOD = (
    '#, python-format\nmsgid "Hello %(name)s"\nmsgstr "Ahoj %(name)s"\n\n'
    '#, python-format\nmsgid "%(count)s day"\nmsgid_plural "%(count)s days"\n'
    'msgstr[0] "%(count)s den"\nmsgstr[1] "%(count)s dny"\nmsgstr[2] "%(count)s dní"\n'
)


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "greet.md").write_text(TEMPLATE, "utf-8")
    return folder


def mistakes(tmp_path: Path, templates: Path, catalogue: bytes | None) -> list[str]:
    folder = tmp_path / "locales" / "cs" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    if catalogue is not None:
        (folder / "aftercare.po").write_bytes(catalogue)
    found = check_catalogues(["en", "cs"], templates, tmp_path / "locales")
    assert all(path == folder / "aftercare.po" and line > 0 for path, line, _ in found)
    return [sentence for _, _, sentence in found]


@pytest.mark.parametrize(
    ("catalogue", "sentence"),
    [
        (None, "missing: language cs has no catalogue"),
        (HEAD, "no translation of “Hello %(name)s” (from greet.md:1)"),
        (HEAD + GOOD.replace("Ahoj %(name)s", ""), "no translation of “Hello %(name)s” (from greet.md:1)"),
        (HEAD + "#, fuzzy\n" + GOOD, "no translation of “Hello %(name)s” (from greet.md:1)"),
        (HEAD + GOOD.replace('msgstr[2] "%(count)s dní"', 'msgstr[2] ""'), "needs 3 plural forms, has 2"),
        (HEAD + GOOD.replace("Ahoj %(name)s", "Ahoj %(nane)s"), "placeholders differ"),
        (HEAD + GOOD + 'msgid "open\n', "not readable as a gettext catalogue"),
    ],
)
def test_mistakes(tmp_path: Path, templates: Path, catalogue: str | None, sentence: str) -> None:
    found = mistakes(tmp_path, templates, None if catalogue is None else catalogue.encode())
    assert any(sentence in said for said in found), found


def test_not_utf_8(tmp_path: Path, templates: Path) -> None:
    assert "not readable" in mistakes(tmp_path, templates, (HEAD + GOOD).encode("cp1250"))[0]


def test_a_good_one(tmp_path: Path, templates: Path) -> None:
    assert mistakes(tmp_path, templates, (HEAD + GOOD).encode()) == []


def test_phrases_carry_their_line(templates: Path) -> None:
    lines = [(path.name, line, words) for path, line, words in phrases_in_templates(templates)]
    assert lines == [("greet.md", 1, "Hello %(name)s"), ("greet.md", 2, ("%(count)s day", "%(count)s days"))]
