"""Running `python -m bot …` within the test, in a folder of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner, Result

from bot.__main__ import main
from tests.fakes.knowledge import write_folder

Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small knowledge base that can be broken."""
    return write_folder(tmp_path / "kb")


@pytest.fixture
def bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """`bot("kb", "check")` runs the command; words are found without the encoder, nothing is left outside tmp_path."""
    monkeypatch.chdir(tmp_path)
    environ = {"AFTERCARE_KNOWLEDGE_ENCODER": "none", "AFTERCARE_STORAGE_URL": f"sqlite:///{tmp_path}/aftercare.db"}

    def run(*words: str, said: str | None = None, **more: str) -> Result:
        extra = {f"AFTERCARE_{name.upper()}": value for name, value in more.items()}
        return CliRunner().invoke(main, list(words), input=said, env=environ | extra, prog_name="python -m bot")

    yield run
    structlog.reset_defaults()  # the command line has set up its own


@pytest.fixture
def small(bot: Run, folder: Path) -> Run:
    """The same with the small knowledge base."""

    def run(*words: str, **more: str) -> Result:
        return bot(*words, **{"knowledge_path": str(folder), "company_languages": "en,cs,kk", **more})

    return run
