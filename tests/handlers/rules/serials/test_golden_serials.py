"""Serials as they were read by hand (`tests/data/warranty/serials.toml`), read by the rules."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from handlers.rules.serials import Line, canonical, grouped, judge, read, skeleton
from handlers.rules.serials.checks import crockford37, luhn, mod37_36, mod97_10

Row = dict[str, Any]

TABLE = Path(__file__).parents[3] / "data" / "warranty" / "serials.toml"
GOLDEN: list[Row] = tomllib.loads(TABLE.read_text(encoding="utf-8"))["row"]
CHECKS = {"luhn": luhn, "mod37_36": mod37_36, "mod97_10": mod97_10, "crockford37": crockford37}


def rows(*keys: str) -> Any:
    """Those that speak of these."""
    found = [row for row in GOLDEN if set(keys) <= set(row)]
    assert found
    return pytest.mark.parametrize("row", found, ids=[row["name"] for row in found])


@rows("typed", "canonical")
def test_one_serial_is_meant(row: Row) -> None:
    assert canonical(row["typed"]) == row["canonical"] == canonical(row["canonical"])


@rows("trouble")
def test_what_is_wrong_is_shown_at_its_place(row: Row) -> None:
    reading = read(row["typed"], (), expected=True)
    assert (reading.canonical, reading.trouble) == (None, row["trouble"])
    assert (reading.place, reading.sign) == (row["place"], row["sign"])


@rows("skeleton")
def test_where_look_alikes_are_one(row: Row) -> None:
    assert skeleton(row["serial"], tuple(row.get("fold", ()))) == row["skeleton"]


@rows("grouped")
def test_shown_in_groups(row: Row) -> None:
    assert grouped(row["serial"]) == row["grouped"]


@rows("check")
def test_the_check_sign(row: Row) -> None:
    assert CHECKS[row["check"]](row["body"]) == row["sign"]


@rows("imei")
def test_the_imei_meant(row: Row) -> None:
    read_as = judge(canonical(row["typed"]), (), is_imei=True)
    assert (read_as.canonical or "none") == row["imei"]


@rows("express")
def test_a_service_tag_and_its_express_code_are_one(row: Row) -> None:
    assert row["express"] in judge(row["tag"], ()).also
    assert row["tag"] in judge(row["express"], ()).also


@rows("offered")
def test_offered_where_one_serial_alone_is_likely(row: Row) -> None:
    scheme = row["scheme"]
    line = Line("ours", "[0-9A-Z]+", scheme)
    reading = judge(row["serial"], (), is_imei=True) if scheme == "imei" else judge(row["serial"], (line,))
    assert (reading.offered or "none") == row["offered"]
    assert reading.offered is None or reading.canonical is None, "asked back, never looked up before"


def test_every_row_is_looked_at() -> None:
    """A misspelt key would never be."""
    told_by = ("canonical", "trouble", "skeleton", "grouped", "check", "imei", "express", "offered")
    for row in GOLDEN:
        assert len(set(row) & set(told_by)) == 1, row["name"]
    assert len({row["name"] for row in GOLDEN}) == len(GOLDEN) >= 60
