"""Queries of agents who look for something: tickets by words, a customer and their requests."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, Text, cast, or_, select

from bot.storage.standings import serials_told
from bot.storage.tables import contacts, conversations, desk_threads, messages, tickets
from handlers.rules.tickets import Status

FOUND = 10


@dataclass(frozen=True, slots=True)
class Found:
    """A ticket, and where it is shown."""

    number: int
    status: Status
    subject: str
    opened: datetime
    group: int | None
    topic: int | None
    serials: tuple[str, ...] = field(repr=False)  # that this customer told, whole: to be hidden


@dataclass(frozen=True, slots=True)
class Customer:
    """Who a ticket is for, as far as is known."""

    channel: str
    contact: str | None  # the last they left
    language: str | None
    since: datetime
    tickets: tuple[Found, ...]


def search_tickets(connection: Connection, words: str) -> tuple[Found, ...]:
    """Tickets in whose subject, description, contact, tags or talk these words stand together, the newest first."""
    columns = (tickets.c.subject, tickets.c.description, tickets.c.contact, cast(tickets.c.tags, Text))
    said = select(messages.c.conversation_id).where(_holds(messages.c.text, words))
    matches = or_(tickets.c.conversation_id.in_(said), *(_holds(column, words) for column in columns))
    return _found(connection, _tickets().where(matches))


def ticket_numbered(connection: Connection, number: int) -> tuple[Found, ...]:
    """The ticket of this number; nothing where there is none."""
    return _found(connection, _tickets().where(tickets.c.id == number))


def customer_of(connection: Connection, number: int) -> Customer:
    """The customer of a ticket."""
    row = connection.execute(
        select(contacts.c.channel, conversations.c.id, conversations.c.language, conversations.c.created_at)
        .join(conversations, conversations.c.contact_id == contacts.c.id)
        .join(tickets, tickets.c.conversation_id == conversations.c.id)
        .where(tickets.c.id == number)
    ).one()
    left = (
        select(tickets.c.contact)
        .where(tickets.c.conversation_id == row.id, tickets.c.contact.is_not(None))
        .order_by(tickets.c.id.desc())
        .limit(1)
    )
    theirs = _found(connection, _tickets().where(tickets.c.conversation_id == row.id))
    return Customer(row.channel, connection.execute(left).scalar(), row.language, row.created_at, theirs)


def _tickets() -> Select[Any]:
    shown = desk_threads.c.ticket_id == tickets.c.id
    return (
        select(tickets, desk_threads.c.group_id, desk_threads.c.thread_id)
        .outerjoin(desk_threads, shown)
        .order_by(tickets.c.id.desc())
        .limit(FOUND)
    )


def _found(connection: Connection, query: Select[Any]) -> tuple[Found, ...]:
    return tuple(_one(connection, row) for row in connection.execute(query).all())


def _one(connection: Connection, row: Row[Any]) -> Found:
    told = serials_told(connection, row)
    return Found(row.id, row.status, row.subject, row.created_at, row.group_id, row.thread_id, told)


def _holds(column: Any, words: str) -> ColumnElement[bool]:
    """Great or small letters: SQLite itself takes only those of English for the same."""
    ways = dict.fromkeys((words, words.lower(), words.upper(), words.capitalize()))
    return or_(*(column.ilike(f"%{_literal(way)}%", escape="\\") for way in ways))


def _literal(words: str) -> str:
    """Words in which % and _ mean themselves."""
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
