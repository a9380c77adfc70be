"""`kb test`, `kb search` and `kb calibrate` on small JSONL files: exact keys, the same twice, mistakes by file:line."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.bot.commands.conftest import Run

FIGURES = {
    "queries", "in_scope", "out_of_scope", "top1", "mrr10", "answered", "wrong_rate", "oos_recall", "auroc", "mcc",
    "ece", "skipped_encoder",
}  # fmt: skip
TIMES = {"p50_ms", "p99_ms", "index_s"}
ENTRIES = (
    {"id": "returns", "lang": "en", "question": "How do I return a product?", "answer": "Send it back.",
     "variants": ["I want to send it back", "return my order"]},
    {"id": "returns", "lang": "cs", "question": "Jak vrátím zboží?", "variants": ["chci vrátit objednávku"]},
    {"id": "leaks", "lang": "en", "question": "The washing machine leaks", "variants": ["water under the washer"]},
    {"id": "leaks", "lang": "cs", "question": "Z pračky teče voda"},
    {"id": "hours", "lang": "en", "question": "When are you open?", "variants": ["opening hours on sunday"]},
)  # fmt: skip
QUERIES = (
    {"text": "how do I return a product", "lang": "en", "gold_id": "returns"},
    {"text": "water under my washer", "lang": "en", "gold_id": "leaks"},
    {"text": "teče mi voda z pračky", "lang": "cs", "gold_id": "leaks"},
    {"text": "vrátit zboží", "gold_id": "returns"},
    {"text": "opening hours", "lang": "en", "gold_id": "hours"},
    {"text": "who won the football game", "lang": "en", "gold_id": None},
    {"text": "", "lang": "en", "gold_id": None},
)


def lines(path: Path, rows: tuple[dict[str, Any], ...]) -> str:
    path.write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows), "utf-8")
    return str(path)


@pytest.fixture
def words(tmp_path: Path) -> list[str]:
    """The command on both files."""
    entries, queries = lines(tmp_path / "kb.jsonl", ENTRIES), lines(tmp_path / "queries.jsonl", QUERIES)
    return ["kb", "test", "--kb", entries, "--queries", queries]


def test_the_figures_of_the_public_contract(bot: Run, words: list[str]) -> None:
    result = bot(*words, "--json")
    assert result.exit_code == 0, result.output
    figures = json.loads(result.stdout)
    assert len(result.stdout.splitlines()) == 1
    assert set(figures) == FIGURES | TIMES | {"per_language"}
    assert set(figures["per_language"]) == {"cs", "en"}
    assert all(set(own) == FIGURES for own in figures["per_language"].values())
    assert (figures["queries"], figures["in_scope"], figures["out_of_scope"]) == (7, 5, 2)
    assert figures["top1"] == 1.0


def test_predictions(bot: Run, words: list[str], tmp_path: Path) -> None:
    result = bot(*words, "--predictions", str(tmp_path / "out.jsonl"))
    assert result.exit_code == 0, result.output
    rows = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert [row["text"] for row in rows] == [query["text"] for query in QUERIES]
    assert [row["gold_id"] for row in rows] == [query["gold_id"] for query in QUERIES]
    for row in rows:
        assert set(row) == {"text", "gold_id", "top_id", "confidence", "decision", "ranking"}
        assert row["decision"] in ("answer", "suggest", "abstain")
        assert 0 <= row["confidence"] <= 1
        assert row["top_id"] == (row["ranking"][0] if row["ranking"] else None)
        assert len(row["ranking"]) <= 10
    assert json.loads(result.stdout)["queries"] == len(rows)


def test_the_same_twice(bot: Run, words: list[str], tmp_path: Path) -> None:
    results = []
    for number in (1, 2):
        out = tmp_path / f"out-{number}.jsonl"
        figures = json.loads(bot(*words, "--json", "--predictions", str(out)).stdout)
        results.append(({name: value for name, value in figures.items() if name not in TIMES}, out.read_bytes()))
    assert results[0] == results[1]


@pytest.mark.parametrize(
    ("option", "text", "sentence"),
    [
        ("--queries", '{"text": "a", "gold_id": null}\n{"text": "b"}\n', ":2: gold_id is missing; write null for"),
        ("--queries", "hello\n", ":1: not JSON"),
        ("--queries", '["a"]\n', ":1: not an object"),
        ("--queries", '\n\n{"text": 5, "gold_id": null}\n', ":3: text is missing or not a text"),
        ("--kb", '{"id": "a", "lang": "en"}\n', ":1: question is missing or not a text"),
        ("--kb", '{"id": "a", "lang": "en", "question": "q", "variants": "x"}\n', ":1: variants must be a list"),
        (
            "--kb",
            '{"id": "a", "lang": "en", "question": "q"}\n{"id": "a", "lang": "en", "question": "r"}\n',
            ":2: id 'a' is there twice in language 'en'",
        ),
        ("--kb", "\n", "there are no entries in it"),
    ],
)
def test_a_mistake_in_a_file(bot: Run, words: list[str], tmp_path: Path, option: str, text: str, sentence: str) -> None:
    wrong = tmp_path / "wrong.jsonl"
    wrong.write_text(text, "utf-8")
    words[words.index(option) + 1] = str(wrong)
    result = bot(*words)
    assert result.exit_code == 1
    assert f"wrong.jsonl{sentence}" in result.output.replace("wrong.jsonl: there", "wrong.jsonlthere")
    assert "Traceback" not in result.output


def test_a_file_that_is_not_utf_8(bot: Run, words: list[str], tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.jsonl"
    wrong.write_bytes('{"text": "pračka", "gold_id": null}\n'.encode("cp1250"))
    words[words.index("--queries") + 1] = str(wrong)
    result = bot(*words)
    assert result.exit_code == 1
    assert "wrong.jsonl:1: not UTF-8; save the file as UTF-8" in result.output


def test_a_file_that_is_not_there(bot: Run, words: list[str]) -> None:
    words[words.index("--queries") + 1] = "nowhere.jsonl"
    result = bot(*words)
    assert result.exit_code == 2
    assert "nowhere.jsonl" in result.output


def test_a_folder_as_knowledge_base(bot: Run, folder: Path, tmp_path: Path) -> None:
    queries = lines(tmp_path / "queries.jsonl", ({"text": "water on the floor", "lang": "en", "gold_id": "leaks"},))
    result = bot("kb", "test", "--kb", str(folder), "--queries", queries, "--json")
    assert json.loads(result.stdout)["top1"] == 1.0


def test_search_shows_the_ranking_and_why(bot: Run, words: list[str]) -> None:
    result = bot("kb", "search", "water under the washer", "--kb", words[3])
    assert result.exit_code == 0, result.output
    assert " 1. leaks" in result.output
    assert "nearest question [en]: water under the washer" in result.output
    assert "words in common: " in result.output
    assert result.output.startswith("answer, confidence 0.98, language en")


LABELS = (
    {"text": "water on my floor", "lang": "en", "gold_id": "leaks"},
    {"text": "my device broke", "lang": "en", "gold_id": "repair"},
    {"text": "kdy je otevřeno", "lang": "cs", "gold_id": "hours"},
    {"text": "құрылғы бұзылып қалды", "lang": "kk", "gold_id": "repair"},
    {"text": "who won the football game", "lang": "en", "gold_id": None},
    {"text": "kolik je hodin v Tokiu", "lang": "cs", "gold_id": None},
)


def test_calibrate_stores_thresholds_that_the_bot_then_uses(small: Run, tmp_path: Path) -> None:
    cache = tmp_path / "data" / "cache"
    queries = lines(tmp_path / "queries.jsonl", LABELS)
    result = small("kb", "calibrate", "--queries", queries, knowledge_cache=str(cache))
    assert result.exit_code == 0, result.output
    stored = tmp_path / "data" / "calibration.json"
    assert "6 questions; answer from 0." in result.output
    assert f"stored in {stored}" in result.output
    assert isinstance(json.loads(stored.read_text("utf-8")), dict)
    again = small("kb", "search", "water on the floor", knowledge_cache=str(cache))
    assert again.exit_code == 0, again.output


def test_calibrate_draws_what_the_fit_changed(small: Run, tmp_path: Path) -> None:
    cache = tmp_path / "data" / "cache"
    queries = lines(tmp_path / "queries.jsonl", LABELS * 10)  # 30 of them English, 20 Czech
    for words, drawn in ((), tmp_path / "data" / "calibration.svg"), (("--diagram", "fit.svg"), tmp_path / "fit.svg"):
        result = small("kb", "calibrate", "--queries", queries, *words, knowledge_cache=str(cache))
        assert result.exit_code == 0, result.output
        assert f"drawn in {drawn if not words else 'fit.svg'}" in result.output
        said = re.search(
            r"before fitting: calibration error (0\.\d+), 60 q.*\nafter it: calibration error (0\.\d+),", result.output
        )
        assert said is not None, result.output
        for error in said.groups():
            assert f"calibration error {error}" in drawn.read_text("utf-8")
        assert re.findall(r"^  (\w+): 0\.\d+ before, 0\.\d+ after$", result.output, re.MULTILINE) == ["en"]


def test_a_diagram_that_can_not_be_written_is_a_sentence(small: Run, tmp_path: Path) -> None:
    cache, queries = tmp_path / "data" / "cache", lines(tmp_path / "queries.jsonl", LABELS)
    result = small("kb", "calibrate", "--queries", queries, "--diagram", "no/where.svg", knowledge_cache=str(cache))
    assert result.exit_code == 1
    assert "no/where.svg: the diagram can not be written (No such file or directory)" in result.output
    assert (tmp_path / "data" / "calibration.json").is_file()
