"""Queries about talk: receiving a message, reading where a conversation stands, recording a turn.

Each function takes the writer's (or a reader's) connection and returns values; none commits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Table, bindparam, exists, func, insert, select, union_all, update
from sqlalchemy.dialects import sqlite

from bot.ports import Accepted, Inbound, Posted
from bot.storage.prepared import Prepared
from bot.storage.tables import contacts, conversations, copies, inbox, messages
from handlers.rules.numbers import shown
from handlers.words import TICKET, Attachment, Choice, Message, Reply, Snapshot, State

PAGE = 50  # messages read at once: of the longest texts 800 kB, which a slow reader makes us keep
ALL_PARTS = ("text", "choice", "attachments", "language_hint", "origin")


class TurnOvertaken(Exception):
    """Another turn of this conversation, or of this message, was recorded first. Think again."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An inbox row that nobody has handled yet."""

    inbox_id: int
    conversation: int
    seq: int  # of the customer's message
    channel: str
    message: Message
    attempts: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a conversation stands, as the worker needs it."""

    snapshot: Snapshot
    version: int
    channel: str
    address: str


@dataclass(frozen=True, slots=True)
class TurnWrite:
    """Everything a turn changes, besides its events."""

    waiting: Waiting
    version: int  # the conversation's, as read
    replies: tuple[Reply, ...]
    state: State
    language: str
    owner: str
    offered: tuple[Choice, ...]
    now: datetime
    parked: str | None = None  # the error that made us give up thinking about this message


def insert_once(connection: Connection, table: Table, values: dict[str, Any]) -> Any:
    """INSERT, but nothing where a unique constraint would be broken. The new row's key; None where there was one."""
    return _insert_once(connection.dialect.name, table).value(connection, values)


@cache
def _insert_once(dialect: str, table: Table) -> Prepared:
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql  # here, because its import takes time and memory

        return Prepared(postgresql.insert(table).on_conflict_do_nothing().returning(*table.primary_key))
    return Prepared(sqlite.insert(table).on_conflict_do_nothing().returning(*table.primary_key))


_find_conversation = (
    select(conversations.c.id)
    .join(contacts, contacts.c.id == conversations.c.contact_id)
    .where(contacts.c.channel == bindparam("channel"), contacts.c.address == bindparam("address"))
)
_lock_conversation = select(conversations.c.id).where(conversations.c.id == bindparam("talk")).with_for_update()
_find_seq = select(messages.c.seq).where(
    messages.c.conversation_id == bindparam("conversation"), messages.c.external_id == bindparam("external_id")
)
_last_seq = select(func.coalesce(func.max(messages.c.seq), 0)).where(messages.c.conversation_id == bindparam("talk"))
# The number is made inside the INSERT: one statement, and the unique constraint watches over it.
_insert_message = Prepared(insert(messages).values(seq=_last_seq.scalar_subquery() + 1).returning(messages.c.seq))
_insert_any = insert(messages).values(seq=_last_seq.scalar_subquery() + 1).returning(messages.c.seq)
_older = inbox.alias("older")
_handle = Prepared(
    update(inbox)
    .where(
        inbox.c.id == bindparam("inbox_id"),
        inbox.c.handled_at.is_(None),
        # Order within the lane, also where two processes took two messages of one conversation.
        ~exists().where(
            _older.c.conversation_id == bindparam("conversation"),
            _older.c.handled_at.is_(None),
            _older.c.id < bindparam("inbox_id"),
        ),
    )
    .values(handled_at=bindparam("now"), parked=bindparam("parked_as"))
)
_move_on = Prepared(
    update(conversations)
    .where(conversations.c.id == bindparam("talk"), conversations.c.version == bindparam("was"))
    .values(
        state=bindparam("new_state"), language=bindparam("new_language"), owner=bindparam("new_owner"),
        offered=bindparam("new_offered"), version=bindparam("was") + 1, updated_at=bindparam("now"),
    )
)  # fmt: skip


def conversation_of(connection: Connection, channel: str, address: str) -> int | None:
    """The id of the conversation with this address; None before its first message."""
    return connection.execute(_find_conversation, {"channel": channel, "address": address}).scalar()


def accept(connection: Connection, inbound: Inbound, now: datetime, known: int | None = None) -> Accepted:
    """Store an inbound message once (commit 1). `known` is the conversation's id, where the caller has it."""
    conversation = known or ensure_conversation(connection, inbound.channel, inbound.address, now)
    if connection.dialect.name == "postgresql":
        # Other processes write at the same time: only behind this lock is the order of the inbox's ids and of the
        # numbers the order of the commits. SQLite has one writer.
        connection.execute(_lock_conversation, {"talk": conversation})
    external_id = inbound.external_id
    fresh = insert_once(
        connection,
        inbox,
        {
            "channel": inbound.channel, "external_id": external_id, "conversation_id": conversation,
            "payload": payload_of(inbound.message), "received_at": now, "attempts": 0,
        },
    )  # fmt: skip
    if fresh is None:
        found = {"conversation": conversation, "external_id": external_id}
        return Accepted(conversation, connection.execute(_find_seq, found).scalar_one(), None)
    seq = _insert_message.value(
        connection,
        _message_row(conversation, "customer", inbound.message.text, now)
        | {
            "choice": inbound.message.choice, "external_id": external_id,
            "reply_to": _answered(connection, conversation, inbound),
            "attachments": [asdict(file) for file in inbound.message.attachments],
        },
    )  # fmt: skip
    return Accepted(conversation, seq, fresh)


