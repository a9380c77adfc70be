"""What `warranty lint` finds, and what it says to do."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.registering.entries import Refused
from bot.registering.linting import lint_sheet
from bot.registering.rows import Sheet
from bot.registering.serials import Serials
from handlers.rules.serials import Line
from handlers.rules.serials.checks import mod37_36

TODAY = date(2026, 11, 22)
LINES = Serials((Line("washer", "AW[0-9]{6}", "none", ("B8",)), Line("fan", "FN[0-9]{5}[0-9A-Z]", "mod37_36")))


def lint(folder: Path, *rows: str, header: str = "serial;purchased_on", is_strict: bool = False) -> list[Refused]:
    path = folder / "devices.csv"
    path.write_text("\n".join([header, *rows, ""]), "utf-8")
    return list(lint_sheet(Sheet(path), LINES, TODAY, is_strict=is_strict))


@pytest.mark.parametrize(
    ("rows", "row", "column", "sentence"),
    [
        (["AW104711;", "AWI04711;"], 3, "serial", "differs from row 2 only in signs that look alike"),
        (["FN104710;"], 2, "serial", "has a wrong check digit for fan"),
        (["АW104711;"], 2, "serial", "mixes alphabets: 'А' at place 1"),
        (["AW1047;"], 2, "serial", "is not of the form of its product line"),
        (["AW1;"], 2, "serial", "too short or too long"),
        (["AW104711;2026-12-31"], 2, "purchased_on", "has not come yet"),
        (["AW104711;31.02.2026"], 2, "purchased_on", "in no calendar"),
        (["AW104711"], 2, "", "has 1 cells"),
    ],
)
def test_a_mistake_is_named_with_row_and_column(
    tmp_path: Path, rows: list[str], row: int, column: str, sentence: str
) -> None:
    found = [one for one in lint(tmp_path, *rows) if sentence in one.reason]
    assert [(one.row, one.column) for one in found] == [(row, column)]


def test_rows_that_add_repairs_to_one_device_are_no_collision(tmp_path: Path) -> None:
    rows = ("AW104711;2026-01-01", "AW104711;2026-02-01")
    assert lint(tmp_path, *rows, header="serial;repair_claimed_on") == []


@pytest.mark.parametrize(
    "serials",
    [
        [f"AW{number:06}" for number in range(104711, 104731)],
        [f"FN{number:05}" + mod37_36(f"FN{number:05}") for number in range(4711, 4731)],
    ],
)
def test_serials_that_can_be_counted_up_are_told_with_the_switch(tmp_path: Path, serials: list[str]) -> None:
    rows = [f"{serial};" for serial in serials]
    (found,) = lint(tmp_path, *rows)
    assert "19 of 20 serials follow one another" in found.reason
    assert "strict = true" in found.reason
    assert lint(tmp_path, *rows, is_strict=True) == []


def test_two_neighbours_among_many_are_chance(tmp_path: Path) -> None:
    assert lint(tmp_path, *(f"AW{number * 7919 % 1_000_000:06};" for number in range(40)), "AW007920;") == []
