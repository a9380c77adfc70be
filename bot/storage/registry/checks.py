"""Which serials a conversation was about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from bot.storage.registry.keys import key_of, keys_of
from bot.storage.registry.tables import devices, serial_checks
from handlers.words import SerialChecked


@dataclass(frozen=True, slots=True)
class Check:
    """A serial a conversation was about."""

    serial: str
    device: int | None  # its id; None: our records do not know it
    verdict: str


def note_check(connection: Connection, conversation: int, checked: SerialChecked, now: datetime) -> None:
    """Note that a serial was looked up in this conversation, and for which device."""
    key = key_of(checked.serial, keys_of(connection))
    device = connection.execute(select(devices.c.id).where(devices.c.key == key)).scalar()
    row = {"serial": checked.serial[:64], "device_id": device, "verdict": checked.verdict, "at": now}
    connection.execute(insert(serial_checks).values(conversation_id=conversation, **row))


def last_check(connection: Connection, conversation: int, since: datetime) -> Check | None:
    """The last look-up in a conversation since then."""
    mine = (serial_checks.c.conversation_id == conversation) & (serial_checks.c.at > since)
    found = select(serial_checks.c.serial, serial_checks.c.device_id, serial_checks.c.verdict)
    row = connection.execute(found.where(mine).order_by(serial_checks.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else Check(row.serial, row.device_id, row.verdict)