def _answered(connection: Connection, conversation: int, inbound: Inbound) -> int | None:
    """The number of the message that the customer answers; None where they name none, or one that is not ours."""
    if inbound.quotes is None:
        return None
    here = (copies.c.channel == inbound.channel) & (copies.c.address == inbound.address)
    ours = select(copies.c.seq).where(here, copies.c.external_id == inbound.quotes)
    own = select(messages.c.seq).where(
        messages.c.conversation_id == conversation, messages.c.external_id == f"{inbound.address}:{inbound.quotes}"
    )
    return connection.execute(union_all(ours, own).limit(1)).scalar()


def ensure_conversation(connection: Connection, channel: str, address: str, now: datetime) -> int:
    """The id of the conversation with an address, made at its first sight."""
    found = conversation_of(connection, channel, address)
    if found is not None:
        return found
    contact = ensure_contact(connection, channel, address, now)
    created = insert_once(
        connection,
        conversations,
        {
            "contact_id": contact, "owner": "bot", "state": {}, "offered": [], "version": 0,
            "created_at": now, "updated_at": now,
        },
    )  # fmt: skip
    found = created if created is not None else conversation_of(connection, channel, address)
    if found is None:
        raise TurnOvertaken("a conversation vanished while it was made")
    return found


def ensure_contact(connection: Connection, channel: str, address: str, now: datetime) -> int:
    """The id of a contact, made at its first sight."""
    who = (contacts.c.channel == channel) & (contacts.c.address == address)
    created = insert_once(connection, contacts, {"channel": channel, "address": address, "created_at": now})
    found = created if created is not None else connection.execute(select(contacts.c.id).where(who)).scalar_one()
    return int(found)


def unhandled(connection: Connection, before: datetime, limit: int = 500) -> list[Waiting]:
    """Inbox rows received before a moment that nobody handled, oldest first."""
    rows = connection.execute(
        select(inbox.c.id, inbox.c.conversation_id, inbox.c.channel, inbox.c.payload, inbox.c.attempts, messages.c.seq)
        .join(
            messages,
            (messages.c.conversation_id == inbox.c.conversation_id) & (messages.c.external_id == inbox.c.external_id),
        )
        .where(inbox.c.handled_at.is_(None), inbox.c.received_at <= before)
        .order_by(inbox.c.id)
        .limit(limit)
    )
    return [
        Waiting(row.id, row.conversation_id, row.seq, row.channel, message_of(row.payload), row.attempts)
        for row in rows
    ]


def waiting_of(connection: Connection, conversation: int) -> list[Waiting]:
    """The unhandled inbox rows of one conversation, oldest first."""
    rows = connection.execute(
        select(inbox.c.id, inbox.c.channel, inbox.c.payload, inbox.c.attempts, messages.c.seq)
        .join(messages, (messages.c.conversation_id == conversation) & (messages.c.external_id == inbox.c.external_id))
        .where(inbox.c.conversation_id == conversation, inbox.c.handled_at.is_(None))
        .order_by(inbox.c.id)
    )
    return [Waiting(row.id, conversation, row.seq, row.channel, message_of(row.payload), row.attempts) for row in rows]


def standing(connection: Connection, conversation: int) -> Standing:
    """Where this conversation stands now."""
    row = connection.execute(
        select(conversations, contacts.c.channel, contacts.c.address)
        .join(contacts, contacts.c.id == conversations.c.contact_id)
        .where(conversations.c.id == conversation)
    ).one()
    offered = tuple(Choice(**choice) for choice in row.offered)
    snapshot = Snapshot(row.language, row.owner, row.state, offered, country=row.country)
    return Standing(snapshot, row.version, row.channel, row.address)


def record(
    connection: Connection, turn: TurnWrite, keep_events: Callable[[], int | None] = lambda: None
) -> list[Posted]:
    """Store a turn (commit 2): the inbox row handled, the conversation moved on, the replies numbered.

    `keep_events` stores what else came of it, before the replies: they may name the ticket whose number it returns.
    Raises `TurnOvertaken` where the row was handled already, an older one of the lane was not, or the conversation
    moved since it was read.
    """
    conversation = turn.waiting.conversation
    handled = _handle.count(
        connection,
        {
            "inbox_id": turn.waiting.inbox_id, "conversation": conversation, "now": turn.now,
            "parked_as": turn.parked,
        },
    )  # fmt: skip
    if handled != 1:
        raise TurnOvertaken("this message was handled already, or an older one waits")
    moved = _move_on.count(
        connection,
        {
            "talk": conversation, "was": turn.version, "new_state": dict(turn.state),
            "new_language": turn.language, "new_owner": turn.owner,
            "new_offered": _choices(turn.offered), "now": turn.now,
        },
    )  # fmt: skip
    if moved != 1:
        raise TurnOvertaken("the conversation moved since it was read")
    number = keep_events()
    return [_post(connection, turn, _naming(reply, number)) for reply in turn.replies]


