"""The tables. Names are the glossary's; every constraint has a name, every time is UTC and aware."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

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


class Table(DeclarativeBase):
    """Base of all tables: one metadata, one naming convention, so that migrations name what they change."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcTime, dict[str, Any]: JSON, list[dict[str, Any]]: JSON}  # noqa: RUF012 - SQLAlchemy reads it so


def _one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


class Contact(Table):
    """One address on one channel: a browser, a Telegram chat, the terminal."""

    __tablename__ = "contacts"
    __table_args__ = (UniqueConstraint("channel", "address"),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    channel: Mapped[str] = mapped_column(String(32))
    address: Mapped[str] = mapped_column(String(128))
    created_at: Mapped[datetime]


class Conversation(Table):
    """The lasting talk with one contact. `version` rises by one with every turn."""

    __tablename__ = "conversations"
    __table_args__ = (_one_of("owner", OWNERS),)
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), unique=True)
    language: Mapped[str | None] = mapped_column(String(8))  # None until the first words tell
    owner: Mapped[str] = mapped_column(String(8))
    state: Mapped[dict[str, Any]]
    offered: Mapped[list[dict[str, Any]]]  # choices of the last reply, so that a typed number can pick one
    version: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class MessageRow(Table):
    """One message of a conversation; `seq` counts 1, 2, 3 … within it and never changes."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq"),
        UniqueConstraint("conversation_id", "external_id"),
        _one_of("author", AUTHORS),
        _one_of("visibility", ("public", "internal")),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    seq: Mapped[int]
    author: Mapped[str] = mapped_column(String(8))
    visibility: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(Text)
    choice: Mapped[str | None] = mapped_column(String(128))  # id of the button the customer pressed
    choices: Mapped[list[dict[str, Any]]]
    attachments: Mapped[list[dict[str, Any]]]
    language: Mapped[str | None] = mapped_column(String(8))
    external_id: Mapped[str | None] = mapped_column(String(160))  # the sender's own id of the message
    reply_to: Mapped[int | None]  # seq of the customer's message that this one answers
    at: Mapped[datetime]


class Attachment(Table):
    """A file somebody sent. The bytes lie on disk under their hash; this row says whose and what."""

    __tablename__ = "attachments"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)  # random, unguessable
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), index=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(String(160))
    media_type: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]
    created_at: Mapped[datetime]


class InboxRow(Table):
    """Everything received, once. A row without `handled_at` is work to do."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "external_id"),
        Index(
            "ix_inbox_unhandled",
            "id",
            sqlite_where=text("handled_at IS NULL"),
            postgresql_where=text("handled_at IS NULL"),
        ),
        Index(
            "ix_inbox_lane_unhandled",
            "conversation_id",
            "id",
            sqlite_where=text("handled_at IS NULL"),
            postgresql_where=text("handled_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    channel: Mapped[str] = mapped_column(String(32))
    external_id: Mapped[str] = mapped_column(String(160))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    payload: Mapped[dict[str, Any]]
    received_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(server_default="0")
    parked: Mapped[str | None] = mapped_column(String(80))  # class of the error that made us give up


class OutboxRow(Table):
    """Everything to be sent by a channel that must call out, in order per lane."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("key"),
        _one_of("status", ("waiting", "sent", "failed")),
        Index(
            "ix_outbox_waiting",
            "lane",
            "id",
            sqlite_where=text("status = 'waiting'"),
            postgresql_where=text("status = 'waiting'"),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(160))  # idempotency key: one per message and destination
    lane: Mapped[str] = mapped_column(String(160))
    channel: Mapped[str] = mapped_column(String(32))
    address: Mapped[str] = mapped_column(String(128))
    message: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(String(8))
    attempts: Mapped[int]
    not_before: Mapped[datetime]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


class AnswerRow(Table):
    """What was said to a question and whether it helped. `entry` is NULL where nothing was found."""

    __tablename__ = "answers"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"), index=True)
    question: Mapped[str] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(String(8))
    decision: Mapped[str] = mapped_column(String(8))
    entry: Mapped[str | None] = mapped_column(String(64))
    entry_version: Mapped[str | None] = mapped_column(String(16))
    entry_language: Mapped[str | None] = mapped_column(String(8))
    confidence: Mapped[float] = mapped_column(Float)
    helped: Mapped[bool | None]
    at: Mapped[datetime]


class Ticket(Table):
    """A promise to a customer. At most one live one per conversation."""

    __tablename__ = "tickets"
    __table_args__ = (
        _one_of("status", TICKET_STATUSES),
        Index(
            "uq_tickets_live",
            "conversation_id",
            unique=True,
            sqlite_where=text(LIVE_TICKET),
            postgresql_where=text(LIVE_TICKET),
        ),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    status: Mapped[str] = mapped_column(String(24))
    priority: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(String(24))
    contact: Mapped[str | None] = mapped_column(String(160))
    description: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Secret(Table):
    """Keys the bot made for itself, shared by all processes on one database."""

    __tablename__ = "secrets"
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[bytes] = mapped_column(LargeBinary)
