"""`chat` in a real terminal."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.fakes.knowledge import write_folder

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(sys.platform == "win32", reason="a pseudo terminal needs a POSIX system"),
]
ROOT = Path(__file__).parent.parent.parent.parent
PATIENCE_S = 30.0


class Terminal:
    """What a person at a terminal does: types a line, waits until something stands on the screen."""

    def __init__(self, folder: Path) -> None:
        import pty

        self._own, other = pty.openpty()
        environ = {
            **os.environ, "PYTHONPATH": str(ROOT), "AFTERCARE_KNOWLEDGE_ENCODER": "none",
            "AFTERCARE_KNOWLEDGE_PATH": str(write_folder(folder / "kb")), "AFTERCARE_COMPANY_LANGUAGES": "en,cs,kk",
        }  # fmt: skip
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", "chat", "--lang", "cs"],
            cwd=folder, env=environ, stdin=other, stdout=other, stderr=other, close_fds=True,
        )  # fmt: skip
        os.close(other)
        self.screen = ""

    def type(self, text: str) -> None:
        os.write(self._own, text.encode())

    def read_until(self, words: str) -> None:
        ends = time.monotonic() + PATIENCE_S
        while words not in self.screen:
            assert time.monotonic() < ends, f"{words!r} never came; the screen shows\n{self.screen}"
            self.screen += os.read(self._own, 65_536).decode("utf-8", "replace")

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._own)


def test_a_talk_in_a_terminal(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    try:
        terminal.read_until("Dobrý den!")
        terminal.type("voda na podlaze\n")
        terminal.read_until("Zavřete kohoutek. Viz oprava.")
        terminal.read_until("1. Ano, děkuji")
        terminal.type("1\n")
        terminal.read_until("To mě těší!")
        terminal.type("\x04")  # Ctrl-D
        assert terminal.process.wait(10) == 0
    finally:
        terminal.close()
