"""The tables of the registry. A serial is looked up by a keyed hash of it (`bot.storage.registry.keys`), never by the
serial itself: what asks and what is logged of asking tells nobody which serials exist."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from bot.storage.columns import BigId, UtcTime, metadata, one_of, row_id, some

DEVICE = "devices.id"

# One thing somebody owns.
devices = Table(
    "devices",
    metadata,
    row_id(),
    some("serial", String(64)),  # canonical, for agents' eyes
    some("key", LargeBinary(16), unique=True),  # keyed hash of the canonical serial
    some("skeleton", LargeBinary(16), index=True),  # keyed hash of what is left where look-alikes are one
    some("product", String(80)),
    some("model", String(120)),
    some("line", String(40)),
    Column("made_on", Date),
    Column("label_code", LargeBinary(16)),  # keyed hash of the code under the label: a proof of holding it
    some("canary", Boolean, server_default="0"),  # nobody owns it: whoever asks for it is guessing
    some("updated_at", UtcTime),
)

# How a device came to its owner. A device without a row was never sold, or nobody told us.
sales = Table(
    "sales",
    metadata,
    Column("device_id", BigId, ForeignKey(DEVICE), primary_key=True, autoincrement=False),
    Column("purchased_on", Date),
    Column("delivered_on", Date),
    Column("activated_on", Date),
    Column("country", String(2)),
    Column("buyer", String(8)),
    some("goods", String(8), server_default="new"),
    Column("invoice", String(80)),
    Column("email", String(254)),  # where a one-time code may be sent
    Column("phone", String(32)),
    one_of("buyer", ("consumer", "business")),
    one_of("goods", ("new", "used", "digital")),
)

# What somebody promised for a device, besides the law.
coverages = Table(
    "coverages",
    metadata,
    row_id(),
    some("device_id", BigId, ForeignKey(DEVICE)),
    some("kind", String(12)),
    Column("months", Integer),
    some("basis", String(12), server_default="delivery"),
    Column("starts_on", Date),
    Column("ends_on", Date),
    Column("void", String(200)),
    some("tier", String(16), server_default="basic"),
    UniqueConstraint("device_id", "kind"),
    one_of("kind", ("warranty", "extended", "contract")),
)

# A claim that was met, or is being met: then `returned_on` is NULL.
repairs = Table(
    "repairs",
    metadata,
    row_id(),
    some("device_id", BigId, ForeignKey(DEVICE)),
    some("claimed_on", Date),
    Column("returned_on", Date),
    some("kind", String(12), server_default="repair"),
    some("under", String(12), server_default="statutory"),
    UniqueConstraint("device_id", "claimed_on"),
    one_of("kind", ("repair", "replacement")),
    one_of("under", ("warranty", "statutory", "paid")),
)

# A file on its way into the registry: what stands before `offset` is in.
imports = Table(
    "imports",
    metadata,
    row_id(),
    some("digest", String(64), unique=True),  # of the file's bytes
    some("offset", BigInteger),
    some("rows", BigInteger),
    some("refused", BigInteger),
    some("started_at", UtcTime),
    Column("finished_at", UtcTime),
)

# Which serials a conversation was about, for the person who takes it over. One that is not in the registry, too.
serial_checks = Table(
    "serial_checks",
    metadata,
    row_id(),
    some("conversation_id", BigId, ForeignKey("conversations.id"), index=True),
    some("serial", String(64)),
    Column("device_id", BigId, ForeignKey(DEVICE)),
    some("verdict", String(12)),
    some("coverage", JSON),  # as `coverage` of the packet
    some("at", UtcTime),
)

# What a conversation has proved about a device. `until` NULL: linked to it for good.
holders = Table(
    "holders",
    metadata,
    row_id(),
    some("conversation_id", BigId, ForeignKey("conversations.id")),
    some("device_id", BigId, ForeignKey(DEVICE)),
    some("level", Integer),  # 1 holder, 2 owner
    Column("until", UtcTime),
    UniqueConstraint("conversation_id", "device_id"),
)

# One-time codes. One is written for a device nobody knows, too, so that asking for it tells nothing.
codes = Table(
    "codes",
    metadata,
    row_id(),
    some("conversation_id", BigId, ForeignKey("conversations.id"), index=True),
    some("serial_key", LargeBinary(16)),
    Column("address_key", LargeBinary(16), index=True),  # keyed hash of where it went; NULL: nowhere
    some("digest", LargeBinary(32)),
    some("tries", Integer, server_default="0"),
    some("sent_at", UtcTime),
    some("expires_at", UtcTime),
    Column("used_at", UtcTime),
)

# The log of look-ups, without a serial and without a name in it.
look_ups = Table(
    "look_ups",
    metadata,
    row_id(),
    some("asker", LargeBinary(16)),
    some("network", LargeBinary(16)),
    some("serial_key", LargeBinary(16)),
    some("outcome", String(12)),  # hit, miss, refused, canary
    some("at", UtcTime, index=True),
)

# How much each asker, network, prefix of serials and all of them together have asked of late.
look_up_limits = Table(
    "look_up_limits",
    metadata,
    Column("subject", String(64), primary_key=True),
    some("standing", JSON),
    some("updated_at", UtcTime, index=True),
)

# What staff must hear of: somebody is guessing serials.
alerts = Table(
    "alerts",
    metadata,
    row_id(),
    some("key", String(120), unique=True),  # so that one thing is told once
    some("kind", String(24)),
    some("detail", JSON),
    some("at", UtcTime),
    Column("told_at", UtcTime),
)

# Who saw what behind a mask. Rows are only ever added.
audit = Table(
    "audit",
    metadata,
    row_id(),
    Column("agent_id", BigId, ForeignKey("agents.id")),
    some("action", String(24)),
    Column("ticket_id", BigId, ForeignKey("tickets.id"), index=True),
    some("detail", JSON),
    some("at", UtcTime),
)
