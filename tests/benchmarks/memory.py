"""Memory of the process without and with the encoder, and of each open WebSocket."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from pathlib import Path

from tests.benchmarks.measured import Measured
from tests.benchmarks.serving import ROOT, Served, served, workplace

SOCKETS = 5_000
SETTLED_S = 3.0
ENCODER_S = 240.0  # a first start embeds the whole knowledge base
PLAIN, ENCODED, SOCKET = 90, 300, 20  # MiB, MiB, KiB


def measure() -> list[Measured]:
    """Each of a start with caches warm."""
    lines = []
    with workplace() as folder:
        with served(folder):
            time.sleep(SETTLED_S)
        with served(folder) as bot:
            time.sleep(SETTLED_S)
            lines.append(_process("without the encoder", bot.rss, PLAIN))
            lines.append(_sockets(bot))
        _with_encoder(folder)
        lines.append(_process("with the encoder", _with_encoder(folder), ENCODED))
    return lines


def _process(which: str, rss: float, most: int) -> Measured:
    return Measured(f"Resident memory {which}", f"{rss:.0f} MiB", f"at most {most} MiB", rss <= most)


def _with_encoder(folder: Path) -> float:
    with served(folder, "e5+muse") as bot:
        deadline = time.monotonic() + ENCODER_S
        while not bot.metric("aftercare_encoder_up") and time.monotonic() < deadline:
            time.sleep(1)
        time.sleep(SETTLED_S)
        return bot.rss


def _sockets(bot: Served) -> Measured:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = min(SOCKETS, (hard if hard > 0 else SOCKETS * 2) - 500)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most + 200), hard))
    resource.prlimit(bot.process.pid, resource.RLIMIT_NOFILE, (max(soft, most + 200), hard))
    before = bot.rss
    command = [sys.executable, "-m", "tests.benchmarks.load", "--way", "idle", "--port", str(bot.port)]
    command += ["--visitors", str(most), "--seconds", "15"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as load:
        line = load.stdout.readline() if load.stdout else ""
        if "open" not in line:
            raise RuntimeError("the sockets did not open")
        time.sleep(SETTLED_S)
        held = bot.metric("aftercare_websockets")
        each = (bot.rss - before) * 1024 / max(held, 1)
        load.terminate()
    return Measured(f"Each of {held:.0f} idle WebSockets", f"{each:.1f} KiB", f"at most {SOCKET} KiB", each <= SOCKET)
