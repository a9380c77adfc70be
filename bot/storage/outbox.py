"""Queries about what a channel has to call out with."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select, update

from bot.ports import Outgoing, Posted
from bot.storage.conversations import Standing, posted_from_json, posted_to_json
from bot.storage.copies import add_copy, copies_of, external_id_of
from bot.storage.tables import contacts, outbox

# A row that one of several processes sends is nobody else's for so long: longer than the largest file takes.
CLAIM = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Due:
    """An outbox row that may be sent now."""

    id: int
    attempts: int  # that failed so far
    channel: str
    conversation: int
    outgoing: Outgoing


def send_later(
    connection: Connection, to: Standing, conversation: int, posted: Sequence[Posted], now: datetime
) -> None:
    """Outbox rows for messages that a channel must call out with; the same message twice is one row."""
    for message in posted:
        _put(connection, f"{conversation}:{message.seq}", to, conversation, message, now)


def edit_later(connection: Connection, to: Standing, conversation: int, edited: Posted, now: datetime) -> None:
    """An outbox row for a message that was edited after it had been sent."""
    key = f"{conversation}:{edited.seq}:{edited.revision}"
    _put(connection, key, to, conversation, edited, now)


def _put(connection: Connection, key: str, to: Standing, conversation: int, message: Posted, now: datetime) -> None:
    connection.execute(
        insert(outbox),
        {
            "key": key, "lane": f"{to.channel}:{to.address}", "channel": to.channel, "address": to.address,
            "message": posted_to_json(message) | {"conversation": conversation},
            "status": "waiting", "attempts": 0, "parts": 0, "not_before": now, "created_at": now,
        },
    )  # fmt: skip


def due(
    connection: Connection, now: datetime, channels: Collection[str], besides: Collection[int], limit: int
) -> list[Due]:
    """Heads of these channels' lanes that may be sent, oldest first, without the rows `besides`.

    On PostgreSQL, where several processes may send, they are claimed for `CLAIM`: hand this to the writer there.
    """
    query = _due(now, channels, besides, limit)
    if connection.dialect.name != "postgresql":
        return [_as_due(connection, row) for row in connection.execute(query)]
    rows = list(connection.execute(query.with_for_update(skip_locked=True)))
    claimed = [row.id for row in rows]
    connection.execute(update(outbox).where(outbox.c.id.in_(claimed)).values(not_before=now + CLAIM))
    return [_as_due(connection, row) for row in rows]


def _due(now: datetime, channels: Collection[str], besides: Collection[int], limit: int) -> Select[Any]:
    head = select(func.min(outbox.c.id)).where(outbox.c.status == "waiting").group_by(outbox.c.lane).scalar_subquery()
    return (
        select(outbox)
        .where(
            outbox.c.id.in_(head),
            outbox.c.status == "waiting",  # asked again of the row itself once it is locked
            outbox.c.id.not_in(besides),
            outbox.c.channel.in_(channels),
            outbox.c.not_before <= now,
        )
        .order_by(outbox.c.id)
        .limit(limit)
    )


def _as_due(connection: Connection, row: Row[Any]) -> Due:
    message, conversation = posted_from_json(row.message), int(row.message["conversation"])
    quotes = None
    if message.author == "agent" and message.reply_to is not None:
        quotes = external_id_of(connection, row.channel, row.address, conversation, message.reply_to)
    edits: tuple[str, ...] = ()
    if message.revision:
        edits = copies_of(connection, row.channel, row.address, conversation, message.seq)
    outgoing = Outgoing(row.address, message, row.parts, quotes, edits)
    return Due(row.id, row.attempts, row.channel, conversation, outgoing)


def part_arrived(connection: Connection, row: Due, external_id: str) -> None:
    """One more part of a message arrived, and this is the channel's id of it."""
    connection.execute(update(outbox).where(outbox.c.id == row.id).values(parts=outbox.c.parts + 1))
    message = row.outgoing.message
    add_copy(
        connection, row.channel, row.outgoing.address, external_id, row.conversation, message.seq, message.revision
    )


def sent(connection: Connection, row: int, now: datetime) -> None:
    """The channel took it (commit 3)."""
    connection.execute(update(outbox).where(outbox.c.id == row).values(status="sent", sent_at=now))


def not_sent(connection: Connection, row: int, again_at: datetime | None) -> None:
    """The channel could not take it: try again at a moment, or never (None)."""
    values: dict[str, Any] = {"attempts": outbox.c.attempts + 1}
    values |= {"status": "failed"} if again_at is None else {"not_before": again_at}
    connection.execute(update(outbox).where(outbox.c.id == row).values(**values))


def gone(connection: Connection, channel: str, address: str, now: datetime) -> bool:
    """Nothing reaches this address any more: what waits for it has failed. False where that was known before."""
    waiting = (outbox.c.channel == channel) & (outbox.c.address == address) & (outbox.c.status == "waiting")
    connection.execute(update(outbox).where(waiting).values(status="failed"))
    reached = (contacts.c.channel == channel) & (contacts.c.address == address) & contacts.c.blocked_at.is_(None)
    return connection.execute(update(contacts).where(reached).values(blocked_at=now)).rowcount == 1


def back(connection: Connection, channel: str, address: str) -> bool:
    """The customer can be reached again. False where nobody thought otherwise."""
    lost = (contacts.c.channel == channel) & (contacts.c.address == address) & contacts.c.blocked_at.is_not(None)
    return connection.execute(update(contacts).where(lost).values(blocked_at=None)).rowcount == 1
