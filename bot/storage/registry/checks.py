"""Which serials a conversation was about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select

from bot.storage.registry.keys import key_of, keys_of
from bot.storage.registry.tables import coverages, devices, holders, serial_checks
from handlers.rules.facts import CoverageLine
from handlers.rules.packet import COVERAGES, line_as_json
from handlers.rules.sla import TierName
from handlers.words import SerialChecked

REMEMBERED = 100  # serials of one conversation
# It is another day elsewhere, still or already: a contract counts on its last day, and on its first, everywhere.
WEST, EAST = timedelta(hours=12), timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class Check:
    """A serial a conversation was about."""

    serial: str
    device: int | None  # its id; None: our records do not know it
    verdict: str
    product: str = ""
    model: str = ""
    coverage: tuple[CoverageLine, ...] = ()  # on the day of the check


def note_check(connection: Connection, conversation: int, checked: SerialChecked, now: datetime) -> None:
    """Note that a serial was looked up in this conversation, and for which device."""
    key = key_of(checked.kept or checked.serial, keys_of(connection))
    device = connection.execute(select(devices.c.id).where(devices.c.key == key)).scalar()
    lines = [line_as_json(line) for line in checked.coverage[:COVERAGES]]
    row = {
        "conversation_id": conversation, "serial": checked.serial[:64], "device_id": device,
        "verdict": checked.verdict, "coverage": lines, "at": now,
    }  # fmt: skip
    connection.execute(insert(serial_checks), row)


def last_check(connection: Connection, conversation: int, since: datetime) -> Check | None:
    """The last look-up in a conversation since then."""
    row = connection.execute(
        select(serial_checks, devices.c.product, devices.c.model)
        .outerjoin(devices, devices.c.id == serial_checks.c.device_id)
        .where(serial_checks.c.conversation_id == conversation, serial_checks.c.at > since)
        .order_by(serial_checks.c.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    lines = tuple(map(_line, row.coverage))
    return Check(row.serial, row.device_id, row.verdict, row.product or "", row.model or "", lines)


def serials_of(connection: Connection, conversation: int) -> tuple[str, ...]:
    """The serials a conversation was about, the latest first."""
    mine = select(serial_checks.c.serial).where(serial_checks.c.conversation_id == conversation)
    found = connection.execute(mine.order_by(serial_checks.c.id.desc()).limit(REMEMBERED)).scalars()
    return tuple(dict.fromkeys(found))


def tier_of(connection: Connection, conversation: int, check: Check | None, now: datetime) -> TierName:
    """The service level of the contract in force for a device, where this conversation has proved to hold it: to be
    answered sooner would tell anybody else that there is a contract."""
    if check is None or check.device is None:
        return "basic"
    theirs = (holders.c.device_id == check.device) & (holders.c.conversation_id == conversation)
    counts = holders.c.until.is_(None) | (holders.c.until > now)
    if connection.execute(select(holders.c.id).where(theirs, counts)).scalar() is None:
        return "basic"
    contract = (coverages.c.device_id == check.device) & (coverages.c.kind == "contract") & coverages.c.void.is_(None)
    begun = coverages.c.starts_on.is_(None) | (coverages.c.starts_on <= (now + EAST).date())
    goes_on = coverages.c.ends_on >= (now - WEST).date()
    tier: TierName | None = connection.execute(select(coverages.c.tier).where(contract, begun, goes_on)).scalar()
    return tier or "basic"


def _line(stored: dict[str, Any]) -> CoverageLine:
    return CoverageLine(**{**stored, "end": date.fromisoformat(stored["end"]) if stored["end"] else None})
