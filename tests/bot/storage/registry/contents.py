"""A registry as values that can be compared: without ids, keyed hashes and times, which differ from one to the next."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table, select

from bot.storage.engine import open_engine
from bot.storage.registry.tables import coverages, devices, imports, repairs, sales

OWN = {"id", "device_id", "key", "skeleton", "label_code", "updated_at", "started_at", "finished_at"}


def contents(url: str) -> dict[str, list[dict[str, Any]]]:
    """Every row of the registry, by table, with the serial in place of the ids."""
    engine = open_engine(url)
    try:
        with engine.connect().execution_options(reading=True) as connection:
            serials = {row.id: row.serial for row in connection.execute(select(devices.c.id, devices.c.serial))}
            found = {}
            for table in (devices, sales, coverages, repairs, imports):
                rows = connection.execute(select(table)).mappings()
                found[table.name] = sorted((_plain(dict(row), table, serials) for row in rows), key=repr)
            return found
    finally:
        engine.dispose()


def _plain(row: dict[str, Any], table: Table, serials: dict[int, str]) -> dict[str, Any]:
    whose = {"of": serials[row["device_id"]]} if "device_id" in row else {}
    return whose | {name: value for name, value in row.items() if name not in OWN}