def _naming(reply: Reply, number: int | None) -> Reply:
    """The reply with the number of the ticket that the turn wanted."""
    return reply if number is None else replace(reply, text=reply.text.replace(TICKET, shown(number)))


def _post(connection: Connection, turn: TurnWrite, reply: Reply) -> Posted:
    row = _message_row(turn.waiting.conversation, "bot", reply.text, turn.now) | {
        "choices": _choices(reply.choices),
        "language": turn.language,
        "reply_to": turn.waiting.seq,
    }
    seq = _insert_message.value(connection, row)
    return Posted(seq, "bot", reply.text, reply.choices, (), turn.language, turn.now, turn.waiting.seq)


def count_attempt(connection: Connection, inbox_id: int) -> None:
    """One more failed try at thinking about a message."""
    connection.execute(update(inbox).where(inbox.c.id == inbox_id).values(attempts=inbox.c.attempts + 1))


_after = (
    select(messages)
    .join(conversations, conversations.c.id == messages.c.conversation_id)
    .join(contacts, contacts.c.id == conversations.c.contact_id)
    .where(
        contacts.c.channel == bindparam("channel"), contacts.c.address == bindparam("address"),
        messages.c.seq > bindparam("after"), messages.c.visibility == "public",
    )
    .order_by(messages.c.seq)
    .limit(PAGE)
)  # fmt: skip


def posted_after(connection: Connection, channel: str, address: str, after: int) -> list[Posted]:
    """The public messages with an address that have a number above `after`, in order, at most `PAGE`."""
    rows = connection.execute(_after, {"channel": channel, "address": address, "after": after})
    return [_posted(row) for row in rows]


def _posted(row: Row[Any]) -> Posted:
    choices = tuple(Choice(**choice) for choice in row.choices)
    files = tuple(Attachment(**file) for file in row.attachments)
    return Posted(row.seq, row.author, row.text, choices, files, row.language, row.at, row.reply_to, row.revision)


def insert_message(connection: Connection, conversation: int, author: str, now: datetime, **values: Any) -> int:
    """Store a message outside a turn; its number. On PostgreSQL the conversation is locked first."""
    if connection.dialect.name == "postgresql":
        connection.execute(_lock_conversation, {"talk": conversation})
    row = _message_row(conversation, author, values.pop("text"), now) | values
    return int(connection.execute(_insert_any, row).scalar_one())


def seq_of(connection: Connection, conversation: int, external_id: str) -> int | None:
    """The number of a message that came under this id; None for one that never came."""
    return connection.execute(_find_seq, {"conversation": conversation, "external_id": external_id}).scalar()


def posted_of(connection: Connection, conversation: int, seq: int) -> Posted:
    """One message as stored."""
    which = (messages.c.conversation_id == conversation) & (messages.c.seq == seq)
    return _posted(connection.execute(select(messages).where(which)).one())


def _message_row(conversation: int, author: str, words: str, now: datetime) -> dict[str, Any]:
    return {
        "conversation_id": conversation, "talk": conversation, "author": author, "visibility": "public",
        "text": words, "choice": None, "choices": [], "attachments": [], "language": None,
        "external_id": None, "reply_to": None, "agent_id": None, "revision": 0, "at": now,
    }  # fmt: skip


def payload_of(message: Message) -> dict[str, Any]:
    """A message as it is stored until its turn."""
    return {
        "text": message.text, "choice": message.choice, "language_hint": message.language_hint,
        "origin": message.origin, "attachments": [asdict(file) for file in message.attachments],
    }  # fmt: skip


def _choices(choices: Sequence[Choice]) -> list[dict[str, str]]:
    return [{"id": choice.id, "label": choice.label} for choice in choices]


def message_of(payload: dict[str, Any]) -> Message:
    """A stored payload as the Message it was."""
    files = tuple(Attachment(**file) for file in payload["attachments"])
    # A row of an earlier version lacks what came later.
    parts = {part: payload[part] for part in ALL_PARTS if part != "attachments" and part in payload}
    return Message(**parts, attachments=files)


def posted_to_json(message: Posted) -> dict[str, Any]:
    """The object of the public contract."""
    return {
        "seq": message.seq, "author": message.author, "text": message.text,
        "choices": _choices(message.choices),
        "attachments": [asdict(file) for file in message.attachments],
        "at": message.at.isoformat(), "lang": message.language, "reply_to": message.reply_to,
        "revision": message.revision,
    }  # fmt: skip


def posted_from_json(value: dict[str, Any]) -> Posted:
    """The other way round."""
    return Posted(
        value["seq"], value["author"], value["text"], tuple(Choice(**choice) for choice in value["choices"]),
        tuple(Attachment(**file) for file in value["attachments"]), value["lang"],
        datetime.fromisoformat(value["at"]), value["reply_to"], value.get("revision", 0),
    )  # fmt: skip
