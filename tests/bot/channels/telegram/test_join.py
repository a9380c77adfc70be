"""Joining the bot: only with a token, and nothing of the framework is loaded without one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CODE = """
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from bot.app import App, build_mind
from bot.commands.run import open_doors
from bot.doors import find_channels
from bot.settings import Settings
from bot.storage.store import Store

settings = Settings(storage={"url": "sqlite:///bot.db"})
app = App(settings, build_mind(settings), Store(settings.storage.url))
doors = open_doors(app, Path("."), AsyncExitStack())
app.store.close()
assert "telegram" in find_channels() and not app.channels and len(doors) == 1
print(sorted(name for name in sys.modules if name.split(".")[0] in ("aiogram", "telegram")))
"""


def test_without_a_token_the_framework_is_not_loaded(tmp_path: Path) -> None:
    """It takes seconds and tens of megabytes."""
    root = Path(__file__).parents[4]
    done = subprocess.run(
        [sys.executable, "-c", CODE], cwd=tmp_path, env={"PYTHONPATH": str(root)}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"
