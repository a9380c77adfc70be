"""Reading one article file: every mistake with its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from knowledge_base.frontmatter import ArticleBroken, Parsed, fingerprint, parse

PATH = Path("articles/leaks/en.md")
GOOD = """---
title: Washing machine leaks
questions:
  - water on the floor
  - "leaks: from the door"
products: [washing-machine, fridge]
checked: 2026-11-16
state: live
---

Close the **tap**.

Then call us.
"""


def mistakes(text: str) -> list[tuple[int, str]]:
    with pytest.raises(ArticleBroken) as broken:
        parse(PATH, text)
    return [(problem.line, problem.sentence) for problem in broken.value.problems]


def test_a_good_article() -> None:
    parsed = parse(PATH, GOOD)
    article = parsed.article
    assert (article.slug, article.language, article.title) == ("leaks", "en", "Washing machine leaks")
    assert article.questions == ("water on the floor", "leaks: from the door")
    assert article.products == ("washing-machine", "fridge")
    assert (article.checked, parsed.state) == (date(2026, 11, 16), "live")
    assert article.body == "Close the **tap**.\n\nThen call us."
    assert article.version == fingerprint("Washing machine leaks", article.body)
    assert parsed.question_lines == (4, 5)
    assert parsed.lines == {"title": 2, "questions": 3, "products": 6, "checked": 7, "state": 8, "body": 11}


@pytest.mark.parametrize("change", ["\ufeff" + GOOD, GOOD.replace("\n", "\r\n"), GOOD + "\n\n\n"])
def test_byte_order_mark_line_ends_and_blank_lines_change_nothing(change: str) -> None:
    assert parse(PATH, change) == parse(PATH, GOOD)


def test_the_version_changes_with_title_and_body_and_nothing_else() -> None:
    def version(text: str) -> str:
        return parse(PATH, text).article.version

    assert version(GOOD.replace("2026-11-16", "2026-11-20")) == version(GOOD)
    assert version(GOOD.replace("leaks\nq", "drips\nq")) != version(GOOD)
    assert version(GOOD.replace("tap", "valve")) != version(GOOD)


@pytest.mark.parametrize(
    ("old", "new", "line", "sentence"),
    [
        ("---\ntitle", "title", 1, "the first line must be ---"),
        ("---\n\nClose", "\nClose", 12, "the front matter is not closed"),
        ("title: Washing machine leaks\n", "", 1, "title: is missing"),
        ("checked: 2026-11-16\n", "", 1, "checked: is missing"),
        ("title: Washing", "title: Washer: it", 2, "mapping values are not allowed in this context"),
        ("title: Washing machine leaks", 'title: "Washing machine', 5, "not valid YAML"),
        ("title: Washing machine leaks", "title: @leaks", 2, 'put the value in "quotes"'),
        ("title: Washing machine leaks", "title:", 2, "title: must be words on the same line"),
        ("title: Washing machine leaks", "title: " + "x" * 61, 2, "title: has 61 characters; a button holds 60"),
        ("  - water on the floor", "  - water: on the floor", 3, 'put an item with a colon in "quotes"'),
        ("  - water on the floor", "  - " + "x" * 301, 3, "an item is longer than 300 characters"),
        ("  - water on the floor", "  -", 3, "every item must be words"),
        ("products: [washing-machine, fridge]", "products: fridge", 6, "products: must be a list"),
        ("checked: 2026-11-16", "checked: 16.11.2026", 7, "checked: is '16.11.2026'; write a date like 2026-11-16"),
        ("checked: 2026-11-16", "checked: 2026-02-30", 7, "checked: is '2026-02-30'"),
        ("state: live", "state: on", 8, "state: is 'on'; write one of live, draft"),
        ("state: live", "state: live\nauthor: me", 9, "author: no such key; the keys are title"),
        ("state: live", "state: !!python/object/apply:os.system [ls]", 8, "state: must be words"),
        ("\nClose the **tap**.\n\nThen call us.\n", "", 9, "there is no text below the front matter"),
    ],
)  # fmt: skip
def test_mistakes(old: str, new: str, line: int, sentence: str) -> None:
    assert old in GOOD
    found = mistakes(GOOD.replace(old, new))
    assert [where for where, said in found if sentence in said] == [line], found


@pytest.mark.parametrize("text", ["", "\n", "hello", "---", "---\n---", "---\n- a\n---\nbody", "---\na\n---\nbody"])
def test_what_is_no_article_at_all(text: str) -> None:
    assert all(sentence for _, sentence in mistakes(text))


def test_every_mistake_is_told_at_once() -> None:
    found = mistakes(GOOD.replace("state: live", "state: on").replace("checked: 2026", "checked: x"))
    assert [line for line, _ in found] == [7, 8]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(some.text(alphabet=some.sampled_from("---\n\t :-[]{}\"'#&*!|>%@`?,.aя\u0301\x00\x85\u2028"), max_size=200))
def test_whatever_the_file_holds_there_is_an_article_or_a_mistake(front: str) -> None:
    found: Parsed | ArticleBroken
    try:
        found = parse(PATH, f"---\n{front}\n---\nbody\n")
    except ArticleBroken as broken:
        found = broken
    assert isinstance(found, Parsed) or all(problem.line >= 1 and problem.sentence for problem in found.problems)
