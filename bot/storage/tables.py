"""The tables. Names are the glossary's; every constraint has a name, every time is UTC and aware.

Tables of SQLAlchemy's Core, not mapped classes: the ORM would cost nine megabytes and a tenth of the start.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bot.storage.columns import BigId, UtcTime, metadata, one_of, partial, row_id, some

OWNERS = ("bot", "queued", "human")
AUTHORS = ("customer", "bot", "agent")
LIVE_STATUSES = ("new", "open", "waiting_customer", "waiting_third_party", "reopened")
TICKET_STATUSES = (*LIVE_STATUSES, "solved", "closed")
LIVE_TICKET = "status NOT IN ('solved', 'closed')"

# One address on one channel: a browser, a Telegram chat, the terminal.
contacts = Table(
    "contacts",
    metadata,
    row_id(),
    some("channel", String(32)),
    some("address", String(128)),
    some("created_at", UtcTime),
    Column("blocked_at", UtcTime),  # since when nothing reaches them: they stopped the bot or left Telegram
    UniqueConstraint("channel", "address"),
)

# The lasting talk with one contact. `version` rises by one with every turn.
conversations = Table(
    "conversations",
    metadata,
    row_id(),
    some("contact_id", BigId, ForeignKey("contacts.id"), unique=True),
    Column("language", String(8)),  # NULL until the first words tell
    Column("country", String(2)),  # whose law counts, where the customer was asked
    some("owner", String(8)),
    some("state", JSON),
    some("offered", JSON),  # choices of the last reply, so that a typed number can pick one
    some("version", Integer),
    some("created_at", UtcTime),
    some("updated_at", UtcTime),
    one_of("owner", OWNERS),
)

# One message of a conversation; `seq` counts 1, 2, 3 … within it and never changes.
messages = Table(
    "messages",
    metadata,
    row_id(),
    some("conversation_id", BigId, ForeignKey("conversations.id")),
    some("seq", Integer),
    some("author", String(8)),
    some("visibility", String(8)),
    some("text", Text),
    Column("choice", String(128)),  # id of the button the customer pressed
    some("choices", JSON),
    some("attachments", JSON),
    Column("language", String(8)),
    Column("external_id", String(160)),  # the sender's own id of the message
    Column("reply_to", Integer),  # seq of the message that this one answers
    Column("agent_id", BigId, ForeignKey("agents.id")),  # who wrote it, of an agent's
    some("revision", Integer, server_default="0"),  # how often it was edited
    some("at", UtcTime),
    UniqueConstraint("conversation_id", "seq"),
    UniqueConstraint("conversation_id", "external_id"),
    one_of("author", AUTHORS),
    one_of("visibility", ("public", "internal")),
)

# A file somebody sent. The bytes lie on disk under their hash; this row says whose and what.
attachments = Table(
    "attachments",
    metadata,
    Column("id", String(32), primary_key=True),  # random, unguessable
    some("contact_id", BigId, ForeignKey("contacts.id"), index=True),
    some("sha256", String(64), index=True),
    some("name", String(160)),
    some("media_type", String(80)),
    some("size", Integer),
    some("created_at", UtcTime),
)

# Everything received, once. A row without `handled_at` is work to do.
inbox = Table(
    "inbox",
    metadata,
    row_id(),
    some("channel", String(32)),
    some("external_id", String(160)),
    some("conversation_id", BigId, ForeignKey("conversations.id")),
    some("payload", JSON),
    some("received_at", UtcTime),
    Column("handled_at", UtcTime),
    some("attempts", Integer, server_default="0"),
    Column("parked", String(80)),  # class of the error that made us give up
    UniqueConstraint("channel", "external_id"),
    partial("ix_inbox_unhandled", "id", where="handled_at IS NULL"),
    partial("ix_inbox_lane_unhandled", "conversation_id", "id", where="handled_at IS NULL"),
)

# Everything to be sent by a channel that must call out, in order per lane.
outbox = Table(
    "outbox",
    metadata,
    row_id(),
    some("key", String(160)),  # idempotency key: one per message and destination
    some("lane", String(160)),
    some("channel", String(32)),
    some("address", String(128)),
    some("message", JSON),
    some("status", String(8)),
    some("attempts", Integer),
    some("parts", Integer, server_default="0"),  # of a long message, that arrived
    some("not_before", UtcTime),
    some("created_at", UtcTime),
    Column("sent_at", UtcTime),
    UniqueConstraint("key"),
    one_of("status", ("waiting", "sent", "failed")),
    partial("ix_outbox_waiting", "lane", "id", where="status = 'waiting'"),
)

# What was said to a question and whether it helped. `entry` is NULL where nothing was found.
answers = Table(
    "answers",
    metadata,
    row_id(),
    some("conversation_id", BigId, ForeignKey("conversations.id"), index=True),
    some("question", Text),
    Column("language", String(8)),
    some("decision", String(8)),
    Column("entry", String(64)),
    Column("entry_version", String(16)),
    Column("entry_language", String(8)),
    some("confidence", Float),
    Column("helped", Boolean),
    some("at", UtcTime),
)

# A promise to a customer. At most one live one per conversation; its id is its number.
tickets = Table(
    "tickets",
    metadata,
    row_id(),
    some("conversation_id", BigId, ForeignKey("conversations.id"), index=True),
    some("status", String(24)),
    some("priority", String(8)),
    some("reason", String(24)),
    some("subject", String(200)),
    Column("contact", String(160)),
    some("description", Text),
    Column("packet", JSON),  # what was said and tried before, as `handlers.rules.packet` writes it
    some("tags", JSON),
    some("tier", String(16), server_default="basic"),  # the service level
    Column("agent_id", BigId, ForeignKey("agents.id")),  # who has taken it
    Column("serial", String(64)),  # of the device it is about, as the customer gave it
    some("version", Integer, server_default="1"),  # rises with everything a desk must show
    some("created_at", UtcTime),
    some("updated_at", UtcTime),
    one_of("status", TICKET_STATUSES),
    partial("uq_tickets_live", "conversation_id", where=LIVE_TICKET, unique=True),
)

# What happened to a ticket, 1, 2, 3 …; rows are only ever added, and replayed they give the stored status.
ticket_events = Table(
    "ticket_events",
    metadata,
    row_id(),
    some("ticket_id", BigId, ForeignKey("tickets.id")),
    some("seq", Integer),
    some("action", String(24)),
    Column("was", String(24)),  # NULL of the first
    some("became", String(24)),
    some("actor", String(8)),
    Column("agent_id", BigId, ForeignKey("agents.id")),
    some("detail", JSON),
    some("at", UtcTime),
    UniqueConstraint("ticket_id", "seq"),
)

# Somebody who answers customers.
agents = Table(
    "agents",
    metadata,
    row_id(),
    some("name", String(120)),
    Column("telegram_id", BigInteger, unique=True),
    some("created_at", UtcTime),
    Column("removed_at", UtcTime),
)

# The topic that shows a ticket in a group of agents. It is a view: without the row it is made anew.
desk_threads = Table(
    "desk_threads",
    metadata,
    row_id(),
    some("ticket_id", BigId, ForeignKey("tickets.id"), unique=True),
    some("group_id", BigInteger),
    Column("thread_id", BigInteger),  # NULL until Telegram has made it
    Column("card_id", BigInteger),  # the first post
    some("title", String(128)),  # as Telegram shows it
    some("closed", Boolean, server_default="0"),
    some("version", Integer, server_default="0"),  # of the ticket as it is shown
    some("shown_seq", Integer, server_default="0"),  # messages of the conversation up to this one are shown
    some("created_at", UtcTime),
    UniqueConstraint("group_id", "thread_id"),
)

# A message of a conversation as it stands in a chat of a channel or a desk, for replies and edits.
copies = Table(
    "copies",
    metadata,
    row_id(),
    some("channel", String(32)),  # "telegram", or "desk" for a group of agents
    some("address", String(128)),  # of the chat
    some("external_id", String(64)),  # the chat's number of the message
    some("conversation_id", BigId, ForeignKey("conversations.id")),
    some("seq", Integer),
    some("revision", Integer, server_default="0"),  # of the message, as it stands there
    UniqueConstraint("channel", "address", "external_id"),
    Index("ix_copies_message", "conversation_id", "seq"),
)

# Updates of Telegram as they came, stored before they are acknowledged. Without `handled_at` one is work to do.
updates = Table(
    "updates",
    metadata,
    row_id(),
    some("bot_id", BigInteger),
    some("update_id", BigInteger),
    some("lane", String(64)),  # what is handled in order: a chat, or a chat's topic
    some("payload", JSON),
    some("received_at", UtcTime),
    some("not_before", UtcTime),
    Column("handled_at", UtcTime),
    some("attempts", Integer, server_default="0"),
    Column("parked", String(80)),  # class of the error that made us give up
    UniqueConstraint("bot_id", "update_id"),
    partial("ix_updates_unhandled", "bot_id", "lane", "update_id", where="handled_at IS NULL"),
)

# Where a customer stands in a troubleshooting flow; with `ended_at` where they stood at last.
walks = Table(
    "walks",
    metadata,
    row_id(),
    some("conversation_id", BigId, ForeignKey("conversations.id"), index=True),
    some("slug", String(40)),  # of the flow
    some("product", String(40)),  # "": nobody told
    some("walk", JSON),  # as `handlers.rules.walking` writes it
    some("step", String(24)),  # the present one, or the end
    Column("helped", String(24)),  # the step that solved it
    some("tried", JSON),  # lines for the person who takes over: what, result
    some("started_at", UtcTime),
    some("updated_at", UtcTime),
    Column("ended_at", UtcTime),
    Column("exit", String(8)),
    partial("uq_walks_open", "conversation_id", "slug", where="ended_at IS NULL", unique=True),
)

# How a customer was served: once per resolution of a ticket.
surveys = Table(
    "surveys",
    metadata,
    row_id(),
    some("ticket_id", BigId, ForeignKey("tickets.id")),
    some("resolution", Integer),  # seq of the event that solved it
    Column("score", Integer),  # 1 to 5
    some("tags", JSON),
    Column("comment", Text),
    some("asked_at", UtcTime),
    Column("answered_at", UtcTime),
    UniqueConstraint("ticket_id", "resolution"),
    CheckConstraint("score BETWEEN 1 AND 5", name="score"),
)

# What the desk was told by the clock, so that it is told once: a warning of a ticket, a day's digest.
reminders = Table(
    "reminders",
    metadata,
    row_id(),
    some("key", String(120), unique=True),
    some("told_at", UtcTime),
)

# Keys the bot made for itself, shared by all processes on one database.
keys = Table("secrets", metadata, Column("name", String(32), primary_key=True), some("value", LargeBinary))
