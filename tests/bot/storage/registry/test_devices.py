"""Looking up one device, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event

from bot.importing import import_file
from bot.registering.rows import Sheet
from bot.registering.serials import Serials
from bot.storage.engine import open_engine
from bot.storage.registry.devices import NOBODY, Ambiguous, Found, Proofs, device_of, find_device, look_up, proofs_of
from bot.storage.registry.keys import key_of, keys_of
from handlers.rules.facts import Device, Repair, Sale, Term
from handlers.rules.serials import Line, canonical, skeleton, skeletons

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SERIALS = Serials((Line("fan", "FAN[0-9B]{4}", fold=("B8",)),))
FILE = """\
serial;line;model;made_on;purchased_on;delivered_on;activated_on;country;buyer;goods;invoice;email;phone;label_code;\
warranty_months;extended_from;extended_until;contract_until;contract_tier;repair_claimed_on;canary
AB1O;washer;W6;2025-01-01;2025-02-01;2025-02-03;2025-02-05;CZ;consumer;used;F-1;a@example.com;+420 601 000 101;LC-77;\
24;2027-02-01;2029-01-31;2030-01-01;premium;2026-10-01;
AB10;;;;;;;;;;;;;;;;;;;;
CD34;;;;;;;;;;;;;;;;;;;;1
FAN1B34;;;;;;;;;;;;;;;;;;;;
"""


@pytest.fixture
def connection(database_url: str, tmp_path: Path) -> Iterator[Connection]:
    path = tmp_path / "devices.csv"
    path.write_text(FILE, "utf-8")
    found = import_file(database_url, Sheet(path), SERIALS, lambda: NOON, UTC, refused=None, moved=lambda _bytes: None)
    assert not found.refused, found.shown
    engine = open_engine(database_url)
    with engine.connect().execution_options(reading=True) as opened:
        yield opened
    engine.dispose()


def find(connection: Connection, *typed: str) -> Found | Ambiguous | None:
    forms = tuple(map(canonical, typed))
    return find_device(connection, forms, skeletons(forms[0], SERIALS.lines), keys_of(connection))


def serial_of(found: Found | Ambiguous | None) -> str:
    assert isinstance(found, Found)
    return found.serial


@pytest.mark.parametrize("typed", ["AB1O", "ab-1o", "АВ1О"])
def test_the_exact_one_is_found_although_another_looks_like_it(connection: Connection, typed: str) -> None:
    assert serial_of(find(connection, typed)) == "AB1O"


def test_a_serial_that_may_be_two_is_not_picked(connection: Connection) -> None:
    assert find(connection, "ABIO") == Ambiguous(("AB10", "AB1O"))


@pytest.mark.parametrize("typed", ["FAN1834", "FANI834", "FANL8 34"])
def test_the_look_alikes_of_a_line_count(connection: Connection, typed: str) -> None:
    assert serial_of(find(connection, typed)) == "FAN1B34"


def test_another_form_of_the_serial_is_found(connection: Connection) -> None:
    assert serial_of(find(connection, "XX99", "CD34")) == "CD34"


def test_a_canary_is_known_as_one(connection: Connection) -> None:
    found = find(connection, "CD34")
    assert isinstance(found, Found)
    assert found.is_canary


def test_all_that_is_known_of_a_device(connection: Connection) -> None:
    found = find(connection, "AB1O")
    assert isinstance(found, Found)
    day = date.fromisoformat
    assert device_of(connection, found.device) == Device(
        "", "W6", "washer", day("2025-01-01"),
        Sale(day("2025-02-01"), day("2025-02-03"), day("2025-02-05"), "CZ", "consumer", "used"),
        (
            Term("warranty", 24),
            Term("extended", None, "fixed", day("2027-02-01"), day("2029-01-31")),
            Term("contract", None, ends=day("2030-01-01"), tier="premium"),
        ),
        (Repair(day("2026-10-01")),),
    )  # fmt: skip
    code = key_of("LC77", keys_of(connection))
    assert proofs_of(connection, found.device) == Proofs(
        day("2025-02-01"), day("2025-02-03"), "F-1", code, "a@example.com", "+420 601 000 101"
    )


def test_a_device_nobody_knows_is_empty(connection: Connection) -> None:
    assert find(connection, "ZZ99") is None
    assert device_of(connection, NOBODY) == Device()
    assert proofs_of(connection, NOBODY) == Proofs()


def test_a_hit_and_a_miss_ask_the_database_the_same(connection: Connection) -> None:
    """Who counts or clocks the questions must never learn which serials exist."""
    asked = [_asked(connection, typed) for typed in ("AB1O", "ABIO", "CD34", "XY12", "ZZ99")]
    assert len(asked[-1]) > 6
    assert all(one == asked[-1] for one in asked)


def _asked(connection: Connection, typed: str) -> list[str]:
    """The statements of a whole look-up, without their values."""
    said: list[str] = []

    def hear(*told: Any) -> None:
        said.append(told[2])

    event.listen(connection, "before_cursor_execute", hear)
    connection.rollback()
    form = canonical(typed)
    found, _ = look_up(connection, (form, "QQ77"), (skeleton(form),))
    proofs_of(connection, found.device if isinstance(found, Found) else NOBODY)
    event.remove(connection, "before_cursor_execute", hear)
    return said
