"""What is owed, against days counted by hand: `tests/data/warranty/golden.toml`."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from handlers.rules.coverage import assess
from handlers.rules.facts import Assessment, Coverage, Device, Repair, Sale, Term
from knowledge_base.law import read_law

FILE = Path(__file__).parents[2] / "data/warranty/golden.toml"
ROWS: list[dict[str, Any]] = tomllib.loads(FILE.read_text("utf-8"))["row"]
BOOK = read_law()
KINDS = ("statutory", "warranty", "extended", "contract")
SALE = {"purchased", "delivered", "activated", "country", "buyer", "goods"}
TERMS = {f"{kind}_{part}" for kind in KINDS[1:] for part in ("months", "basis", "from", "until", "void")}
EXPECTED = {*KINDS, "verdict", "day", "deadlines", "silence", "counted", "missing", "first", "ends"}


def day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


def sale_of(row: dict[str, Any]) -> Sale:
    told = {key: value for key, value in row.items() if key in SALE}
    return Sale(**{key: day(value) if key.endswith("ed") and key != "used" else value for key, value in told.items()})


def terms_of(row: dict[str, Any]) -> tuple[Term, ...]:
    return tuple(
        Term(
            kind,
            months=row.get(f"{kind}_months"),
            basis="fixed" if f"{kind}_from" in row else row.get(f"{kind}_basis", "delivery"),
            starts=day(row.get(f"{kind}_from")),
            ends=day(row.get(f"{kind}_until")),
            void=row.get(f"{kind}_void"),
        )
        for kind in ("warranty", "extended", "contract")
        if f"{kind}_months" in row or f"{kind}_until" in row
    )


def repair_of(written: dict[str, str]) -> Repair:
    dates = {key: day(written[key]) for key in ("claimed", "returned") if key in written}
    return Repair(**{**written, **dates})  # type: ignore[arg-type]


def device_of(row: dict[str, Any]) -> Device:
    repairs = tuple(map(repair_of, row.get("repairs", ())))
    return Device(made=day(row.get("made")), sale=sale_of(row), terms=terms_of(row), repairs=repairs)


def shown(value: Any) -> Any:
    if value is None:
        return "none"
    return value.isoformat() if isinstance(value, date) else value


def told_of(coverage: Coverage | None, key: str) -> Any:
    if coverage is None:
        return "unknown" if key == "verdict" else "none"
    if key == "confidence":
        return shown(coverage.source and coverage.source.confidence)
    return shown(getattr(coverage, key))


def told(found: Assessment, row: dict[str, Any]) -> dict[str, Any]:
    """What the engine says of everything a row is about, in the row's words."""
    said: dict[str, Any] = {}
    for kind in KINDS:
        if kind in row:
            coverage = next((one for one in found.coverages if one.kind == kind), None)
            said[kind] = {key: told_of(coverage, key) for key in row[kind]}
    by_act = {deadline.act: deadline for deadline in found.deadlines}
    for key, field in (("deadlines", "by"), ("silence", "silence"), ("counted", "counted")):
        if key in row:
            said[key] = {act: shown(getattr(by_act.get(act), field, None)) for act in row[key]}
    if "missing" in row:  # each that is written must be said; none written: nothing is
        said["missing"] = [name for name in found.missing if not row["missing"] or name in row["missing"]]
    for kind in row.get("ends", ()):  # of all coverages of a kind
        ends = sorted(shown(one.end) for one in found.coverages if one.kind == kind and one.end)
        said.setdefault("ends", {})[kind] = ends
    if "first" in row:
        said["first"] = found.coverages[0].kind if found.coverages else "none"
    said |= {key: getattr(found, key) for key in ("verdict", "day") if key in row}
    return said


@pytest.mark.parametrize("row", ROWS, ids=[row["name"] for row in ROWS])
def test_the_engine_agrees_with_the_hand(row: dict[str, Any]) -> None:
    found = assess(device_of(row), BOOK, date.fromisoformat(row["on"]), row.get("asked_country"))
    wanted = {key: value for key, value in row.items() if key in EXPECTED}
    assert told(found, row) == wanted, [coverage.arithmetic for coverage in found.coverages]


def test_the_table_is_large_and_every_key_is_read() -> None:
    """A key nobody reads would be a check nobody makes."""
    known = SALE | TERMS | EXPECTED | {"name", "on", "asked_country", "made", "repairs"}
    assert not {key for row in ROWS for key in row} - known
    assert len(ROWS) >= 200
    assert len({row["name"] for row in ROWS}) == len(ROWS)
