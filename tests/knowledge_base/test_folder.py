"""A folder of articles, and every mistake in it as file and line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge_base.folder import Library, check, read_folder
from knowledge_base.rendering import Renderer
from tests.fakes.knowledge import LANGUAGES, TEXTS, article, write_folder

LIMIT = 500
RENDERER = Renderer({"phone": "+420 800 555 010", "hours_weekdays": "9:00–19:00"}, {})
LEAKS = TEXTS["leaks"]["en"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "kb")


def mistakes(folder: Path, before: Library | None = None) -> list[str]:
    library = read_folder(folder, RENDERER, before)
    found = check(library, RENDERER, LANGUAGES, LIMIT)
    return [str(problem).removeprefix(f"{folder / 'articles'}/") for problem in found]


def test_a_good_folder(folder: Path) -> None:
    library = read_folder(folder, RENDERER)
    assert mistakes(folder) == []
    assert [entry.slug for entry in library.entries] == sorted(TEXTS)
    assert all(set(entry.articles) == set(LANGUAGES) for entry in library.entries)
    assert library.products == {
        "washing-machine": {"en": ("washing machine",), "cs": ("pračka",), "kk": ("кір жуғыш машина",)}
    }


def put(file: str, text: str | bytes) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / "articles" / file
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())

    return change


def drop(file: str) -> Callable[[Path], None]:
    return lambda folder: (folder / "articles" / file).unlink()


def the(title: str = LEAKS[0], question: str = LEAKS[1], body: str = LEAKS[2], **front: str) -> str:
    return article(title, question, body, **front)


BROKEN: dict[str, tuple[Callable[[Path], None], list[str]]] = {
    "front matter not closed": (
        put("leaks/en.md", "---\ntitle: x\nbody"),
        ["leaks/en.md:3: the front matter is not closed; write a line ---"],
    ),
    "broken YAML with quotes": (
        put("leaks/en.md", the(title='Washing "machine": leaks')),
        ['leaks/en.md:2: the front matter is not valid YAML: mapping values are not allowed in this context; '
         'put the value in "quotes"'],
    ),
    "unknown variable": (
        put("leaks/en.md", the(body="one\n\nCall {{ company.fax }}. [repair](entry:repair)")),
        ["leaks/en.md:12: unknown variable company.fax; add it to [company.values]"],
    ),
    "a loop": (
        put("leaks/en.md", the(body="{% for x in company %}x{% endfor %}")),
        ["leaks/en.md:10: only {{ company.… }}, its filters and {% if company.… %} can be used"],
    ),
    "not UTF-8": (
        put("leaks/cs.md", the().replace("tap", "kohoutek š").encode("cp1250")),
        ["leaks/cs.md:10: not UTF-8; save it as UTF-8"],
    ),
    "missing translation": (
        drop("leaks/kk.md"),
        ["leaks/kk.md:1: missing translation: there is no kk.md"],
    ),
    "missing source": (
        drop("leaks/en.md"),
        ["leaks/en.md:1: missing translation: there is no en.md"],
    ),
    "stale by version": (
        put("leaks/cs.md", the("Z pračky teče voda", "voda na podlaze", "Text.", translates='"00000000"')),
        ["leaks/cs.md:9: stale: en.md changed since; bring it up to date, then write translates: VERSION"],
    ),
    "stale by date": (
        put("leaks/cs.md", the("Z pračky teče voda", "voda na podlaze", "Text.", checked="2026-10-01")),
        ["leaks/cs.md:7: stale: en.md was checked later, on 2026-11-16"],
    ),
    "a question claimed twice": (
        put("leaks/en.md", the(question="When are you OPEN?")),
        ["leaks/en.md:4: the question “When are you OPEN?” is claimed by hours too (line 4 there)"],
    ),
    "too long": (
        put("leaks/en.md", the(body="word " * 150)),
        ["leaks/en.md:10: the text has 749 characters; the shortest channel takes 500"],
    ),
    "dead link": (
        put("leaks/en.md", the(body="one\ntwo [x](entry:nowhere)")),
        ["leaks/en.md:11: dead link: there is no entry nowhere"],
    ),
    "unknown product": (
        put("leaks/en.md", the(products="[toaster]")),
        ["leaks/en.md:6: unknown product toaster; known: washing-machine"],
    ),
    "a folder with a bad name": (
        put("Leaks_2/en.md", the("Other", "other words", "Text.")),
        ["Leaks_2/cs.md:1: missing translation: there is no cs.md",
         "Leaks_2/en.md:1: folder 'Leaks_2': use a-z, 0-9 and -, at most 40 characters",
         "Leaks_2/kk.md:1: missing translation: there is no kk.md"],
    ),
    "a language nobody speaks": (
        put("leaks/xx.md", the("Other", "other words", "Text.")),
        ["leaks/xx.md:1: language 'xx' is not spoken; the languages are en, cs, kk"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", BROKEN)
def test_mistakes(folder: Path, kind: str) -> None:
    change, expected = BROKEN[kind]
    version = read_folder(folder, RENDERER).parsed["leaks", "en"].article.version
    change(folder)
    assert mistakes(folder) == [line.replace("VERSION", version) for line in expected]


def test_what_can_not_be_read_keeps_its_text_from_before(folder: Path) -> None:
    before = read_folder(folder, RENDERER)
    put("leaks/en.md", "---\nbroken")(folder)
    put("hours/en.md", article("Opening times", "are you open", "Always."))(folder)
    after = read_folder(folder, RENDERER, before)
    assert after.parsed["leaks", "en"] == before.parsed["leaks", "en"]
    assert after.parsed["hours", "en"].article.title == "Opening times"
    assert len(after.problems) == 1
    assert ("leaks", "en") not in read_folder(folder, RENDERER).parsed


def test_a_draft_is_checked_but_not_shown(folder: Path) -> None:
    put("leaks/en.md", the(state="draft"))(folder)
    library = read_folder(folder, RENDERER)
    leaks = next(entry for entry in library.entries if entry.slug == "leaks")
    assert set(leaks.articles) == {"cs", "kk"}
    assert mistakes(folder) == []


def test_several_mistakes_come_in_the_order_of_files_and_lines(folder: Path) -> None:
    put("leaks/en.md", the(products="[toaster]", body="[x](entry:nowhere)"))(folder)
    drop("hours/cs.md")(folder)
    assert [line.partition(": ")[0] for line in mistakes(folder)] == [
        "hours/cs.md:1",
        "leaks/en.md:6",
        "leaks/en.md:10",
    ]
