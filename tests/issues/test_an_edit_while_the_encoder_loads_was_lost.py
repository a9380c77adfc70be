"""The first start makes vectors for a minute. An article edited in that minute stayed old until its next edit."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.app import build_mind
from tests.fakes.encoder import HashEncoder
from tests.fakes.knowledge import article, write_folder
from tests.fakes.services import loaded, settings_for
from tests.fakes.spine import until


class SlowEncoder(HashEncoder):
    """Encodes nothing until it may."""

    def __init__(self) -> None:
        super().__init__()
        self.may = threading.Event()

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.may.wait(10)
        return super().encode(texts)


async def test_an_edit_while_the_encoder_loads_is_live_at_once_and_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = SlowEncoder()
    monkeypatch.setattr("bot.knowledge.load_encoder", lambda name, cache: encoder)
    folder = write_folder(tmp_path / "kb")
    settings = settings_for(
        tmp_path, knowledge_path=str(folder), company_languages="en,cs,kk", knowledge_encoder="e5+muse"
    )
    knowledge = loaded(build_mind(settings)).knowledge
    running = asyncio.create_task(knowledge.run())

    def shown() -> str:
        page = knowledge.page("leaks", "en")
        return page.text if page is not None else ""

    (folder / "articles/leaks/en.md").write_text(article("Leaks", "water on the floor", "Edited."), "utf-8")
    await until(lambda: shown() == "Edited.", 2)
    assert not knowledge.encoder_ready
    encoder.may.set()
    await until(lambda: knowledge.encoder_ready, 5)
    assert shown() == "Edited."
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await knowledge.close()
