"""The architecture is what pyproject.toml says: `lint-imports` finds nothing, and it does find what is wrong."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def lint(folder: Path) -> tuple[int, str]:
    """Exit status and output of lint-imports on the tree in a folder."""
    done = subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The code alone, to be spoiled."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in ("bot", "handlers", "knowledge_base"):
        for file in (ROOT / package).rglob("*.py"):
            target = tmp_path / file.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, target)
    return tmp_path


def test_imports_go_one_way_and_every_library_stays_where_it_belongs() -> None:
    status, said = lint(ROOT)
    assert status == 0, said


@pytest.mark.server
@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("knowledge_base/text.py", "import handlers.words", "imports go one way"),
        ("handlers/words.py", "import bot.ports", "imports go one way"),
        ("bot/worker.py", "import sqlalchemy", "Only bot.storage knows SQLAlchemy"),
        ("bot/channels/website.py", "import aiogram", "Only bot.channels.telegram knows aiogram"),
        ("bot/app.py", "import telegram", "Only bot.desk.telegram knows"),
        ("handlers/topics/faq.py", "import handlers.topics.start", "Topics do not know each other"),
        ("bot/channels/website.py", "import bot.channels.console", "Channels do not know each other"),
        ("handlers/voice.py", "import aiohttp", "touch no network"),
        ("knowledge_base/index.py", "import click", "touch no network"),
        ("handlers/router.py", "import asyncio", "wait for nobody"),
    ],
)
def test_a_wrong_import_is_found(copy: Path, file: str, line: str, contract: str) -> None:
    """Shows that each contract can fail."""
    path = copy / file
    path.write_text(f"{path.read_text('utf-8')}\n{line}\n", "utf-8")
    status, said = lint(copy)
    assert status == 1
    broken = [words for words in said.splitlines() if "BROKEN" in words]
    assert any(contract in words for words in broken), said
