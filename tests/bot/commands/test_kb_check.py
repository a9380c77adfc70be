"""`kb check` prints every mistake as file:line and fails; where there is none it says so."""

from __future__ import annotations

import re
from pathlib import Path

from tests.bot.commands.conftest import Run
from tests.fakes.knowledge import TEXTS, article


def test_no_mistakes(small: Run) -> None:
    result = small("kb", "check")
    assert (result.exit_code, result.output) == (0, "no mistakes\n")


def test_every_mistake_as_file_and_line(small: Run, folder: Path) -> None:
    (folder / "articles/leaks/kk.md").unlink()
    (folder / "articles/leaks/cs.md").write_text("---\ntitle: Z pračky: teče\n---\nText\n", "utf-8")
    (folder / "articles/hours/en.md").write_text(article(*TEXTS["hours"]["en"][:2], "Call {{ company.fax }}."), "utf-8")
    result = small("kb", "check")
    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert lines[:-1] == [
        "kb/articles/hours/en.md:10: unknown variable company.fax; add it to [company.values]",
        "kb/articles/leaks/cs.md:2: the front matter is not valid YAML: mapping values are not allowed in this context;"
        ' put the value in "quotes"',
        "kb/articles/leaks/kk.md:1: missing translation: there is no kk.md",
    ]
    assert lines[-1] == "Error: 3 mistakes"
    assert all(re.match(r"[^:]+:\d+: ", line) for line in lines[:-1])


def test_the_source_of_translations_is_the_default_language(small: Run, folder: Path) -> None:
    """Where the company writes in Czech first, English is stale, not Czech."""
    text = article(*TEXTS["leaks"]["cs"], checked="2026-11-20")
    (folder / "articles/leaks/cs.md").write_text(text, "utf-8")
    result = small("kb", "check", company_default_language="cs")
    assert [line.partition(": ")[0] for line in result.output.splitlines()[:-1]] == [
        "kb/articles/leaks/en.md:7", "kb/articles/leaks/kk.md:7",
    ]  # fmt: skip


def test_a_folder_without_articles_is_told_apart_from_one_without_mistakes(bot: Run, tmp_path: Path) -> None:
    result = bot("kb", "check", knowledge_path=str(tmp_path))
    assert result.exit_code == 1
    assert "there is no folder articles in it" in result.output
