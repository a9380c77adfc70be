"""What a row says of a device, and the sentence where it can not be taken."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.registering.columns import header_of
from bot.registering.entries import Entry, Refused, entry_of
from bot.registering.rows import Row
from bot.registering.serials import Serials
from handlers.rules.serials import Line

SERIALS = Serials((Line("washer", "AW[0-9A-Z]{8}", "mod37_36", ("B8",)), Line("fan", "FAN[0-9]{3}")))


def said(**cells: str) -> Entry | list[Refused]:
    return entry_of(Row(2, 0, list(cells.values())), header_of(list(cells), ";"), SERIALS.read)


def values(**cells: str) -> dict[str, Any]:
    found = said(serial="AB12", **cells)
    assert isinstance(found, Entry), found
    return {**found.values, **found.repair}


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("product", " washing \r\n machine ", "washing machine"),
        ("purchase_date", "31.12.2025", date(2025, 12, 31)),
        ("country_code", "cz", "CZ"),
        ("country", "UK", "GB"),
        ("buyer_type", "B2B", "business"),
        ("goods_class", "Second hand", "used"),
        ("warranty_months", "24", 24),
        ("warranty_basis", "First use", "first_use"),
        ("canary", "yes", True),
        ("canary", "0", False),
        ("email", "anna@example.com", "anna@example.com"),
        ("phone", "+420  601 000 101", "+420 601 000 101"),
        ("label_code", "ab-12 cd", "AB12CD"),
        ("tier", "premium", "premium"),
    ],
)
def test_a_cell_says_a_value(column: str, cell: str, value: object) -> None:
    assert list(values(**{column: cell}).values()) == [value]


@pytest.mark.parametrize(
    ("column", "cell", "sentence"),
    [
        ("product", "x" * 81, "has 81 characters; 80 are possible"),
        ("invoice", "F\0" + "1", "control characters"),
        ("purchased_on", "03/04/2026", "write 2026-04-03 or 2026-03-04"),
        ("country", "Czechia", "ISO code of two letters, such as CZ"),
        ("country", "XX", "is no country"),
        ("buyer", "friend", "write consumer or business"),
        ("goods", "broken", "write new, used or digital"),
        ("warranty_months", "2 years", "write one from 1 to 600, such as 24"),
        ("warranty_months", "0", "write one from 1 to 600"),
        ("warranty_months", "24.5", "write one from 1 to 600"),
        ("email", "anna", "is no e-mail address"),
        ("phone", "none", "is no telephone number"),
        ("canary", "perhaps", "write 1 or 0"),
        ("label_code", "-", "too short or too long"),
    ],
)
def test_a_cell_that_can_not_be_taken_is_named_with_what_to_write(column: str, cell: str, sentence: str) -> None:
    found = said(serial="AB12", **{column: cell})
    assert isinstance(found, list)
    assert (found[0].row, found[0].column) == (2, column)
    assert sentence in found[0].reason


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("", "every row needs the serial"),
        ("---", "holds no sign of a serial"),
        ("A12", "too short or too long"),
        ("AB12Ш", "holds 'Ш' at place 5"),
        ("3.55762E+14", "format the column as text"),
        ("AW12345678", "has a wrong check digit for washer"),
        ("357437635711371", "has a wrong check digit for an IMEI"),
    ],
)
def test_a_serial_nobody_could_ask_for_is_refused(cell: str, sentence: str) -> None:
    found = said(serial=cell, product="washing machine")
    assert isinstance(found, list)
    assert found[0].column == "serial"
    assert sentence in found[0].reason


@pytest.mark.parametrize("cell", ["АВ12-С345", "sn ab12c345", "ＡＢ１２Ｃ３４５"])
def test_a_serial_is_kept_in_its_canonical_form(cell: str) -> None:
    found = said(serial=cell)
    assert isinstance(found, Entry)
    assert found.serial == "AB12C345"


def test_everything_wrong_with_a_row_is_told_at_once() -> None:
    found = said(serial="", country="Czechia", repair_kind="repair")
    assert isinstance(found, list)
    assert [one.column for one in found] == ["country", "serial", "repair_claimed_on"]


def test_a_row_of_empty_cells_says_nothing() -> None:
    assert said(serial=" ", product="") == []


def test_what_is_looked_up_by_is_the_look_of_the_line() -> None:
    assert SERIALS.skeleton("AWO1234B", "") == "AW01234B"
    assert SERIALS.skeleton("AWO1234B", "washer") == "AW012348"
    assert SERIALS.skeleton("FANB", "no such line") == "FANB"
