"""Ten thousand entries: memory, and the time until they can be asked again. Run as a process of its own per step.

Vectors are random: neither size nor time depends on what they say.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import click
import numpy as np
import psutil
from numpy.typing import NDArray

from bot.memory import give_back
from knowledge_base.image import read_image, write_image
from knowledge_base.index import Index
from knowledge_base.vectors import VectorCache
from tests.benchmarks.measured import Measured
from tests.benchmarks.questions import made, shipped
from tests.benchmarks.serving import ROOT, workplace

ENTRIES = 10_000
LOADED_S = 2.0
MARK = "ten thousand"


class RandomEncoder:
    """As wide as the real one."""

    name, dimensions = "random-384", 384

    def __init__(self) -> None:
        self._chance = np.random.default_rng(1)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = self._chance.standard_normal((len(texts), self.dimensions), np.float32)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def measure() -> list[Measured]:
    """Built twice, the second time from cached vectors as `kb test` does, then read as a restarted bot does."""
    with workplace() as folder:
        first, again, loaded = (_step(name, folder) for name in ("build", "build", "load"))
    where = f"{ENTRIES:,} entries, {first['texts']:,} texts"
    seconds = loaded["seconds"]
    return [
        Measured(f"Index built from cached vectors, {where}", f"{again['seconds']:.1f} s"),
        Measured(f"Index read from its image, {where}", f"{seconds:.2f} s", f"at most {LOADED_S:g} s",
                 seconds <= LOADED_S),
        Measured(f"Memory of an index, {where}", f"{loaded['mib']:.0f} MiB, {loaded['plain_mib']:.0f} MiB of them "
                 "without the encoder's vectors"),
    ]  # fmt: skip


def _step(name: str, folder: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks.big", name, str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-1000:])
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def build(folder: Path) -> dict[str, float]:
    """Build from entries and whatever vectors are cached; keep the image."""
    entries = made(shipped(), ENTRIES)
    started = time.perf_counter()
    index = Index.build(entries, RandomEncoder(), VectorCache(folder / "vectors.bin"))
    seconds = time.perf_counter() - started
    write_image(folder / "index.image", MARK, index)
    return {"seconds": seconds, "texts": len(index.texts)}


def load(folder: Path) -> dict[str, float]:
    """Read the image; how much the process grew by it."""
    before = psutil.Process().memory_info().rss
    started = time.perf_counter()
    index = read_image(folder / "index.image", MARK)
    seconds = time.perf_counter() - started
    give_back()
    grown = (psutil.Process().memory_info().rss - before) / 2**20
    vectors = (index.dense.directions.nbytes + index.dense.centres.nbytes) / 2**20
    return {"seconds": seconds, "mib": grown, "plain_mib": grown - vectors}


@click.command()
@click.argument("step", type=click.Choice(["build", "load"]))
@click.argument("folder", type=click.Path(path_type=Path))
def main(step: str, folder: Path) -> None:
    """One step in this folder."""
    click.echo(json.dumps({"build": build, "load": load}[step](folder)))


if __name__ == "__main__":
    main()
