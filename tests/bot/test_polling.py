"""Long polling: nothing is confirmed before it is stored, no trouble ends it, and an old offset is never used."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
import structlog

from bot import polling as module
from bot.polling import Poller, PollFailed
from bot.storage.updates import Raw
from bot.storage.writer import StorageAway
from tests.fakes.spine import until


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST_PAUSE_S", 0.01)


class Line:
    """Telegram's side: answers polls from a list, then holds them; keeps the offsets it was asked with."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.offsets: list[int | None] = []
        self.stored: list[int] = []
        self.away = 0  # times the database will be away

    async def get_updates(self, offset: int | None) -> list[Raw]:
        self.offsets.append(offset)
        if not self.answers:
            await asyncio.Event().wait()
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return [{"update_id": number} for number in answer]

    async def receive(self, raws: Sequence[Raw]) -> None:
        if self.away and raws:
            self.away -= 1
            raise StorageAway("away")
        self.stored += [raw["update_id"] for raw in raws]


@asynccontextmanager
async def polling(line: Line) -> AsyncIterator[Callable[[], bool]]:
    task = asyncio.create_task(Poller("telegram", line.get_updates, line.receive).run())
    yield lambda: not line.answers
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def asked(line: Line, polls: int) -> list[int | None]:
    async with polling(line):
        await until(lambda: len(line.offsets) == polls)
    return line.offsets


async def test_the_offset_confirms_what_is_stored_once_and_is_then_forgotten() -> None:
    """After a quiet week the numbers begin anywhere: an offset kept over it would confirm what nobody has seen."""
    line = Line([5, 7, 6], [], [], [3], [])
    assert await asked(line, 6) == [None, 8, None, None, 4, None]
    assert line.stored == [5, 7, 6, 3]


async def test_what_could_not_be_stored_is_not_confirmed() -> None:
    line = Line([5], [5], [6], [6], [])
    line.away = 1
    assert await asked(line, 6) == [None, None, 6, 7, 7, None]
    assert line.stored == [5, 6, 6]  # the second time it is a duplicate: see Updates


async def test_trouble_pauses_and_ends_nothing() -> None:
    troubles = [PollFailed("409"), PollFailed("line"), ValueError("our own mistake"), TimeoutError()]
    line = Line(*troubles, [1])
    with structlog.testing.capture_logs() as logs:
        assert await asked(line, 6) == [None] * 5 + [2]
    assert [entry["seconds"] for entry in logs] == [0.01, 0.02, 0.04, 0.08]
    assert [entry["why"].split(" at ")[0] for entry in logs] == ["409", "line", "ValueError", "TimeoutError"]
    assert "mistake" not in str(logs)


async def test_retry_after_is_obeyed_and_pauses_have_an_end() -> None:
    poller = Poller("telegram", Line(PollFailed("429", retry_after=7), *[PollFailed("502")] * 20).get_updates, never)
    with structlog.testing.capture_logs():
        pauses = [await poller._poll() for _ in range(21)]
    assert pauses[0] == 7
    assert max(pauses[1:]) == pauses[-1] <= module.LONGEST_PAUSE_S


async def never(raws: Sequence[Raw]) -> None:
    raise AssertionError("nothing was to be received")


async def test_a_poll_that_waits_is_given_up_at_once() -> None:
    line = Line()
    async with polling(line):
        await until(lambda: line.offsets)
        began = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - began < 0.5
