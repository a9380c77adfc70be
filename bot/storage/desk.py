"""Writes of people who answer: what agents say to customers and to each other, and what the bot tells both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, select, update

from bot.ports import Posted
from bot.storage.conversations import Standing, insert_message, posted_of, seq_of, standing
from bot.storage.outbox import edit_later, send_later
from bot.storage.tables import conversations, messages
from bot.storage.tickets import act, find_ticket, touch, touch_live
from handlers.rules.tickets import Refused
from handlers.words import Attachment, Choice

Visibility = Literal["public", "internal"]
Pushes = Callable[[str], bool]  # whether messages to a channel go through the outbox
Words = Callable[[str | None], tuple[str, tuple[Choice, ...]]]  # text and choices in a customer's language


@dataclass(frozen=True, slots=True)
class Said:
    """What an agent wrote, translated at the desk's door."""

    agent: int
    external_id: str  # unique within the conversation; the same id again is the same message
    text: str
    attachments: tuple[Attachment, ...] = ()
    reply_to: int | None = None  # seq of the message it answers


@dataclass(frozen=True, slots=True)
class Told:
    """A message with a customer that was stored, and where it must go."""

    conversation: int
    to: Standing
    posted: Posted


def answer(connection: Connection, number: int, said: Said, now: datetime, pushes: Pushes) -> Told | Refused:
    """An agent's words to the customer: stored once, and the ticket is in their hands from now on."""
    ticket = find_ticket(connection, number=number)
    if ticket is None:
        return Refused("no_ticket", "There is no such ticket.")
    to = standing(connection, ticket.conversation_id)
    known = seq_of(connection, ticket.conversation_id, said.external_id)
    if known is not None:
        return Told(ticket.conversation_id, to, posted_of(connection, ticket.conversation_id, known))
    done = act(connection, number, "agent_wrote", "agent", now, said.agent)
    if isinstance(done, Refused):
        return done
    posted = _store(connection, ticket, said, "public", now)
    if pushes(to.channel):
        send_later(connection, to, ticket.conversation_id, [posted], now)
    return Told(ticket.conversation_id, to, posted)


def note(connection: Connection, number: int, said: Said, now: datetime) -> Posted | Refused:
    """An agent's words to other agents: the customer never sees them."""
    ticket = find_ticket(connection, number=number)
    if ticket is None:
        return Refused("no_ticket", "There is no such ticket.")
    known = seq_of(connection, ticket.conversation_id, said.external_id)
    if known is not None:
        return posted_of(connection, ticket.conversation_id, known)
    posted = _store(connection, ticket, said, "internal", now)
    touch(connection, number)
    return posted


def remark(connection: Connection, number: int, text: str, now: datetime) -> None:
    """The bot's words to the agents of a ticket."""
    ticket = find_ticket(connection, number=number)
    if ticket is not None:
        insert_message(connection, ticket.conversation_id, "bot", now, text=text, visibility="internal")
        touch(connection, number)


def tell(connection: Connection, conversation: int, words: Words, now: datetime, pushes: Pushes) -> Told:
    """The bot's words to a customer outside a turn; the choices can be picked by typing, too."""
    to = standing(connection, conversation)
    language = to.snapshot.language
    text, choices = words(language)
    offered = [asdict(choice) for choice in choices]
    seq = insert_message(connection, conversation, "bot", now, text=text, choices=offered, language=language)
    moved = {"offered": offered, "version": conversations.c.version + 1}
    connection.execute(update(conversations).where(conversations.c.id == conversation).values(**moved))
    posted = Posted(seq, "bot", text, choices, (), language, now)
    if pushes(to.channel):
        send_later(connection, to, conversation, [posted], now)
    return Told(conversation, to, posted)


def edit(connection: Connection, conversation: int, seq: int, text: str, now: datetime, pushes: Pushes) -> Told | None:
    """Somebody edited what they had written; None where the customer has nothing new to see by it."""
    row = connection.execute(
        select(messages).where(messages.c.conversation_id == conversation, messages.c.seq == seq)
    ).one()
    if row.text == text:
        return None
    connection.execute(
        update(messages).where(messages.c.id == row.id).values(text=text, revision=messages.c.revision + 1)
    )
    touch_live(connection, conversation)
    if row.visibility == "internal":
        return None
    to, posted = standing(connection, conversation), posted_of(connection, conversation, seq)
    if pushes(to.channel) and row.author != "customer":
        edit_later(connection, to, conversation, posted, now)
    return Told(conversation, to, posted)


def _store(connection: Connection, ticket: Row[Any], said: Said, visibility: Visibility, now: datetime) -> Posted:
    seq = insert_message(
        connection,
        ticket.conversation_id,
        "agent",
        now,
        text=said.text,
        visibility=visibility,
        attachments=[asdict(file) for file in said.attachments],
        external_id=said.external_id,
        reply_to=said.reply_to,
        agent_id=said.agent,
    )
    return Posted(seq, "agent", said.text, (), said.attachments, None, now, said.reply_to)
