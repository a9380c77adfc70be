"""the registry

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
        sa.UniqueConstraint("key", name=op.f("uq_alerts_key")),
    )
    op.create_table(
        "devices",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("serial", sa.String(length=64), nullable=False),
        sa.Column("key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("skeleton", sa.LargeBinary(length=16), nullable=False),
        sa.Column("product", sa.String(length=80), nullable=False),
        sa.Column("model", sa.String(length=120), nullable=False),
        sa.Column("line", sa.String(length=40), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=True),
        sa.Column("label_code", sa.LargeBinary(length=16), nullable=True),
        sa.Column("canary", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_devices")),
        sa.UniqueConstraint("key", name=op.f("uq_devices_key")),
    )
    with op.batch_alter_table("devices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_devices_skeleton"), ["skeleton"], unique=False)

    op.create_table(
        "imports",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("refused", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
        sa.UniqueConstraint("digest", name=op.f("uq_imports_digest")),
    )
    op.create_table(
        "look_up_limits",
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("standing", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_look_up_limits")),
    )
    with op.batch_alter_table("look_up_limits", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_look_up_limits_updated_at"), ["updated_at"], unique=False)

    op.create_table(
        "look_ups",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asker", sa.LargeBinary(length=16), nullable=False),
        sa.Column("network", sa.LargeBinary(length=16), nullable=False),
        sa.Column("serial_key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look_ups")),
    )
    with op.batch_alter_table("look_ups", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_look_ups_at"), ["at"], unique=False)

    op.create_table(
        "coverages",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("device_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("months", sa.Integer(), nullable=True),
        sa.Column("basis", sa.String(length=12), server_default="delivery", nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("void", sa.String(length=200), nullable=True),
        sa.Column("tier", sa.String(length=16), server_default="basic", nullable=False),
        sa.CheckConstraint("kind IN ('warranty', 'extended', 'contract')", name=op.f("ck_coverages_kind")),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_coverages_device_id_devices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coverages")),
        sa.UniqueConstraint("device_id", "kind", name=op.f("uq_coverages_device_id_kind")),
    )
    op.create_table(
        "repairs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("device_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("claimed_on", sa.Date(), nullable=False),
        sa.Column("returned_on", sa.Date(), nullable=True),
        sa.Column("kind", sa.String(length=12), server_default="repair", nullable=False),
        sa.Column("under", sa.String(length=12), server_default="statutory", nullable=False),
        sa.CheckConstraint("kind IN ('repair', 'replacement')", name=op.f("ck_repairs_kind")),
        sa.CheckConstraint("under IN ('warranty', 'statutory', 'paid')", name=op.f("ck_repairs_under")),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_repairs_device_id_devices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repairs")),
        sa.UniqueConstraint("device_id", "claimed_on", name=op.f("uq_repairs_device_id_claimed_on")),
    )
    op.create_table(
        "sales",
        sa.Column(
            "device_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("purchased_on", sa.Date(), nullable=True),
        sa.Column("delivered_on", sa.Date(), nullable=True),
        sa.Column("activated_on", sa.Date(), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("buyer", sa.String(length=8), nullable=True),
        sa.Column("goods", sa.String(length=8), server_default="new", nullable=False),
        sa.Column("invoice", sa.String(length=80), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.CheckConstraint("buyer IN ('consumer', 'business')", name=op.f("ck_sales_buyer")),
        sa.CheckConstraint("goods IN ('new', 'used', 'digital')", name=op.f("ck_sales_goods")),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_sales_device_id_devices")),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_sales")),
    )
    op.create_table(
        "codes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("conversation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("serial_key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("address_key", sa.LargeBinary(length=16), nullable=True),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_codes_conversation_id_conversations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_codes")),
    )
    with op.batch_alter_table("codes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_codes_address_key"), ["address_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_codes_conversation_id"), ["conversation_id"], unique=False)

    op.create_table(
        "holders",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("conversation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("device_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_holders_conversation_id_conversations")
        ),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_holders_device_id_devices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holders")),
        sa.UniqueConstraint("conversation_id", "device_id", name=op.f("uq_holders_conversation_id_device_id")),
    )
    op.create_table(
        "serial_checks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("conversation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("serial", sa.String(length=64), nullable=False),
        sa.Column("device_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("verdict", sa.String(length=12), nullable=False),
        sa.Column("coverage", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_serial_checks_conversation_id_conversations")
        ),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_serial_checks_device_id_devices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_serial_checks")),
    )
    with op.batch_alter_table("serial_checks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_serial_checks_conversation_id"), ["conversation_id"], unique=False)

    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("agent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("action", sa.String(length=24), nullable=False),
        sa.Column("ticket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_audit_agent_id_agents")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_audit_ticket_id_tickets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_ticket_id"), ["ticket_id"], unique=False)

    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("country", sa.String(length=2), nullable=True))

    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.add_column(sa.Column("serial", sa.String(length=64), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.drop_column("serial")

    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.drop_column("country")

    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_ticket_id"))

    op.drop_table("audit")
    with op.batch_alter_table("serial_checks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_serial_checks_conversation_id"))

    op.drop_table("serial_checks")
    op.drop_table("holders")
    with op.batch_alter_table("codes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_codes_conversation_id"))
        batch_op.drop_index(batch_op.f("ix_codes_address_key"))

    op.drop_table("codes")
    op.drop_table("sales")
    op.drop_table("repairs")
    op.drop_table("coverages")
    with op.batch_alter_table("look_ups", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_look_ups_at"))

    op.drop_table("look_ups")
    with op.batch_alter_table("look_up_limits", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_look_up_limits_updated_at"))

    op.drop_table("look_up_limits")
    op.drop_table("imports")
    with op.batch_alter_table("devices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_devices_skeleton"))

    op.drop_table("devices")
    op.drop_table("alerts")
