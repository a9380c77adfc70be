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
    Column("reply_to", Integer),  # seq of the customer's message that this one answers
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

# A promise to a customer. At most one live one per conversation.
tickets = Table(
    "tickets",
    metadata,
    _id(),
    _some("conversation_id", BigId, ForeignKey("conversations.id")),
    _some("status", String(24)),
    _some("priority", String(8)),
    _some("reason", String(24)),
    Column("contact", String(160)),
    _some("description", Text),
    _some("created_at", UtcTime),
    _some("updated_at", UtcTime),
    _one_of("status", TICKET_STATUSES),
    _partial("uq_tickets_live", "conversation_id", where=LIVE_TICKET, unique=True),
)

# Keys the bot made for itself, shared by all processes on one database.
keys = Table("secrets", metadata, Column("name", String(32), primary_key=True), _some("value", LargeBinary))
