"""A file on its way into the registry, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

import bot.importing
from bot.importing import Imported, import_file
from bot.registering.entries import Entry
from bot.registering.rows import Sheet
from bot.registering.serials import Serials
from bot.storage.registry.importing import Batch, ImportedElsewhere, Importing
from bot.storage.store import Store
from tests.bot.storage.registry.contents import contents

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HEADER = (
    "serial;product;purchased_on;warranty_months;warranty_basis;email;repair_claimed_on;repair_returned_on;label_code"
)
Take = Callable[..., Imported]


@pytest.fixture
def take(database_url: str, tmp_path: Path) -> Take:
    """`take(*rows)` imports a file of these rows."""

    def run(*rows: str, header: str = HEADER, refused: Path | None = None) -> Imported:
        path = tmp_path / "devices.csv"
        path.write_text("\n".join([header, *rows, ""]), "utf-8")
        moved: list[int] = []
        found = import_file(
            database_url, Sheet(path), Serials(), lambda: NOON, UTC, refused=refused, moved=moved.append
        )
        assert sum(moved) == path.stat().st_size
        return found

    return run


FULL = "AB12;washer;2026-01-02;24;purchase;anna@example.com;2026-02-01;;CODE1"


def only(found: dict[str, list[dict[str, Any]]], table: str) -> dict[str, Any]:
    (row,) = found[table]
    return row


def test_a_row_becomes_a_device_with_all_it_says(take: Take, database_url: str) -> None:
    assert take(FULL) == Imported(rows=1, refused=0, resumed=0, shown=())
    found = contents(database_url)
    assert only(found, "devices")["serial"] == "AB12"
    assert only(found, "sales")["email"] == "anna@example.com"
    assert (only(found, "coverages")["months"], only(found, "coverages")["basis"]) == (24, "purchase")
    assert only(found, "repairs")["returned_on"] is None


def test_an_empty_cell_leaves_what_is_known(take: Take, database_url: str) -> None:
    take(FULL)
    before = contents(database_url)
    take("AB12;;;;;;;;")
    after = contents(database_url)
    assert {name: rows for name, rows in after.items() if name != "imports"} == {
        name: rows for name, rows in before.items() if name != "imports"
    }


def test_rows_of_one_device_add_repairs_and_the_later_one_wins(take: Take, database_url: str) -> None:
    take(FULL, "AB-12;dryer;;36;;;2026-03-01;2026-03-05;", "AB12;;;;;;2026-02-01;2026-02-09;")
    found = contents(database_url)
    assert only(found, "devices")["product"] == "dryer"
    assert (only(found, "coverages")["months"], only(found, "coverages")["basis"]) == (36, "purchase")
    assert [str(row["returned_on"]) for row in found["repairs"]] == ["2026-02-09", "2026-03-05"]


def test_a_file_that_is_in_changes_nothing_and_is_read_again(take: Take, database_url: str, tmp_path: Path) -> None:
    rows = (FULL, "AB13;washer;31.02.2026;;;;;;", "AB14;fridge;2026-01-02;;;;;;")
    take(*rows)
    before = contents(database_url)
    again = take(*rows, refused=tmp_path / "refused.csv")
    assert contents(database_url) == before
    assert (again.rows, again.refused, again.resumed) == (3, 1, 0)
    assert "31.02.2026" in (tmp_path / "refused.csv").read_text("utf-8")


@pytest.mark.parametrize("rows", [1, 2, 100])
def test_refused_rows_are_told_and_the_others_go_in(
    take: Take, database_url: str, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    monkeypatch.setattr(bot.importing, "ROWS", rows)
    found = take("AB13;;;2 years;x;;;;", FULL, "AB12;;2026-02-30;;;;;;", "AB12;;;;;;2025-01-01;;", "AB14;;;;;;;;")
    assert [(one.row, one.column) for one in found.shown] == [
        (2, "warranty_months"), (2, "warranty_basis"), (4, "purchased_on"), (5, "repair_claimed_on")
    ]  # fmt: skip
    assert (found.rows, found.refused) == (5, 3)
    assert [row["serial"] for row in contents(database_url)["devices"]] == ["AB12", "AB14"]


def test_a_contradiction_with_what_another_file_said_is_refused(take: Take) -> None:
    take(FULL)
    found = take("AB12;2026-01-03", header="serial;made_on")
    assert "after the device was handed over (2026-01-02)" in found.shown[0].reason


def test_only_the_first_refused_rows_are_kept_for_the_screen(take: Take) -> None:
    found = take(*("AB12;;nonsense;;;;;;" for _ in range(50)))
    assert (len(found.shown), found.refused) == (bot.importing.SHOWN, 50)


def test_a_device_without_a_sale_was_never_sold(take: Take, database_url: str) -> None:
    take("AB12;washer;;;;;;;CODE")
    assert contents(database_url)["sales"] == []


def test_two_imports_of_one_file_do_not_take_a_row_twice(database_url: str) -> None:
    first, second = (Importing(database_url, "digest", NOON) for _ in range(2))
    batch = Batch((), (), 100, 1)
    try:
        first.take(batch, Serials().skeleton, NOON.date(), NOON, lambda _refused: None)
        with pytest.raises(ImportedElsewhere):
            second.take(batch, Serials().skeleton, NOON.date(), NOON, lambda _refused: None)
    finally:
        first.close()
        second.close()


def test_a_broken_batch_leaves_nothing_behind(database_url: str) -> None:
    importing = Importing(database_url, "digest", NOON)

    def fail(_refused: object) -> None:
        raise OSError("no space left")

    try:
        with pytest.raises(OSError, match="no space"):
            importing.take(Batch((), (), 100, 1), Serials().skeleton, NOON.date(), NOON, fail)
        assert contents(database_url)["imports"] == [{"digest": "digest", "offset": 0, "rows": 0, "refused": 0}]
    finally:
        importing.close()


def test_two_files_at_once_take_nothing_from_each_other(database_url: str) -> None:
    """Each says another thing of the same devices; neither may write back what it read before the other wrote."""
    Store(database_url).close()
    count = 20
    together = Barrier(2)

    def run(column: str) -> None:
        importing = Importing(database_url, column, NOON)
        try:
            for number in range(count):
                entry = Entry(number, f"AB{number:04}", {column: column}, {})
                batch = Batch((entry,), (), number + 1, number + 1)
                together.wait(30)
                importing.take(batch, Serials().skeleton, NOON.date(), NOON, lambda _refused: None)
        finally:
            importing.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, ("product", "model")))
    found = contents(database_url)["devices"]
    assert [(row["product"], row["model"]) for row in found] == [("product", "model")] * count
