"""Who saw what behind a mask. Rows are only ever added."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, insert, select

from bot.storage.registry.checks import serials_of
from bot.storage.registry.tables import audit
from bot.storage.tables import agents, tickets


@dataclass(frozen=True, slots=True)
class Revealed:
    """What a desk masks of a ticket."""

    contact: str | None = field(repr=False)
    serial: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Seen:
    """An agent looked behind a mask."""

    at: datetime
    agent: str  # name
    action: str


def reveal(connection: Connection, number: int, agent: int, now: datetime) -> Revealed:
    """Contact and serial of a ticket for an agent. That they saw it is written with it: no commit, nothing to show."""
    row = connection.execute(
        select(tickets.c.contact, tickets.c.serial, tickets.c.conversation_id).where(tickets.c.id == number)
    ).one()
    serials = serials_of(connection, row.conversation_id)
    noted = {"agent_id": agent, "action": "revealed", "ticket_id": number, "detail": {}, "at": now}
    connection.execute(insert(audit), noted)
    return Revealed(row.contact, row.serial or next(iter(serials), None))


def seen(connection: Connection, *, number: int) -> list[Seen]:
    """Who looked behind the mask of a ticket, in order."""
    rows = connection.execute(
        select(audit.c.at, agents.c.name, audit.c.action)
        .outerjoin(agents, agents.c.id == audit.c.agent_id)
        .where(audit.c.ticket_id == number)
        .order_by(audit.c.id)
    )
    return [Seen(row.at, row.name or "", row.action) for row in rows]
