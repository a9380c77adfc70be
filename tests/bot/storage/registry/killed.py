"""An import that is killed at a step of it: `kill -9` before the n-th statement, before or behind a commit.

A host process has imported everything; it reads a line, forks, and the child ends at that step, or with "done".
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.fakes.process import ROOT

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ROWS = 7  # in a batch: many of them in a small file


class Host:
    """Imports a file again and again, each time in a process of its own."""

    def __init__(self, file: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bot.storage.registry.killed", str(file)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run(self, url: str, refused: Path, step: int) -> bool:
        """Import, killed at this step; whether it came to its end before."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{url}\t{refused}\t{step}\n")
        self._process.stdin.flush()
        said = self._process.stdout.readline().strip()
        assert said in ("killed", "done"), said
        return said == "done"

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()


def host(file: Path) -> None:
    import bot.importing
    import bot.storage.registry.importing

    bot.importing.ROWS = ROWS
    for line in sys.stdin:
        child = os.fork()
        if not child:
            url, refused, step = line.split("\t")
            _import(url, file, Path(refused), int(step))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        said = {0: "done", signal.SIGKILL: "killed"}.get(status, f"failed with {status}")
        sys.stdout.write(f"{said}\n")
        sys.stdout.flush()


def _import(url: str, file: Path, refused: Path, steps: int) -> None:
    from sqlalchemy import Engine, event

    from bot.importing import import_file
    from bot.registering.rows import Sheet
    from bot.registering.serials import Serials

    left = steps

    def step(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", step)
    event.listen(Engine, "commit", step)
    import_file(url, Sheet(file), Serials(), lambda: NOON, UTC, refused=refused, moved=step)


if __name__ == "__main__":
    host(Path(sys.argv[1]))
