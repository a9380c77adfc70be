"""The golden table through a file and the registry: each device comes out as the one it was counted by hand for."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.importing import import_file
from bot.registering.rows import Sheet
from bot.registering.serials import Serials
from bot.storage.registry.devices import look_up
from bot.storage.store import reading
from tests.handlers.rules.test_golden_warranty import ROWS, device_of

LATER = datetime(2040, 1, 1, tzinfo=UTC)  # whatever the table tells of has happened
NAMES = {"made": "made_on", "purchased": "purchased_on", "delivered": "delivered_on", "activated": "activated_on"}
COLUMNS = ("serial", *NAMES.values(), "country", "buyer", "goods",
           "warranty_months", "warranty_basis", "warranty_until", "warranty_void",
           "extended_months", "extended_from", "extended_until", "contract_from", "contract_until",
           "repair_claimed_on", "repair_returned_on", "repair_kind", "repair_under")  # fmt: skip


def lines(number: int, row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The rows of the file for one device: one more for each repair."""
    named = {NAMES.get(name, name): value for name, value in row.items()}
    yield {"serial": serial(number), **{name: named[name] for name in COLUMNS if name in named}}
    for repair in row.get("repairs", ()):
        told = {"claimed": "repair_claimed_on", "returned": "repair_returned_on"}
        yield {"serial": serial(number), **{told.get(name, f"repair_{name}"): said for name, said in repair.items()}}


def serial(number: int) -> str:
    return f"GN{number:05}"


def test_every_device_of_the_golden_table_comes_out_as_it_went_in(database_url: str, tmp_path: Path) -> None:
    path = tmp_path / "devices.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, delimiter=";")
        writer.writeheader()
        for number, row in enumerate(ROWS):
            writer.writerows(lines(number, row))
    found = import_file(
        database_url, Sheet(path), Serials(), lambda: LATER, UTC, refused=None, moved=lambda _bytes: None
    )
    assert found.shown == ()
    devices = reading(
        database_url,
        lambda connection: [look_up(connection, (serial(n),), (serial(n),))[1] for n in range(len(ROWS))],
    )
    for device, row in zip(devices, ROWS, strict=True):
        wanted = device_of(row)
        in_order = sorted(wanted.repairs, key=lambda repair: repair.claimed)
        assert device == replace(wanted, repairs=tuple(in_order)), row
