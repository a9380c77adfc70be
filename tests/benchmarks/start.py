"""From the start of the process to the first answer."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from tests.benchmarks.measured import Measured
from tests.benchmarks.serving import ROOT, Served, served, workplace, write_config

QUESTION = "How long is the warranty?"
FIRST_S = 1.5


def measure() -> list[Measured]:
    """Cold (nothing cached), then the best of three with caches warm; then `ask`."""
    with workplace() as folder:
        cold = _start(folder)
        warm = min(_start(folder) for _ in range(3))
        config = write_config(folder, "none")
        ask = min(_ask(config) for _ in range(3))
    return [
        Measured("Start to first answer, nothing cached", f"{cold:.2f} s"),
        Measured("Start to first answer, caches warm", f"{warm:.2f} s", f"at most {FIRST_S} s", warm <= FIRST_S),
        Measured("`ask`, caches warm", f"{ask:.2f} s"),
    ]


def _start(folder: Path) -> float:
    started = time.perf_counter()
    with served(folder) as bot:
        token = _call(bot, "/api/v1/visitors", {})["token"]
        seq = _call(bot, "/api/v1/messages", {"id": "first", "text": QUESTION, "language": "en"}, token)["seq"]
        found = _call(bot, f"/api/v1/messages?after={seq}&wait=20", None, token)["messages"]
        seconds = time.perf_counter() - started
    if found[0]["author"] != "bot":
        raise RuntimeError(f"no answer: {found}")
    return seconds


def _call(bot: Served, path: str, body: dict[str, Any] | None, token: str = "") -> Any:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    content = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"http://{bot.host}:{bot.port}{path}", content, headers)
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        return json.load(answer)


def _ask(config: Path) -> float:
    started = time.perf_counter()
    command = [sys.executable, "-m", "bot", "--config", str(config), "ask", QUESTION, "--json"]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    return time.perf_counter() - started
