"""A row as what it says of one device, or as what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.registering.cells import READERS, CellWrong
from bot.registering.columns import Header
from bot.registering.rows import Row

SERIAL = "serial"
REPAIR = ("repair_claimed_on", "repair_returned_on", "repair_kind", "repair_under")


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a row was not taken. `column` "": the whole row."""

    row: int  # as a spreadsheet counts
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What one row says of one device."""

    row: int
    serial: str  # canonical
    values: Mapping[str, Any]  # by column, without the empty cells
    repair: Mapping[str, Any]  # of the columns `REPAIR`; empty: the row tells of none


ReadSerial = Callable[[str, str], str]  # a cell and the product line beside it, to the canonical serial


def entry_of(row: Row, header: Header, read_serial: ReadSerial) -> Entry | list[Refused]:
    """What a row says, or everything that is wrong with it."""
    if row.trouble:
        return [Refused(row.number, "", row.trouble)]
    cells = {
        name: cell for name, text in zip(header.places, row.cells, strict=True)
        if name is not None and (cell := text.strip())
    }  # fmt: skip
    if not cells:
        return []
    values: dict[str, Any] = {}
    wrong: list[Refused] = []
    for name, cell in cells.items():
        try:
            values[name] = read_serial(cell, cells.get("line", "")) if name == SERIAL else READERS[name](cell)
        except CellWrong as error:
            wrong.append(Refused(row.number, name, str(error)))
    wrong += _incomplete(row.number, cells)
    if wrong:
        return wrong
    repair = {name: values.pop(name) for name in REPAIR if name in values}
    return Entry(row.number, values.pop(SERIAL), values, repair)


def _incomplete(number: int, cells: Mapping[str, str]) -> Sequence[Refused]:
    found = []
    if SERIAL not in cells:
        found.append(Refused(number, SERIAL, "is empty; every row needs the serial of its device"))
    if REPAIR[0] not in cells and any(name in cells for name in REPAIR):
        found.append(Refused(number, REPAIR[0], "is empty; a repair is known by the day it was claimed on"))
    return found
