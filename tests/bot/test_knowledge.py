"""The knowledge base in service: an edit is live within a second, as a whole, and a broken one changes nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot import metrics
from bot.app import Mind, build_mind
from bot.knowledge import Knowledge
from knowledge_base.decision import Answer
from tests.fakes.encoder import HashEncoder
from tests.fakes.knowledge import article, write_folder
from tests.fakes.services import loaded, settings_for

LIVE_S = 1.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "kb")


@pytest.fixture
def mind(folder: Path, tmp_path: Path) -> Mind:
    return loaded(build_mind(settings_for(tmp_path, knowledge_path=str(folder), company_languages="en,cs,kk")))


@asynccontextmanager
async def watching(knowledge: Knowledge) -> AsyncIterator[None]:
    task = asyncio.create_task(knowledge.run())
    await asyncio.sleep(0.05)
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await knowledge.close()


async def until(true: Callable[[], Any]) -> float:
    """Seconds until it is true, at most a good second."""
    started = time.monotonic()
    while not true():
        assert time.monotonic() - started < LIVE_S, f"not within {LIVE_S} s"
        await asyncio.sleep(0.01)
    return time.monotonic() - started


def text(mind: Mind, slug: str = "leaks", language: str = "en") -> str:
    page = mind.knowledge.page(slug, language)
    assert page is not None
    return page.text


async def test_an_edit_is_live_within_a_second_and_found_by_its_new_words(mind: Mind, folder: Path) -> None:
    file = folder / "articles/leaks/en.md"
    async with watching(mind.knowledge):
        file.write_text(article("Burst hose", "the hose has burst", "Close the main tap."), "utf-8")
        await until(lambda: text(mind) == "Close the main tap.")
        await until(lambda: mind.knowledge.live.index.lexical_answer("the hose has burst", "en"))
    assert (await mind.knowledge.ask("the hose has burst", "en")).entry == "leaks"
    assert (await mind.knowledge.ask("voda na podlaze", "cs")).entry == "leaks"


async def test_a_new_entry_and_a_deleted_one(mind: Mind, folder: Path) -> None:
    async with watching(mind.knowledge):
        for language in ("en", "cs", "kk"):
            (folder / f"articles/hours/{language}.md").unlink()
        new = folder / "articles/coupon/en.md"
        new.parent.mkdir()
        new.write_text(article("Coupons", "how do I use a coupon", "Type the code."), "utf-8")
        await until(lambda: set(mind.knowledge.live.entries) == {"leaks", "repair", "coupon"})
        await until(lambda: mind.knowledge.live.index.lexical_answer("how do I use a coupon", "en"))
    assert mind.knowledge.page("hours", "en") is None


async def test_a_broken_edit_keeps_the_old_text_and_says_where(mind: Mind, folder: Path) -> None:
    file = folder / "articles/leaks/en.md"
    before = text(mind)
    with capture_logs() as logs:
        async with watching(mind.knowledge):
            file.write_text(article("Leaks", "water", "Call {{ company.fax }}."), "utf-8")
            await until(lambda: any(log["event"] == "article_broken" for log in logs))
    said = next(log for log in logs if log["event"] == "article_broken")
    assert (said["file"], said["line"], said["log_level"]) == (str(file), 10, "error")
    assert said["why"] == "unknown variable company.fax; add it to [company.values]"
    assert text(mind) == before
    assert (await mind.knowledge.ask("water on the floor", "en")).entry == "leaks"


async def test_a_broken_edit_beside_a_good_one_stops_only_itself(mind: Mind, folder: Path) -> None:
    before = text(mind)
    async with watching(mind.knowledge):
        (folder / "articles/leaks/en.md").write_text("---\n", "utf-8")
        (folder / "articles/hours/en.md").write_text(article("Hours", "when", "Always open."), "utf-8")
        await until(lambda: text(mind, "hours") == "Always open.")
    assert text(mind) == before


async def test_mended_after_broken(mind: Mind, folder: Path) -> None:
    file = folder / "articles/leaks/en.md"
    async with watching(mind.knowledge):
        file.write_text("---\n", "utf-8")
        await until(lambda: mind.knowledge.live.library.problems)
        file.write_text(article("Leaks", "water", "Mended."), "utf-8")
        await until(lambda: text(mind) == "Mended.")
        await until(lambda: not mind.knowledge.live.library.problems)


async def test_a_word_list_of_products_that_can_not_be_read_leaves_everything_as_it_is(
    mind: Mind, folder: Path
) -> None:
    with capture_logs() as logs:
        async with watching(mind.knowledge):
            (folder / "products/en.toml").write_text("washing-machine = [", "utf-8")
            await until(lambda: any(log["event"] == "reload_failed" for log in logs))
    assert mind.knowledge.page("leaks", "en") is not None


async def test_nobody_ever_sees_half_of_two_states(mind: Mind, folder: Path) -> None:
    """Title and text of one article change together, however often they change while people read."""
    file, seen = folder / "articles/leaks/en.md", set()
    async with watching(mind.knowledge):
        for number in range(4):
            file.write_text(article(f"Title {number}", "water on the floor", f"Text {number}"), "utf-8")
            ends = time.monotonic() + 0.5
            while time.monotonic() < ends:
                page = mind.knowledge.page("leaks", "en")
                assert page is not None
                seen.add((page.title, page.text))
                await asyncio.sleep(0.001)
    assert {pair for pair in seen if pair[0].startswith("Title")} <= {(f"Title {n}", f"Text {n}") for n in range(4)}
    assert len(seen) > 2


async def test_a_missing_translation_is_shown_in_the_default_language_first(mind: Mind, folder: Path) -> None:
    (folder / "articles/leaks/kk.md").unlink()
    loaded(mind)
    page = mind.knowledge.page("leaks", "kk")
    assert page is not None
    assert (page.language, page.title) == ("en", "Washing machine leaks")
    assert page.related == ("repair",)


async def test_equal_questions_get_equal_answers_and_the_question_itself_is_not_kept(mind: Mind) -> None:
    first = await mind.knowledge.ask("my floor is wet", "en")
    assert await mind.knowledge.ask("my floor is wet", "en") == first
    assert "wet" not in repr(vars(mind.knowledge))


async def test_what_was_remembered_is_forgotten_with_the_next_load(mind: Mind, folder: Path) -> None:
    assert (await mind.knowledge.ask("water on the floor", "en")).entry == "leaks"
    (folder / "articles/leaks/en.md").write_text(article("Leaks", "drips", "Text."), "utf-8")
    (folder / "articles/hours/en.md").write_text(article("Hours", "water on the floor", "Text."), "utf-8")
    await mind.knowledge.reload()
    assert (await mind.knowledge.ask("water on the floor", "en")).entry == "hours"


async def test_without_its_encoder_the_bot_answers_by_words(mind: Mind, monkeypatch: pytest.MonkeyPatch) -> None:
    from knowledge_base.encoder import EncoderMissing

    def missing(name: str, cache: Path) -> Any:
        raise EncoderMissing("the weights are missing; do this")

    monkeypatch.setattr("bot.knowledge.load_encoder", missing)
    mind.knowledge._encoder_name = "e5+muse"
    with capture_logs() as logs:
        await mind.knowledge.start_encoder()
    assert [log["why"] for log in logs if log["event"] == "encoder_missing"] == ["the weights are missing; do this"]
    assert not mind.knowledge.encoder_ready
    assert (await mind.knowledge.ask("water on the floor", "en")).entry == "leaks"


async def test_an_unchanged_knowledge_base_is_embedded_once(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoders: list[HashEncoder] = []

    def load(name: str, cache: Path) -> HashEncoder:
        encoders.append(HashEncoder())
        return encoders[-1]

    monkeypatch.setattr("bot.knowledge.load_encoder", load)
    for _ in range(2):
        settings = settings_for(
            tmp_path, knowledge_path=str(folder), company_languages="en,cs,kk", knowledge_encoder="e5+muse"
        )
        mind = loaded(build_mind(settings))
        await mind.knowledge.start_encoder()
        assert mind.knowledge.encoder_ready
        await mind.knowledge.close()
    assert len(encoders[0].seen) > 10
    assert encoders[1].seen == []


async def test_questions_are_counted_by_the_stage_that_answered(mind: Mind, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.knowledge.load_encoder", lambda name, cache: HashEncoder())
    mind.knowledge._encoder_name = "e5+muse"
    before = by_stage()
    await mind.knowledge.ask("the floor is all wet", "en")
    await mind.knowledge.start_encoder()
    for question in ("water on the floor", "the floor is all wet", "the floor is all wet"):
        await mind.knowledge.ask(question, "en")
    await mind.knowledge.close()
    counted = {stage: count - before.get(stage, 0) for stage, count in by_stage().items()}
    assert counted == {"words": 1, "lexical": 1, "encoder": 1, "remembered": 1}


def by_stage() -> dict[str, float]:
    """Questions answered so far in this process, by stage."""
    [searches] = metrics.SEARCH_SECONDS.collect()
    return {one.labels["stage"]: one.value for one in searches.samples if one.name.endswith("_count")}


@pytest.mark.parametrize("real", [False, pytest.param(True, marks=pytest.mark.encoder)])
async def test_caches_cold_or_warm_the_answers_are_the_same(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, real: bool
) -> None:
    """Nothing cached; then the whole index read as an image; then built again from cached vectors."""
    if not real:
        monkeypatch.setattr("bot.knowledge.load_encoder", lambda name, cache: HashEncoder())
    found = [await answers_of_a_new_start(folder, tmp_path) for _ in range(2)]
    for image in (tmp_path / "cache").glob("*.image"):
        image.unlink()
    found.append(await answers_of_a_new_start(folder, tmp_path))
    assert found[0] == found[1] == found[2]
    assert not any(answer.skipped_encoder for answer in found[0])


async def answers_of_a_new_start(folder: Path, tmp_path: Path) -> list[Answer]:
    """What a bot that was just started says; every figure of it."""
    environ = {"knowledge_path": str(folder), "company_languages": "en,cs,kk", "knowledge_encoder": "e5+muse"}
    knowledge = loaded(build_mind(settings_for(tmp_path, **environ))).knowledge
    await knowledge.start_encoder()
    questions = (("it drips out of my washer", "en"), ("kde si dám spravit pračku", "cs"), ("сағат нешеде", "kk"))
    found = [await knowledge.ask(text, language) for text, language in questions]
    await knowledge.close()
    return found
