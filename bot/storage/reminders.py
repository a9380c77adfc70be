"""Queries of the clock: what is owed on live tickets, and what the desk was told about it already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from bot.storage.conversations import insert_once
from bot.storage.desk import remark
from bot.storage.tables import LIVE_STATUSES, desk_threads, messages, reminders, tickets
from bot.storage.tickets import log_of
from handlers.rules.tickets import Status, TicketChanged


@dataclass(frozen=True, slots=True)
class Owed:
    """A live ticket, as the clock sees it."""

    number: int
    tier: str
    status: Status
    is_taken: bool
    group: int | None  # that shows it
    log: tuple[TicketChanged, ...]
    asked: tuple[int, datetime] | None  # seq and time of the first words nobody answered yet; agents answer


@dataclass(frozen=True, slots=True)
class Solved:
    """A solved ticket and its log."""

    number: int
    log: tuple[TicketChanged, ...]


def owed(connection: Connection) -> list[Owed]:
    """All live tickets."""
    query = (
        select(tickets, desk_threads.c.group_id)
        .outerjoin(desk_threads, desk_threads.c.ticket_id == tickets.c.id)
        .where(tickets.c.status.in_(LIVE_STATUSES))
        .order_by(tickets.c.id)
    )
    return [
        Owed(
            row.id, row.tier, row.status, row.agent_id is not None, row.group_id, tuple(log_of(connection, row.id)),
            _asked(connection, row.conversation_id),
        )
        for row in connection.execute(query).all()
    ]  # fmt: skip


def solved(connection: Connection, before: datetime) -> list[Solved]:
    """Tickets that were solved before a moment and are neither closed nor open again."""
    query = select(tickets.c.id).where(tickets.c.status == "solved", tickets.c.updated_at <= before)
    return [Solved(number, tuple(log_of(connection, number))) for number in connection.execute(query).scalars().all()]


def remind(connection: Connection, key: str, number: int, text: str, now: datetime) -> bool:
    """Tell the agents of a ticket something, once. False where they were told before."""
    if not tell_once(connection, key, now):
        return False
    remark(connection, number, text, now)
    return True


def tell_once(connection: Connection, key: str, now: datetime) -> bool:
    """Whether this is told for the first time; from now on it is known to be told."""
    return insert_once(connection, reminders, {"key": key, "told_at": now}) is not None


def told(connection: Connection, keys: Sequence[str]) -> set[str]:
    """Which of these were told."""
    return set(connection.execute(select(reminders.c.key).where(reminders.c.key.in_(keys))).scalars())


def not_told(connection: Connection, key: str) -> None:
    """It could not be told after all."""
    connection.execute(delete(reminders).where(reminders.c.key == key))


def _asked(connection: Connection, conversation: int) -> tuple[int, datetime] | None:
    theirs = (messages.c.conversation_id == conversation) & (messages.c.visibility == "public")
    answered = select(func.coalesce(func.max(messages.c.seq), 0)).where(theirs, messages.c.author == "agent")
    row = connection.execute(
        select(messages.c.seq, messages.c.at)
        .where(theirs, messages.c.author == "customer", messages.c.seq > answered.scalar_subquery())
        .order_by(messages.c.seq)
        .limit(1)
    ).one_or_none()
    return None if row is None else (row.seq, row.at)
