"""The tables. Names are the glossary's; every constraint has a name, every time is UTC and aware.

Tables of SQLAlchemy's Core, not mapped classes: the ORM would cost nine megabytes and a tenth of the start.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeDecorator, TypeEngine

OWNERS = ("bot", "queued", "human")
AUTHORS = ("customer", "bot", "agent")
LIVE_STATUSES = ("new", "open", "waiting_customer", "waiting_third_party", "reopened")
TICKET_STATUSES = (*LIVE_STATUSES, "solved", "closed")
LIVE_TICKET = "status NOT IN ('solved', 'closed')"


class UtcTime(TypeDecorator[datetime]):
    """A moment. Stored as UTC, given back aware; SQLite keeps no zone, so it is put back here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without a zone was about to be stored; pass an aware one")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


BigId = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows by itself only for INTEGER


# One naming convention, so that migrations name what they change.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[int]:
    return Column("id", BigId, primary_key=True)


def _some(
    name: str, kind: TypeEngine[Any] | type[TypeEngine[Any]], *more: SchemaItem, unique: bool | None = None,
    index: bool | None = None, server_default: str | None = None,
) -> Column[Any]:  # fmt: skip
    """A column that always holds a value."""
    return Column(name, kind, *more, nullable=False, unique=unique, index=index, server_default=server_default)


def _one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def _partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index of some rows. On PostgreSQL too: the migrations say it there, because SQLAlchemy would load a whole
    dialect to hear it here."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where))


# One address on one channel: a browser, a Telegram chat, the terminal.
contacts = Table(
    "contacts",
    metadata,
    _id(),
    _some("channel", String(32)),
    _some("address", String(128)),
    _some("created_at", UtcTime),
    Column("blocked_at", UtcTime),  # since when nothing reaches them: they stopped the bot or left Telegram
    UniqueConstraint("channel", "address"),
)

# The lasting talk with one contact. `version` rises by one with every turn.
conversations = Table(
    "conversations",
    metadata,
    _id(),
    _some("contact_id", BigId, ForeignKey("contacts.id"), unique=True),
    Column("language", String(8)),  # NULL until the first words tell
    _some("owner", String(8)),
    _some("state", JSON),
    _some("offered", JSON),  # choices of the last reply, so that a typed number can pick one
    _some("version", Integer),
    _some("created_at", UtcTime),
    _some("updated_at", UtcTime),
    _one_of("owner", OWNERS),
)

# One message of a conversation; `seq` counts 1, 2, 3 … within it and never changes.
messages = Table(
    "messages",
    metadata,
    _id(),
    _some("conversation_id", BigId, ForeignKey("conversations.id")),
    _some("seq", Integer),
    _some("author", String(8)),
    _some("visibility", String(8)),
    _some("text", Text),
    Column("choice", String(128)),  # id of the button the customer pressed
    _some("choices", JSON),
    _some("attachments", JSON),
    Column("language", String(8)),
    Column("external_id", String(160)),  # the sender's own id of the message
    Column("reply_to", Integer),  # seq of the message that this one answers
    Column("agent_id", BigId, ForeignKey("agents.id")),  # who wrote it, of an agent's
    _some("revision", Integer, server_default="0"),  # how often it was edited
    _some("at", UtcTime),
    UniqueConstraint("conversation_id", "seq"),
    UniqueConstraint("conversation_id", "external_id"),
    _one_of("author", AUTHORS),
    _one_of("visibility", ("public", "internal")),
)

# A file somebody sent. The bytes lie on disk under their hash; this row says whose and what.
attachments = Table(
    "attachments",
    metadata,
    Column("id", String(32), primary_key=True),  # random, unguessable
    _some("contact_id", BigId, ForeignKey("contacts.id"), index=True),
    _some("sha256", String(64), index=True),
    _some("name", String(160)),
    _some("media_type", String(80)),
    _some("size", Integer),
    _some("created_at", UtcTime),
)

# Everything received, once. A row without `handled_at` is work to do.
inbox = Table(
    "inbox",
    metadata,
    _id(),
    _some("channel", String(32)),
    _some("external_id", String(160)),
    _some("conversation_id", BigId, ForeignKey("conversations.id")),
    _some("payload", JSON),
    _some("received_at", UtcTime),
    Column("handled_at", UtcTime),
    _some("attempts", Integer, server_default="0"),
    Column("parked", String(80)),  # class of the error that made us give up
    UniqueConstraint("channel", "external_id"),
    _partial("ix_inbox_unhandled", "id", where="handled_at IS NULL"),
    _partial("ix_inbox_lane_unhandled", "conversation_id", "id", where="handled_at IS NULL"),
)

# Everything to be sent by a channel that must call out, in order per lane.
outbox = Table(
    "outbox",
    metadata,
    _id(),
    _some("key", String(160)),  # idempotency key: one per message and destination
    _some("lane", String(160)),
    _some("channel", String(32)),
    _some("address", String(128)),
    _some("message", JSON),
    _some("status", String(8)),
    _some("attempts", Integer),
    _some("parts", Integer, server_default="0"),  # of a long message, that arrived
    _some("not_before", UtcTime),
    _some("created_at", UtcTime),
    Column("sent_at", UtcTime),
    UniqueConstraint("key"),
    _one_of("status", ("waiting", "sent", "failed")),
    _partial("ix_outbox_waiting", "lane", "id", where="status = 'waiting'"),
)

