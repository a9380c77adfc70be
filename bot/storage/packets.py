"""The hand-off packet of a conversation, from what is stored of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select

from bot.storage.tables import answers, contacts, conversations, messages
from handlers.rules.packet import ANSWERS, ATTACHMENTS, QUESTIONS, Given, Packet
from handlers.words import Attachment, TicketWanted


def packet_of(connection: Connection, conversation: int, language: str, wanted: TicketWanted) -> Packet:
    """What a person must know who takes over this conversation now."""
    channel = connection.execute(
        select(contacts.c.channel)
        .join(conversations, conversations.c.contact_id == contacts.c.id)
        .where(conversations.c.id == conversation)
    ).scalar_one()
    asked = _answers(connection, conversation)
    written = _written(connection, conversation)
    given = tuple(Given(row.entry, row.entry_language, row.helped) for row in asked if row.entry is not None)
    return Packet(
        reason=wanted.reason,
        language=language,
        channel=channel,
        last_words=next((row.text for row in written if row.text.strip() and not row.text.startswith("/")), ""),
        questions=tuple(dict.fromkeys(row.question for row in asked))[-QUESTIONS:],
        answers=given[-ANSWERS:],
        attachments=tuple(Attachment(**file) for row in reversed(written) for file in row.attachments)[-ATTACHMENTS:],
    )


def _answers(connection: Connection, conversation: int) -> list[Row[Any]]:
    query = select(answers).where(answers.c.conversation_id == conversation).order_by(answers.c.id.desc())
    return list(connection.execute(query.limit(2 * QUESTIONS)))[::-1]


def _written(connection: Connection, conversation: int) -> list[Row[Any]]:
    """The customer's latest messages, the newest first."""
    query = (
        select(messages.c.text, messages.c.attachments)
        .where(messages.c.conversation_id == conversation, messages.c.author == "customer")
        .order_by(messages.c.seq.desc())
        .limit(50)
    )
    return list(connection.execute(query))
