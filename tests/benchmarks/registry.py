"""A million devices: how fast a file of them comes in, what memory that takes, how long a look-up takes afterwards."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil

from tests.benchmarks.measured import Measured, quantile
from tests.benchmarks.serving import ROOT, workplace

ROWS = 1_000_000
LOOK_UPS = 5_000
SEED = 20261122
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
HEADER = ("serial", "product", "model", "made_on", "purchased_on", "delivered_on", "country", "buyer", "invoice",
          "email", "warranty_months", "repair_claimed_on", "repair_returned_on")  # fmt: skip
GROWN, PEAK, SLOWEST = 16, 200, 50  # MiB, MiB, ms


def measure() -> list[Measured]:
    """The import in a process of its own, so that its memory is its own; then look-ups."""
    with workplace() as folder:
        file, url = folder / "devices.csv", f"sqlite:///{folder / 'aftercare.db'}"
        with file.open("w", encoding="utf-8") as out:
            out.writelines(_lines())
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.registry", str(file), url],
            cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return [*_import_lines(json.loads(done.stdout)), *_look_up_lines(url)]


def _lines() -> Iterator[str]:
    dice = random.Random(SEED)
    yield ";".join(HEADER) + "\n"
    for number, serial in enumerate(_serials()):
        bought = date(2023, 1, 1) + timedelta(days=dice.randrange(1_200))
        days = [bought + timedelta(days=more) for more in (-60, 0, 2, 30, 40)]
        repair = (days[3], days[4]) if number % 20 == 0 else ("", "")
        yield (
            f"{serial};washing machine;Alma W{dice.randrange(400)};{days[0]};{days[1]};{days[2]};CZ;consumer;"
            f"F{number:08};c{number}@example.com;24;{repair[0]};{repair[1]}\n"
        )


def _serials() -> Iterator[str]:
    dice = random.Random(SEED)
    for _ in range(ROWS):
        yield "AW" + "".join(dice.choices(SIGNS, k=10))


def _import_lines(found: dict[str, Any]) -> Iterator[Measured]:
    rate = f"{found['rows'] / found['seconds']:.0f} rows/s; CPU a row {found['cpu'] * 1e6 / found['rows']:.0f} us"
    yield Measured(f"Import of {found['rows']:,} rows of {len(HEADER)} columns", rate)
    grown = found["rss_end"] - found["rss_half"]
    yield Measured("Memory the second half of it takes", f"{grown:.1f} MiB", f"at most {GROWN} MiB", grown <= GROWN)
    peak = found["rss_end"]
    yield Measured("Most memory of the importing process", f"{peak:.0f} MiB", f"at most {PEAK} MiB", peak <= PEAK)


def _look_up_lines(url: str) -> Iterator[Measured]:
    dice = random.Random(SEED)
    known = dice.sample(list(_serials()), LOOK_UPS)
    unknown = ["ZZ" + "".join(dice.choices(SIGNS, k=10)) for _ in range(LOOK_UPS)]
    hits, misses = _look_up_times(url, known, unknown)
    for what, times in (("is there", hits), ("is not", misses)):
        p50, p99 = (quantile(times, share) * 1000 for share in (0.5, 0.99))
        figure = f"p50 {p50:.2f} ms, p99 {p99:.2f} ms"
        kept = p99 <= SLOWEST
        yield Measured(f"Look-up among {ROWS:,} of a serial that {what}", figure, f"p99 at most {SLOWEST} ms", kept)


def _look_up_times(url: str, known: list[str], unknown: list[str]) -> tuple[list[float], list[float]]:
    """Seconds of each look-up, one that hits and one that misses in turn; everything that is asked in a talk."""
    from bot.storage.registry.devices import NOBODY, Found, look_up, proofs_of
    from bot.storage.store import ready_engine
    from handlers.rules.serials import skeletons

    engine = ready_engine(url)
    times: tuple[list[float], list[float]] = ([], [])
    with engine.connect().execution_options(reading=True) as connection:
        for pair in zip(known, unknown, strict=True):
            for serial, mine in zip(pair, times, strict=True):
                began = time.perf_counter()
                found, _ = look_up(connection, (serial,), skeletons(serial, ()))
                proofs_of(connection, found.device if isinstance(found, Found) else NOBODY)
                connection.rollback()
                mine.append(time.perf_counter() - began)
                if isinstance(found, Found) != (mine is times[0]):
                    raise RuntimeError("a look-up found what is not there, or did not find what is")
    engine.dispose()
    return times


def _import(file: Path, url: str) -> dict[str, float]:
    """What an import takes of this process."""
    from bot.importing import import_file
    from bot.registering.rows import Sheet
    from bot.registering.serials import Serials

    process = psutil.Process()
    sheet = Sheet(file)
    read, rss_half = 0, 0

    def moved(count: int) -> None:
        nonlocal read, rss_half
        read += count
        if not rss_half and read >= sheet.size / 2:
            rss_half = process.memory_info().rss

    began, cpu = time.perf_counter(), time.process_time()
    found = import_file(url, sheet, Serials(), lambda: datetime.now(UTC), UTC, refused=None, moved=moved)
    if found.refused:
        raise RuntimeError(f"refused: {found.shown}")
    return {
        "rows": found.rows, "seconds": time.perf_counter() - began, "cpu": time.process_time() - cpu,
        "rss_half": rss_half / 2**20, "rss_end": process.memory_info().rss / 2**20,
    }  # fmt: skip


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_import(Path(sys.argv[1]), sys.argv[2])))
