"""Durable turns per second over HTTP, beside the plain way: an ORM session and a commit for every message."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.benchmarks import plain
from tests.benchmarks.measured import Measured, quantile
from tests.benchmarks.questions import certain, shipped
from tests.benchmarks.serving import ROOT, Served, served, workplace

VISITORS = 100
SECONDS = 10.0
WAYS = {"poll": "POST and long poll", "socket": "WebSocket"}


def measure() -> list[Measured]:
    """Both ways in, and the plain version, one after the other in the same run."""
    with workplace() as folder:
        questions = folder / "questions.json"
        questions.write_text(json.dumps(certain(shipped())), "utf-8")
        with served(folder) as bot:
            runs = {way: _run(bot, way, questions) for way in WAYS}
        slow = plain.turns_per_second(folder / "plain.db", json.loads(questions.read_text("utf-8")), VISITORS, SECONDS)
    lines = [_line(WAYS[way], run) for way, run in runs.items()]
    best = max(runs, key=lambda way: runs[way]["turns"])
    rate = runs[best]["turns"] / SECONDS
    lines.append(Measured("The same rows, ORM and a commit per message (aiosqlite)", f"{slow:.0f} turns/s"))
    times = f"{rate / slow:.1f} times"
    lines.append(Measured(f"{WAYS[best]} against ORM", times, "at least 10 times", rate >= 10 * slow))
    lines.append(Measured(f"Durable turns, {WAYS[best]}", f"{rate:.0f} turns/s", "at least 1,000/s", rate >= 1000))
    return lines


def _run(bot: Served, way: str, questions: Path) -> dict[str, Any]:
    """One way for SECONDS; fails where an answer was wrong or a turn is not in the database's count."""
    command = [sys.executable, "-m", "tests.benchmarks.load", "--way", way, "--port", str(bot.port)]
    command += ["--visitors", str(VISITORS), "--seconds", str(SECONDS), "--questions", str(questions)]
    turns, cpu = bot.metric(TURNS), bot.cpu
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-1000:])
    found: dict[str, Any] = json.loads(done.stdout)
    if found["wrong"]:
        raise RuntimeError(f"{found['wrong']} answers were not answers to what was asked")
    recorded = bot.metric(TURNS) - turns
    return found | {"server_ms": (bot.cpu - cpu) * 1000 / recorded, "client_ms": found["cpu"] * 1000 / recorded}


TURNS = 'aftercare_turns_total{channel="website"}'


def _line(way: str, run: dict[str, Any]) -> Measured:
    p50, p99 = (quantile(run["latencies"], share) * 1000 for share in (0.5, 0.99))
    figure = (
        f"{run['turns'] / SECONDS:.0f} turns/s; p50 {p50:.0f} ms, p99 {p99:.0f} ms; "
        f"CPU a turn {run['server_ms']:.2f} ms (generator {run['client_ms']:.2f} ms)"
    )
    return Measured(f"{VISITORS} visitors, {way}", figure)
