"""Queries about one address of a channel that hears of it by updates: who it is to us, words beside a turn, edits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.ports import Inbound, Posted
from bot.storage.conversations import (
    conversation_of,
    ensure_conversation,
    insert_message,
    message_of,
    payload_of,
    seq_of,
    standing,
)
from bot.storage.desk import Told
from bot.storage.outbox import send_later
from bot.storage.tables import contacts, inbox
from bot.storage.tickets import touch_live
from handlers.words import Choice, Owner


@dataclass(frozen=True, slots=True)
class Known:
    """What we know of an address when something comes from it."""

    conversation: int | None = None  # None: it never wrote before
    seq: int | None = None  # of this message, where it came before
    language: str | None = None
    owner: Owner = "bot"
    offered: tuple[Choice, ...] = ()
    blocked: bool = False  # we thought that nothing reaches it


def known(connection: Connection, channel: str, address: str, external_id: str) -> Known:
    """The address, and whether this message of it is stored already."""
    who = (contacts.c.channel == channel) & (contacts.c.address == address)
    blocked = connection.execute(select(contacts.c.blocked_at).where(who)).scalar() is not None
    conversation = conversation_of(connection, channel, address)
    if conversation is None:
        return Known(blocked=blocked)
    stands = standing(connection, conversation).snapshot
    seq = seq_of(connection, conversation, external_id)
    return Known(conversation, seq, stands.language, stands.owner, stands.offered, blocked)


def say_once(
    connection: Connection, to: Inbound, key: str, words: Callable[[str | None], str], now: datetime
) -> Told | None:
    """The bot's words to an address outside a turn, on a channel that pushes; None where they were said before.

    `key` makes them once: an id within the conversation. `words` gets the conversation's language, None before the
    first turn.
    """
    conversation = ensure_conversation(connection, to.channel, to.address, now)
    if seq_of(connection, conversation, key) is not None:
        return None
    stands = standing(connection, conversation)
    language = stands.snapshot.language
    text = words(language)
    seq = insert_message(connection, conversation, "bot", now, text=text, language=language, external_id=key)
    posted = Posted(seq, "bot", text, (), (), language, now)
    send_later(connection, stands, conversation, [posted], now)
    touch_live(connection, conversation)
    return Told(conversation, stands, posted)


def reword(connection: Connection, edited: Inbound) -> None:
    """A message that nobody has thought about yet says something else now."""
    mine = (
        (inbox.c.channel == edited.channel) & (inbox.c.external_id == edited.external_id) & inbox.c.handled_at.is_(None)
    )
    payload = connection.execute(select(inbox.c.payload).where(mine).with_for_update()).scalar()
    if payload is not None:
        said = payload_of(message_of(payload)) | {"text": edited.message.text}
        connection.execute(update(inbox).where(mine).values(payload=said))
