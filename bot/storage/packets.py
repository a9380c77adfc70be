"""The hand-off packet of a conversation, from what is stored of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from bot.storage.registry.checks import Check, last_check
from bot.storage.tables import answers, contacts, conversations, messages, ticket_events, tickets
from bot.storage.walks import tried_since
from handlers.rules.packet import ANSWERS, ATTACHMENTS, QUESTIONS, STEPS, Given, Packet, Step
from handlers.words import Attachment, TicketWanted

WRITTEN = 50  # messages looked at for files and last words


def packet_of(connection: Connection, conversation: int, language: str, wanted: TicketWanted) -> Packet:
    """What a person must know who takes over this conversation now."""
    channel = connection.execute(
        select(contacts.c.channel)
        .join(conversations, conversations.c.contact_id == contacts.c.id)
        .where(conversations.c.id == conversation)
    ).scalar_one()
    since = ended(connection, conversation)
    asked = _answers(connection, conversation, since)
    check = last_check(connection, conversation, since)
    written = _written(connection, conversation, since)
    given = tuple(Given(row.entry, row.entry_language, row.helped) for row in asked if row.entry is not None)
    return Packet(
        reason=wanted.reason,
        language=language,
        channel=channel,
        last_words=next((row.text for row in written if row.text.strip() and not row.text.startswith("/")), ""),
        questions=tuple(dict.fromkeys(row.question for row in asked))[-QUESTIONS:],
        answers=given[-ANSWERS:],
        steps=tuple(Step(what, result) for what, result in tried_since(connection, conversation, since))[-STEPS:],
        attachments=tuple(Attachment(**file) for row in reversed(written) for file in row.attachments)[-ATTACHMENTS:],
        device=device_of(check),
        serial=None if check is None else check.serial,
        coverage=() if check is None else check.coverage,
    )


def device_of(check: Check | None) -> str | None:
    """Product and model of a device that our records know."""
    return (" ".join(filter(None, (check.product, check.model))) or None) if check is not None else None


def ended(connection: Connection, conversation: int) -> datetime:
    """When the last request of this customer was solved or closed: what was said before belongs to that one."""
    ends = (
        select(func.max(ticket_events.c.at))
        .join(tickets, tickets.c.id == ticket_events.c.ticket_id)
        .where(tickets.c.conversation_id == conversation, ticket_events.c.became.in_(("solved", "closed")))
    )
    found: datetime | None = connection.execute(ends).scalar()
    return found or datetime.min.replace(tzinfo=UTC)


def _answers(connection: Connection, conversation: int, since: datetime) -> list[Row[Any]]:
    mine = (answers.c.conversation_id == conversation) & (answers.c.at > since)
    return list(connection.execute(select(answers).where(mine).order_by(answers.c.id.desc()).limit(2 * QUESTIONS)))[
        ::-1
    ]


def _written(connection: Connection, conversation: int, since: datetime) -> list[Row[Any]]:
    """The customer's latest messages, the newest first."""
    mine = (messages.c.conversation_id == conversation) & (messages.c.author == "customer") & (messages.c.at > since)
    query = select(messages.c.text, messages.c.attachments).where(mine).order_by(messages.c.seq.desc())
    return list(connection.execute(query.limit(WRITTEN)))