# What was said to a question and whether it helped. `entry` is NULL where nothing was found.
answers = Table(
    "answers",
    metadata,
    _id(),
    _some("conversation_id", BigId, ForeignKey("conversations.id"), index=True),
    _some("question", Text),
    Column("language", String(8)),
    _some("decision", String(8)),
    Column("entry", String(64)),
    Column("entry_version", String(16)),
    Column("entry_language", String(8)),
    _some("confidence", Float),
    Column("helped", Boolean),
    _some("at", UtcTime),
)

# A promise to a customer. At most one live one per conversation; its id is its number.
tickets = Table(
    "tickets",
    metadata,
    _id(),
    _some("conversation_id", BigId, ForeignKey("conversations.id"), index=True),
    _some("status", String(24)),
    _some("priority", String(8)),
    _some("reason", String(24)),
    _some("subject", String(200)),
    Column("contact", String(160)),
    _some("description", Text),
    Column("packet", JSON),  # what was said and tried before, as `handlers.rules.packet` writes it
    _some("tags", JSON),
    _some("tier", String(16), server_default="basic"),  # the service level
    Column("agent_id", BigId, ForeignKey("agents.id")),  # who has taken it
    _some("version", Integer, server_default="1"),  # rises with everything a desk must show
    _some("created_at", UtcTime),
    _some("updated_at", UtcTime),
    _one_of("status", TICKET_STATUSES),
    _partial("uq_tickets_live", "conversation_id", where=LIVE_TICKET, unique=True),
)

# What happened to a ticket, 1, 2, 3 …; rows are only ever added, and replayed they give the stored status.
ticket_events = Table(
    "ticket_events",
    metadata,
    _id(),
    _some("ticket_id", BigId, ForeignKey("tickets.id")),
    _some("seq", Integer),
    _some("action", String(24)),
    Column("was", String(24)),  # NULL of the first
    _some("became", String(24)),
    _some("actor", String(8)),
    Column("agent_id", BigId, ForeignKey("agents.id")),
    _some("detail", JSON),
    _some("at", UtcTime),
    UniqueConstraint("ticket_id", "seq"),
)

# Somebody who answers customers.
agents = Table(
    "agents",
    metadata,
    _id(),
    _some("name", String(120)),
    Column("telegram_id", BigInteger, unique=True),
    _some("created_at", UtcTime),
    Column("removed_at", UtcTime),
)

# The topic that shows a ticket in a group of agents. It is a view: without the row it is made anew.
desk_threads = Table(
    "desk_threads",
    metadata,
    _id(),
    _some("ticket_id", BigId, ForeignKey("tickets.id"), unique=True),
    _some("group_id", BigInteger),
    Column("thread_id", BigInteger),  # NULL until Telegram has made it
    Column("card_id", BigInteger),  # the first post
    _some("title", String(128)),  # as Telegram shows it
    _some("closed", Boolean, server_default="0"),
    _some("version", Integer, server_default="0"),  # of the ticket as it is shown
    _some("shown_seq", Integer, server_default="0"),  # messages of the conversation up to this one are shown
    _some("created_at", UtcTime),
    UniqueConstraint("group_id", "thread_id"),
)

# A message of a conversation as it stands in a chat of a channel or a desk, for replies and edits.
copies = Table(
    "copies",
    metadata,
    _id(),
    _some("channel", String(32)),  # "telegram", or "desk" for a group of agents
    _some("address", String(128)),  # of the chat
    _some("external_id", String(64)),  # the chat's number of the message
    _some("conversation_id", BigId, ForeignKey("conversations.id")),
    _some("seq", Integer),
    _some("revision", Integer, server_default="0"),  # of the message, as it stands there
    UniqueConstraint("channel", "address", "external_id"),
    Index("ix_copies_message", "conversation_id", "seq"),
)

# Updates of Telegram as they came, stored before they are acknowledged. Without `handled_at` one is work to do.
updates = Table(
    "updates",
    metadata,
    _id(),
    _some("bot_id", BigInteger),
    _some("update_id", BigInteger),
    _some("lane", String(64)),  # what is handled in order: a chat, or a chat's topic
    _some("payload", JSON),
    _some("received_at", UtcTime),
    _some("not_before", UtcTime),
    Column("handled_at", UtcTime),
    _some("attempts", Integer, server_default="0"),
    Column("parked", String(80)),  # class of the error that made us give up
    UniqueConstraint("bot_id", "update_id"),
    _partial("ix_updates_unhandled", "bot_id", "lane", "update_id", where="handled_at IS NULL"),
)

# How a customer was served: once per resolution of a ticket.
surveys = Table(
    "surveys",
    metadata,
    _id(),
    _some("ticket_id", BigId, ForeignKey("tickets.id")),
    _some("resolution", Integer),  # seq of the event that solved it
    Column("score", Integer),  # 1 to 5
    _some("tags", JSON),
    Column("comment", Text),
    _some("asked_at", UtcTime),
    Column("answered_at", UtcTime),
    UniqueConstraint("ticket_id", "resolution"),
    CheckConstraint("score BETWEEN 1 AND 5", name="score"),
)

# What the desk was told by the clock, so that it is told once: a warning of a ticket, a day's digest.
reminders = Table(
    "reminders",
    metadata,
    _id(),
    _some("key", String(120), unique=True),
    _some("told_at", UtcTime),
)

# Keys the bot made for itself, shared by all processes on one database.
keys = Table("secrets", metadata, Column("name", String(32), primary_key=True), _some("value", LargeBinary))
