"""Queries about updates of Telegram: stored as they came before anything else is done with them."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from bot.storage.conversations import insert_once
from bot.storage.tables import updates

Raw = dict[str, Any]  # an update as Telegram wrote it

# Where several processes may work, what one of them took is nobody else's for so long: longer than a large file takes.
CLAIM = timedelta(minutes=1)
KEPT = timedelta(days=1)  # Telegram repeats an update for so long
KEPT_PARKED = timedelta(days=30)  # somebody may want to look at it
LOOKED_AT = 20  # rows of a lane: more than an album has


@dataclass(frozen=True, slots=True)
class Received:
    """An update on its way into the database."""

    raw: Raw
    lane: str
    not_before: datetime  # when it may be handled


@dataclass(frozen=True, slots=True)
class Taken:
    """An update that is to be handled now."""

    id: int  # of the row
    raw: Raw
    attempts: int  # that failed so far


@dataclass(frozen=True, slots=True)
class Later:
    """The lane's next update is not to be handled before this moment."""

    moment: datetime


def album_of(raw: Raw) -> str | None:
    """What the messages of one album have in common; None for anything else."""
    message = raw.get("message")
    return message.get("media_group_id") if isinstance(message, dict) else None


def store_updates(connection: Connection, bot_id: int, received: Sequence[Received], now: datetime) -> list[str]:
    """Store updates, each once; the lanes of those that had not come before."""
    return [one.lane for one in received if _store(connection, bot_id, one, now) is not None]


def _store(connection: Connection, bot_id: int, one: Received, now: datetime) -> Any:
    values = {
        "bot_id": bot_id, "update_id": one.raw["update_id"], "lane": one.lane, "payload": _storable(one.raw),
        "received_at": now, "not_before": one.not_before, "attempts": 0,
    }  # fmt: skip
    return insert_once(connection, updates, values)


def _storable(raw: Raw) -> Raw:
    """The same without lone surrogates, which no database takes."""
    found: Raw = json.loads(json.dumps(raw, ensure_ascii=False).encode("utf-8", "replace"))
    return found


def waiting_lanes(connection: Connection, bot_id: int, now: datetime, limit: int = 500) -> list[str]:
    """Lanes that have an update to be handled now."""
    waits = (updates.c.bot_id == bot_id) & updates.c.handled_at.is_(None) & (updates.c.not_before <= now)
    return list(connection.execute(select(updates.c.lane).where(waits).distinct().limit(limit)).scalars())


def take(
    connection: Connection, bot_id: int, lane: str, now: datetime, albums_from: datetime
) -> tuple[Taken, ...] | Later | None:
    """The lane's oldest update, or all of its album; None where the lane is empty.

    No album is handed out before `albums_from`. On PostgreSQL, where several processes may handle, what is taken is
    claimed for `CLAIM`: hand this to the writer there.
    """
    query = (
        select(updates)
        .where(updates.c.bot_id == bot_id, updates.c.lane == lane, updates.c.handled_at.is_(None))
        .order_by(updates.c.update_id)
        .limit(LOOKED_AT)
        .with_for_update()
    )
    rows = list(connection.execute(query))
    if not rows:
        return None
    album = album_of(rows[0].payload)
    group = [row for row in rows if album_of(row.payload) == album] if album is not None else rows[:1]
    moment = max(*(row.not_before for row in group), albums_from if album is not None else group[0].not_before)
    if moment > now:
        return Later(moment)
    if connection.dialect.name == "postgresql":
        _change(connection, [row.id for row in group], not_before=now + CLAIM)
    return tuple(_taken(row) for row in group)


def _taken(row: Row[Any]) -> Taken:
    return Taken(row.id, row.payload, row.attempts)


def handled(connection: Connection, ids: Collection[int], now: datetime) -> None:
    """Nothing is left to be done for these."""
    _change(connection, ids, handled_at=now)


def try_again(connection: Connection, ids: Collection[int], at: datetime) -> None:
    """One more failed try; the next is not before a moment."""
    _change(connection, ids, attempts=updates.c.attempts + 1, not_before=at)


def park(connection: Connection, ids: Collection[int], error: str, now: datetime) -> None:
    """Given up after this error; the lane goes on behind them."""
    _change(connection, ids, attempts=updates.c.attempts + 1, handled_at=now, parked=error[:80])


def _change(connection: Connection, ids: Collection[int], **values: Any) -> None:
    mine = updates.c.id.in_(ids) & updates.c.handled_at.is_(None)
    connection.execute(update(updates).where(mine).values(**values))


def forget_old(connection: Connection, bot_id: int, now: datetime) -> int:
    """Delete what was handled long ago; how many rows that were."""
    old = (updates.c.parked.is_(None) & (updates.c.handled_at < now - KEPT)) | (
        updates.c.handled_at < now - KEPT_PARKED
    )
    return connection.execute(delete(updates).where(updates.c.bot_id == bot_id, old)).rowcount
