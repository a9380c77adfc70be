"""A registry file on its way in: batches, each with the place behind it in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection, select, text, update
from sqlalchemy.exc import DBAPIError

from bot.ports import Unusable
from bot.registering.entries import Entry, Refused
from bot.registering.records import Record, impossible, merged
from bot.storage.conversations import insert_once
from bot.storage.registry.keys import key_of, keys_of
from bot.storage.registry.records import Written, known_records, write_records
from bot.storage.registry.tables import imports
from bot.storage.store import ready_engine
from bot.storage.writer import is_away

T = TypeVar("T")

CACHE = "PRAGMA cache_size=-65536"  # KiB: a keyed hash goes anywhere into its index, which must be at hand
PATIENCE = "SET LOCAL lock_timeout = '30s'"  # another import's batch takes its time; nobody waits for us

Skeleton = Callable[[str, str], str]  # of a canonical serial, for the look-alikes of a product line
Tell = Callable[[Sequence[Refused]], None]


class ImportedElsewhere(Unusable):
    """Another process took rows of the same file."""

    def __init__(self) -> None:
        super().__init__("another process is importing this very file; wait until it has ended")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a file is in."""

    offset: int = 0  # the byte behind the last row taken; 0: none yet
    rows: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows in a row: what they say, what is wrong with them, and the place behind them."""

    entries: Sequence[Entry]
    refused: Sequence[Refused]
    offset: int
    rows: int  # of the file, up to here


class Importing:
    """A file on its way into the database at `url`. `close()` it at the end."""

    def __init__(self, url: str, digest: str, now: datetime) -> None:
        self._engine = ready_engine(url)
        self._digest = digest
        self._connection = self._engine.connect()
        self.progress = self._together(partial(_begin, digest=digest, now=now))

    def take(self, batch: Batch, skeleton: Skeleton, today: date, now: datetime, tell: Tell) -> None:
        """Take a batch, all of it or nothing. `tell` hears what was refused, and why, before it is final: after a
        crash perhaps once more.

        Raises `ImportedElsewhere`.
        """
        self.progress = self._together(
            lambda connection: _take(connection, self._digest, self.progress, batch, skeleton, today, now, tell)
        )

    def finish(self, now: datetime) -> None:
        """All of the file is in."""
        mine = update(imports).where(imports.c.digest == self._digest)
        self._together(lambda connection: connection.execute(mine.values(finished_at=now)))

    def close(self) -> None:
        self._connection.close()
        self._engine.dispose()

    def _together(self, write: Callable[[Connection], T]) -> T:
        try:
            with self._connection.begin():
                return write(self._connection)
        except DBAPIError as error:
            if is_away(error):
                raise Unusable("the database did not answer; run the command again: it goes on where it was") from error
            raise


def _begin(connection: Connection, digest: str, now: datetime) -> Progress:
    """Where to go on with a file. One that is in already begins anew: the rules may have changed since."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(CACHE)
    insert_once(connection, imports, {
        "digest": digest, "offset": 0, "rows": 0, "refused": 0, "started_at": now, "finished_at": None,
    })  # fmt: skip
    again = update(imports).where(imports.c.digest == digest, imports.c.finished_at.is_not(None))
    connection.execute(again.values(offset=0, rows=0, refused=0, started_at=now, finished_at=None))
    found = select(imports.c.offset, imports.c.rows, imports.c.refused).where(imports.c.digest == digest)
    return Progress(*connection.execute(found).one())


def _take(
    connection: Connection, digest: str, before: Progress, batch: Batch, skeleton: Skeleton, today: date,
    now: datetime, tell: Tell,
) -> Progress:  # fmt: skip
    _alone(connection)
    secret = keys_of(connection)
    found, contradicting = _fold(connection, batch.entries, secret, today)
    write_records(connection, [_written(serial, record, secret, skeleton) for serial, record in found.items()], now)
    refused = sorted((*batch.refused, *contradicting), key=lambda one: one.row)
    after = Progress(batch.offset, batch.rows, before.refused + len({one.row for one in refused}))
    _move_on(connection, digest, before, after)
    tell(refused)
    return after


def _alone(connection: Connection) -> None:
    """What is read must still be so when it is written: on SQLite every transaction writes alone."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(PATIENCE))
        connection.execute(text("LOCK TABLE imports IN EXCLUSIVE MODE"))


def _fold(
    connection: Connection, entries: Sequence[Entry], secret: bytes, today: date
) -> tuple[dict[str, Record], list[Refused]]:
    """What is known of these devices after one row behind the other, where that is anything new."""
    keys = {entry.serial: key_of(entry.serial, secret) for entry in entries}
    known = known_records(connection, keys.values())
    before = {serial: known[key] for serial, key in keys.items() if key in known}
    after = dict(before)
    refused = []
    for entry in entries:
        record = merged(after.get(entry.serial, Record()), _hashed(entry, secret))
        trouble = impossible(record, today)
        if trouble is None:
            after[entry.serial] = record
        else:
            refused.append(Refused(entry.row, *trouble))
    return {serial: record for serial, record in after.items() if record != before.get(serial)}, refused


def _hashed(entry: Entry, secret: bytes) -> Entry:
    """The code under the label is kept as a hash only."""
    code = entry.values.get("label_code")
    if code is None:
        return entry
    return Entry(entry.row, entry.serial, {**entry.values, "label_code": key_of(code, secret)}, entry.repair)


def _written(serial: str, record: Record, secret: bytes, skeleton: Skeleton) -> Written:
    alike = skeleton(serial, record.values.get("line", ""))
    return Written(serial, key_of(serial, secret), key_of(alike, secret), record)


def _move_on(connection: Connection, digest: str, before: Progress, after: Progress) -> None:
    here = update(imports).where(imports.c.digest == digest, imports.c.offset == before.offset)
    values = {"offset": after.offset, "rows": after.rows, "refused": after.refused}
    if not connection.execute(here.values(**values)).rowcount:
        raise ImportedElsewhere
