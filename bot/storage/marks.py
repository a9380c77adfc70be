"""What agents write on a ticket besides talk: its priority, its tags, the language its customer speaks."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select, update

from bot.storage.tables import conversations, tickets

TAG_LIMIT, TAGS = 40, 20  # characters of one, and how many


def set_priority(connection: Connection, number: int, priority: str) -> None:
    """How urgent a ticket is."""
    values = {"priority": priority, "version": tickets.c.version + 1}
    connection.execute(update(tickets).where(tickets.c.id == number).values(**values))


def add_tags(connection: Connection, number: int, words: Sequence[str]) -> None:
    """Words a ticket is found by, each once, in small letters."""
    had = connection.execute(select(tickets.c.tags).where(tickets.c.id == number).with_for_update()).scalar_one()
    added = (word.strip("#,").lower()[:TAG_LIMIT] for word in words)
    tags = list(dict.fromkeys((*had, *filter(None, added))))[:TAGS]
    values = {"tags": tags, "version": tickets.c.version + 1}
    connection.execute(update(tickets).where(tickets.c.id == number).values(**values))


def set_language(connection: Connection, number: int, language: str) -> None:
    """The language the customer of a ticket is spoken to in."""
    whose = select(tickets.c.conversation_id).where(tickets.c.id == number).scalar_subquery()
    values = {"language": language, "version": conversations.c.version + 1}
    connection.execute(update(conversations).where(conversations.c.id == whose).values(**values))
    connection.execute(update(tickets).where(tickets.c.id == number).values(version=tickets.c.version + 1))
