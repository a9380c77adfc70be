"""The bot as a process of its own, on a free port, with its database in a folder of its own."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psutil

ROOT = Path(__file__).parents[2]
# As an installation without the tools of the tests runs it: structlog loads rich where it finds it.
PLAINLY = "import runpy, sys; sys.modules['rich'] = None; runpy.run_module('bot', run_name='__main__', alter_sys=True)"
PATIENCE_S = 120.0  # a first start reads the whole knowledge base


@dataclass(frozen=True, slots=True)
class Served:
    """A running bot."""

    process: psutil.Process
    host: str
    port: int

    @property
    def cpu(self) -> float:
        """CPU seconds it has used."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    @property
    def rss(self) -> float:
        """Resident memory in MiB."""
        return float(self.process.memory_info().rss / 2**20)

    def fetch(self, path: str) -> str:
        """The body of a GET."""
        with urllib.request.urlopen(f"http://{self.host}:{self.port}{path}", timeout=PATIENCE_S) as answer:
            return str(answer.read().decode())

    def metric(self, name: str) -> float:
        """A value of /metrics; 0 where it is not there."""
        for line in self.fetch("/metrics").splitlines():
            if line.startswith(f"{name} "):
                return float(line.rpartition(" ")[2])
        return 0.0


def write_config(folder: Path, encoder: str) -> Path:
    """Settings for measuring: no limits, everything in this folder."""
    path = folder / "config.toml"
    path.write_text(
        f'[storage]\nurl = "sqlite:///{folder}/data/aftercare.db"\n[web]\nport = 0\n'
        f'[knowledge]\nencoder = "{encoder}"\ncache = "{folder}/data/cache"\n'
        "[limits]\nvisitor_per_minute = 0\naddress_per_minute = 0\n",
        "utf-8",
    )
    return path


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="aftercare-benchmark-") as name:
        yield Path(name)


@contextmanager
def served(folder: Path, encoder: str = "none") -> Iterator[Served]:
    """A bot that listens; stopped at the end as an operator would."""
    command = [sys.executable, "-c", PLAINLY, "--config", str(write_config(folder, encoder))]
    started = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    try:
        yield _listening(started)
    finally:
        started.send_signal(signal.SIGTERM)
        started.communicate(timeout=30)


def _listening(started: subprocess.Popen[str]) -> Served:
    deadline = time.monotonic() + PATIENCE_S
    seen = []
    while time.monotonic() < deadline and (line := started.stderr.readline() if started.stderr else ""):
        seen.append(line)
        event = json.loads(line) if line.startswith("{") else {}
        if event.get("event") == "listening":
            parts = urlsplit(event["url"])
            return Served(psutil.Process(started.pid), parts.hostname or "", parts.port or 0)
    raise RuntimeError(f"the bot did not listen: {''.join(seen)[-500:]}")
