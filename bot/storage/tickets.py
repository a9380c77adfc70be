"""Queries about tickets."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, case, select

from bot.ports import Posted
from bot.storage.conversations import posted_in
from bot.storage.tables import LIVE_STATUSES, tickets

_URGENCY = case({"urgent": 0, "high": 1}, value=tickets.c.priority, else_=2)


def live_tickets(connection: Connection) -> list[Row[Any]]:
    """Live tickets, the most urgent first, then the oldest."""
    query = select(tickets).where(tickets.c.status.in_(LIVE_STATUSES)).order_by(_URGENCY, tickets.c.id)
    return list(connection.execute(query))


def ticket_with_talk(connection: Connection, *, number: int) -> tuple[Row[Any], list[Posted]] | None:
    """A ticket and the public messages of its conversation; None where there is no such ticket."""
    ticket = connection.execute(select(tickets).where(tickets.c.id == number)).one_or_none()
    return None if ticket is None else (ticket, posted_in(connection, ticket.conversation_id))
