"""Queries about files: whose they are and what they are. The bytes lie on disk."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select

from bot.storage.conversations import ensure_contact
from bot.storage.tables import attachments, contacts
from handlers.words import Attachment


def add_file(
    connection: Connection, *, channel: str, address: str, file: Attachment, sha256: str, now: datetime
) -> None:
    """A file belongs to an address from now on."""
    connection.execute(
        insert(attachments),
        {
            "id": file.id, "contact_id": ensure_contact(connection, channel, address, now), "sha256": sha256,
            "name": file.name, "media_type": file.media_type, "size": file.size, "created_at": now,
        },
    )  # fmt: skip


def find_file(connection: Connection, *, channel: str, address: str, id: str) -> tuple[Attachment, str] | None:
    """A file of an address and the hash of its bytes; None for another's file as for none."""
    row = connection.execute(
        select(attachments)
        .join(contacts, contacts.c.id == attachments.c.contact_id)
        .where(attachments.c.id == id, contacts.c.channel == channel, contacts.c.address == address)
    ).one_or_none()
    return None if row is None else (Attachment(row.id, row.name, row.media_type, row.size), row.sha256)
