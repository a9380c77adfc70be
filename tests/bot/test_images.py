"""A start with nothing changed builds nothing; any change builds again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.app import SHIPPED, build_mind
from bot.images import kept, mark_of_knowledge
from bot.knowledge import Knowledge, Live
from bot.settings import Company, Settings
from bot.settings import Knowledge as KnowledgeSettings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A small knowledge base of two entries."""
    for folder in sorted((SHIPPED / "articles").iterdir())[:2]:
        shutil.copytree(folder, tmp_path / "kb" / "articles" / folder.name)
    shutil.copytree(SHIPPED / "products", tmp_path / "kb" / "products")
    knowledge = KnowledgeSettings(path=str(tmp_path / "kb"), encoder="none", cache=str(tmp_path / "data" / "cache"))
    return Settings(knowledge=knowledge)


def fresh(settings: Settings) -> Knowledge:
    return build_mind(settings).knowledge


@pytest.fixture
def building(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one with every index that is built."""
    builds: list[int] = []
    build = Knowledge._build

    def counted(self: Knowledge, *given: object) -> Live:
        builds.append(1)
        return build(self, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(Knowledge, "_build", counted)
    return builds


def test_the_second_start_builds_nothing_and_answers_alike(settings: Settings, building: list[int]) -> None:
    first, second = fresh(settings).load(), fresh(settings).load()
    assert len(building) == 1
    assert second.library == first.library
    question = next(iter(first.library.entries)).articles["en"].questions[0]
    for text in (question, question[:-6], "how long", "гарантия"):
        assert second.index.answer(text, "en", None) == first.index.answer(text, "en", None)
    assert second.detector.guess("děkuji za odpověď") == first.detector.guess("děkuji za odpověď")


def test_an_edited_article_is_built_again(settings: Settings, building: list[int]) -> None:
    fresh(settings).load()
    article = next(Path(settings.knowledge.path).glob("articles/*/en.md"))
    article.write_text(article.read_text("utf-8") + "\nOne more line.\n", "utf-8")
    live = fresh(settings).load()
    assert len(building) == 2
    assert "One more line." in live.entries[article.parent.name].articles["en"].body


def test_other_company_values_are_proven_again(settings: Settings, building: list[int]) -> None:
    fresh(settings).load()
    fresh(settings.model_copy(update={"company": Company(name="Other")})).load()
    assert len(building) == 2


def test_a_later_load_reads_the_files(settings: Settings, building: list[int]) -> None:
    knowledge = fresh(settings)
    knowledge.install(knowledge.load())
    knowledge.load()
    assert len(building) == 2


def test_stored_thresholds_are_part_of_the_mark(tmp_path: Path) -> None:
    before = mark_of_knowledge(tmp_path, tmp_path / "calibration.json", [])
    (tmp_path / "calibration.json").write_text("{}", "utf-8")
    assert mark_of_knowledge(tmp_path, tmp_path / "calibration.json", []) != before


def test_a_folder_that_can_not_be_written_costs_only_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", "utf-8")
    assert kept(tmp_path / "file" / "some.image", "mark", str, lambda: "built") == "built"
