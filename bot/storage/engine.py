"""How the database is opened: SQLite in a file by default, PostgreSQL by URL."""

from __future__ import annotations

import json
import sqlite3
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url

BUSY_MS = 5_000
POSTGRES = {
    # Seconds and milliseconds: a server that vanished from the network would hold the writer for minutes.
    "connect_timeout": 5,
    "tcp_user_timeout": 10_000,
    # Two processes that lock two conversations crosswise: the server finds out after a second, we give way sooner
    # (the writer runs the group again).
    "options": "-c lock_timeout=100ms",
}


def open_engine(url: str) -> Engine:
    """An engine for `sqlite:///file` or `postgresql://…`. Creates the folder of an SQLite file."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            pool_size=6,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args=POSTGRES,
            json_serializer=_json,
        )
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        parsed, connect_args={"check_same_thread": False}, hide_parameters=True, json_serializer=_json
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    return engine


# Letters as they are: escaped, a Cyrillic one takes six bytes.
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # isolation_level None: the driver opens no transaction of its own; `_begin_immediate` does.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    _write_ahead(connection)
    for pragma in (
        "synchronous=FULL",  # NORMAL lost acknowledged messages in simulated power cuts
        "foreign_keys=ON",
        "secure_delete=ON",
        "cache_size=-4096",  # KiB
    ):
        connection.execute(f"PRAGMA {pragma}")


def _write_ahead(connection: Any) -> None:
    """Switch to write-ahead logging. SQLite does not wait for others who switch at the same moment, so we do."""
    deadline = time.monotonic() + BUSY_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.01)


def _begin_immediate(connection: Any) -> None:
    # A reader must not take the write lock; the writer must take it at once or two would deadlock.
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
