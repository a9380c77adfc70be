"""What the registry knows of devices, read and written as a registry file says it: many at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, select
from sqlalchemy.dialects import sqlite

from bot.registering.records import Record
from bot.storage.prepared import Prepared
from bot.storage.registry.tables import coverages, devices, repairs, sales

Columns = Mapping[str, str]  # of a table, and the columns of a registry file they hold

DEVICE = {name: name for name in ("product", "model", "line", "made_on", "label_code", "canary")}
SALE = {name: name for name in ("purchased_on", "delivered_on", "activated_on", "country", "buyer", "goods", "invoice",
                                "email", "phone")}  # fmt: skip
COVERAGE = {
    "warranty": {"months": "warranty_months", "basis": "warranty_basis", "ends_on": "warranty_until",
                 "void": "warranty_void"},
    "extended": {"months": "extended_months", "starts_on": "extended_from", "ends_on": "extended_until"},
    "contract": {"starts_on": "contract_from", "ends_on": "contract_until", "tier": "contract_tier"},
}  # fmt: skip
REPAIR = {"claimed_on": "repair_claimed_on", "returned_on": "repair_returned_on", "kind": "repair_kind",
          "under": "repair_under"}  # fmt: skip

# Where a row says nothing.
NEW_DEVICE = {"product": "", "model": "", "line": "", "made_on": None, "label_code": None, "canary": False}
NEW_SALE = dict.fromkeys(SALE) | {"goods": "new"}
NEW_COVERAGE = {"months": None, "basis": "delivery", "starts_on": None, "ends_on": None, "void": None, "tier": "basic"}
NEW_REPAIR = {"returned_on": None, "kind": "repair", "under": "statutory"}

# What makes a row of each table the same row.
UNIQUE = {devices: ("key",), sales: ("device_id",), coverages: ("device_id", "kind"),
          repairs: ("device_id", "claimed_on")}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """A device as it is to be kept."""

    serial: str  # canonical
    key: bytes
    skeleton: bytes  # both keyed hashes
    record: Record


def known_records(connection: Connection, keys: Collection[bytes]) -> dict[bytes, Record]:
    """What is known of those of these devices that are there at all."""
    by_id: dict[int, tuple[bytes, dict[str, Any], dict[date, dict[str, Any]]]] = {}
    for row in connection.execute(select(devices).where(devices.c.key.in_(keys))).mappings():
        by_id[row["id"]] = (bytes(row["key"]), _said(row, DEVICE), {})
    for row in _rows_of(connection, sales, by_id):
        by_id[row["device_id"]][1].update(_said(row, SALE))
    for row in _rows_of(connection, coverages, by_id):
        by_id[row["device_id"]][1].update(_said(row, COVERAGE[row["kind"]]))
    for row in _rows_of(connection, repairs, by_id):
        by_id[row["device_id"]][2][row["claimed_on"]] = _said(row, REPAIR)
    return {key: Record(values, mended) for key, values, mended in by_id.values()}


def write_records(connection: Connection, found: Sequence[Written], now: datetime) -> None:
    """Write these devices, none of them twice, as they are known now."""
    _upsert(connection, devices, (_device(one, now) for one in found))
    ids = _ids(connection, [one.key for one in found])
    known = [(ids[one.key], one.record) for one in found]
    _upsert(connection, sales, (row for id_, record in known for row in _sale(id_, record)))
    _upsert(connection, coverages, (row for id_, record in known for row in _coverages(id_, record)))
    _upsert(connection, repairs, (row for id_, record in known for row in _repairs(id_, record)))


def _ids(connection: Connection, keys: Collection[bytes]) -> dict[bytes, int]:
    found = connection.execute(select(devices.c.key, devices.c.id).where(devices.c.key.in_(keys)))
    return {bytes(key): id_ for key, id_ in found}


def _rows_of(connection: Connection, table: Table, ids: Collection[int]) -> Iterable[RowMapping]:
    if not ids:
        return ()
    return connection.execute(select(table).where(table.c.device_id.in_(ids))).mappings()


def _said(row: RowMapping, columns: Columns) -> dict[str, Any]:
    return {said: row[column] for column, said in columns.items() if row[column] not in (None, "")}


def _kept(values: Mapping[str, Any], columns: Columns) -> dict[str, Any]:
    return {column: values[said] for column, said in columns.items() if said in values}


def _device(one: Written, now: datetime) -> dict[str, Any]:
    keys = {"serial": one.serial, "key": one.key, "skeleton": one.skeleton, "updated_at": now}
    return NEW_DEVICE | _kept(one.record.values, DEVICE) | keys


def _sale(device: int, record: Record) -> Iterator[dict[str, Any]]:
    if said := _kept(record.values, SALE):
        yield NEW_SALE | said | {"device_id": device}


def _coverages(device: int, record: Record) -> Iterator[dict[str, Any]]:
    for kind, columns in COVERAGE.items():
        if said := _kept(record.values, columns):
            counted = {"basis": "fixed"} if "starts_on" in said else {}
            yield NEW_COVERAGE | counted | said | {"device_id": device, "kind": kind}


def _repairs(device: int, record: Record) -> Iterator[dict[str, Any]]:
    for repair in record.repairs.values():
        yield NEW_REPAIR | _kept(repair, REPAIR) | {"device_id": device}


def _upsert(connection: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    """Insert rows, or bring those that are there up to date."""
    if listed := list(rows):
        _upsertion(connection.dialect.name, table).many(connection, listed)


@cache
def _upsertion(dialect: str, table: Table) -> Prepared:
    unique = UNIQUE[table]
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql  # here, because its import takes time and memory

        insert: Any = postgresql.insert(table)
    else:
        insert = sqlite.insert(table)
    changed = {name: insert.excluded[name] for name in table.c.keys() if name not in (*unique, "id")}  # noqa: SIM118
    statement = insert.on_conflict_do_update(index_elements=unique, set_=changed)
    # No RETURNING: with it Core would send ten thousand values as one statement, and PostgreSQL take twice as long.
    return Prepared(statement)
