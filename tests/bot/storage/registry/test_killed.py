"""Killed at any step and run again: all of the file is in, and nothing twice. It must never lose or double a row."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.storage.store import Store
from tests.bot.storage.registry.contents import contents
from tests.bot.storage.registry.killed import ROWS, Host

pytestmark = pytest.mark.server

SEED = 20261122
FILE_ROWS = 120
WHOLE = 10_000  # more steps than there are


def written(path: Path) -> Path:
    """A file with everything in it that makes rows and bytes differ: quoted line ends, refused rows, repairs."""
    dice = random.Random(SEED)
    lines = ["serial;model;purchased_on;country;invoice;warranty_months;repair_claimed_on;label_code"]
    for number in range(FILE_ROWS):
        serial = f"AB{number % 90:03}K{number % 7}"
        model = '"Alma ""W""\r\n8; ž"' if number % 5 == 0 else "Alma W6"
        bought = "31.02.2026" if number % 11 == 0 else f"2024-0{1 + number % 9}-15"
        claimed = f"2026-0{1 + number % 9}-2{dice.randrange(9)}" if number % 3 == 0 else ""
        lines.append(f"{serial};{model};{bought};CZ;F{number};24;{claimed};CODE{number}")
        if number % 17 == 0:
            lines.append("")
    path.write_bytes("\r\n".join(lines).encode())
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return written(tmp_path / "devices.csv")


@pytest.fixture
def host(file: Path) -> Iterator[Host]:
    started = Host(file)
    yield started
    started.end()


@pytest.fixture
def whole(host: Host, tmp_path: Path) -> tuple[dict[str, Any], bytes]:
    """What is in the registry, and in the file of refused rows, where nobody kills the import."""
    url = tables(tmp_path / "whole.db")
    assert host.run(url, tmp_path / "whole.csv", WHOLE)
    return contents(url), (tmp_path / "whole.csv").read_bytes()


def tables(path: Path) -> str:
    """An empty registry: to make its tables is no part of an import."""
    Store(f"sqlite:///{path}").close()
    return f"sqlite:///{path}"


def test_killed_again_and_again_it_is_complete_in_the_end(
    database_url: str, host: Host, whole: tuple[dict[str, Any], bytes], tmp_path: Path
) -> None:
    Store(database_url).close()
    refused = tmp_path / "killed.csv"
    dice = random.Random(SEED)
    kills = 0
    while not host.run(database_url, refused, dice.randint(1, 40)):
        kills += 1
    assert kills > FILE_ROWS / ROWS / 3, "an import that is over before it is killed shows nothing"
    assert (contents(database_url), refused.read_bytes()) == whole


def test_killed_at_each_step_of_the_first_batches(
    host: Host, whole: tuple[dict[str, Any], bytes], tmp_path: Path
) -> None:
    for step in range(1, 40):
        url, refused = tables(tmp_path / f"{step}.db"), tmp_path / f"{step}.csv"
        assert not host.run(url, refused, step)
        assert host.run(url, refused, WHOLE)
        assert (contents(url), refused.read_bytes()) == whole, f"killed at step {step}"
