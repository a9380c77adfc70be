"""The real bot as a process of its own, to be killed and started again."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def small_knowledge(folder: Path) -> Path:
    """A knowledge base of ten of the shipped entries: it is read quickly."""
    shipped = ROOT / "knowledge_base"
    for entry in sorted(path.name for path in (shipped / "articles").iterdir())[:10]:
        shutil.copytree(shipped / "articles" / entry, folder / "articles" / entry)
    if (shipped / "products").is_dir():
        shutil.copytree(shipped / "products", folder / "products")
    return folder


class Bot:
    """`python -m bot` on a free port, with everything it keeps below `folder`. No limits, no encoder.

    `more` are sections of the settings besides.
    """

    def __init__(self, folder: Path, more: str = "") -> None:
        self.database = folder / "aftercare.db"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "log.txt"
        self._config = folder / "config.toml"
        self._config.write_text(
            f'[storage]\nurl = "sqlite:///{self.database}"\n[web]\nport = {self.port}\n'
            f'[knowledge]\npath = "{small_knowledge(folder / "knowledge")}"\ncache = "{folder / "cache"}"\n'
            f'encoder = "none"\n[limits]\nvisitor_per_minute = 0\naddress_per_minute = 0\n{more}',
            "utf-8",
        )
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process; it is not ready yet."""
        environ = {name: value for name, value in os.environ.items() if not name.startswith("AFTERCARE_")}
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot", "--config", str(self._config)],
                cwd=ROOT, stdout=log, stderr=log, env=environ,
            )  # fmt: skip

    def wait(self, seconds: float = 60) -> None:
        """Wait until it answers questions. Raises AssertionError with its log where it ends instead."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            assert self._process is not None
            assert self._process.poll() is None, f"the bot ended: {self.log.read_text('utf-8')[-2000:]}"
            try:
                with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as answer:  # noqa: S310 - our own
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.02)
        raise AssertionError(f"the bot was not ready after {seconds} s")

    def kill(self) -> None:
        """kill -9."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> tuple[int, float]:
        """SIGTERM: exit status, and the seconds it took."""
        assert self._process is not None
        started = time.monotonic()
        self._process.send_signal(signal.SIGTERM)
        status = self._process.wait(30)
        return status, time.monotonic() - started

    def end(self) -> None:
        """Whatever state it is in, it does not outlive the test."""
        if self._process is not None and self._process.poll() is None:
            self.kill()
