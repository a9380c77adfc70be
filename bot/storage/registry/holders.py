"""What a conversation has proved about a device."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update

from bot.storage.conversations import insert_once
from bot.storage.registry.tables import codes, holders
from handlers.rules.codes import VERIFIED
from handlers.rules.disclosure import Level


def level_of(connection: Connection, conversation: int, device: int, now: datetime) -> Level:
    """What a conversation has proved about a device by now."""
    query = select(holders.c.level, holders.c.until).where(_mine(conversation, device))
    row = connection.execute(query).one_or_none()
    if row is None or (row.until is not None and row.until <= now):
        return 0
    return 2 if row.level == 2 else 1


def holds_some(connection: Connection, conversation: int, now: datetime) -> bool:
    """Whether a conversation has proved anything about any device."""
    counts = holders.c.until.is_(None) | (holders.c.until > now)
    mine = select(holders.c.id).where(holders.c.conversation_id == conversation, counts).limit(1)
    return connection.execute(mine).scalar() is not None


def holds(connection: Connection, conversation: int, device: int, now: datetime) -> None:
    """The conversation has proved that it holds the device: that counts for a while. What is linked stays so."""
    until = now + VERIFIED
    row = {"conversation_id": conversation, "device_id": device, "level": 1, "until": until}
    if insert_once(connection, holders, row) is None:
        mine = update(holders).where(_mine(conversation, device), holders.c.until.is_not(None))
        connection.execute(mine.values(level=1, until=until))


def owns(connection: Connection, conversation: int, device: int) -> None:
    """The device is linked to the conversation for good."""
    connection.execute(delete(holders).where(_mine(conversation, device)))
    row = {"conversation_id": conversation, "device_id": device, "level": 2, "until": None}
    insert_once(connection, holders, row)


def proved_by_code(connection: Connection, conversation: int, serial_key: bytes, now: datetime) -> bool:
    """Whether a code for this serial was given back in this conversation a while ago at most."""
    right = (codes.c.conversation_id == conversation) & (codes.c.serial_key == serial_key)
    query = select(codes.c.id).where(right, codes.c.used_at > now - VERIFIED).limit(1)
    return connection.execute(query).scalar() is not None


def _mine(conversation: int, device: int) -> Any:
    return (holders.c.conversation_id == conversation) & (holders.c.device_id == device)
