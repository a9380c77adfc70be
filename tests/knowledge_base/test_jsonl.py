"""Knowledge bases and labelled questions as JSON Lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge_base.jsonl import BadLineError, Question, read_entries, read_questions


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines), "utf-8")
    return path


def test_entries_keep_their_order_and_gather_languages(tmp_path: Path) -> None:
    file = write(
        tmp_path / "kb.jsonl",
        '{"id": "b", "lang": "en", "question": "Q", "answer": "A", "variants": ["V", "Q"]}',
        "",
        '{"id": "a", "lang": "en", "question": "Other"}',
        '{"id": "b", "lang": "cs", "question": "Otázka"}',
    )
    entries = read_entries(file)
    assert [entry.slug for entry in entries] == ["b", "a"]
    assert sorted(entries[0].articles) == ["cs", "en"]
    english = entries[0].articles["en"]
    assert (english.title, english.questions, english.body) == ("Q", ("Q", "V"), "A")


def test_questions_without_gold_are_out_of_scope(tmp_path: Path) -> None:
    file = write(
        tmp_path / "q.jsonl",
        '{"text": "Hi", "lang": "en", "gold_id": null, "split": "dev"}',
        '{"text": "", "gold_id": "a"}',
    )
    assert read_questions(file) == [Question("Hi", "en", None), Question("", None, "a")]


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[1]", "not an object"),
        ('{"lang": "en", "question": "Q"}', "id is missing"),
        ('{"id": "a", "lang": "en", "question": " "}', "question is missing"),
        ('{"id": "a", "lang": "en", "question": "Q", "variants": [1]}', "variants"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, word: str) -> None:
    file = write(tmp_path / "kb.jsonl", '{"id": "x", "lang": "en", "question": "Q"}', line)
    with pytest.raises(BadLineError, match=rf"kb\.jsonl:2: .*{word}"):
        read_entries(file)


def test_the_same_id_and_language_twice_is_a_mistake(tmp_path: Path) -> None:
    line = '{"id": "a", "lang": "en", "question": "Q"}'
    with pytest.raises(BadLineError, match="twice"):
        read_entries(write(tmp_path / "kb.jsonl", line, line))


def test_a_question_must_say_whether_it_is_in_scope(tmp_path: Path) -> None:
    with pytest.raises(BadLineError, match="gold_id"):
        read_questions(write(tmp_path / "q.jsonl", '{"text": "Hi"}'))
