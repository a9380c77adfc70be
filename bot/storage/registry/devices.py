"""Looking up one device. What is there and what is not takes the same questions to the database, so that nobody who
watches the clock learns which serials exist."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from bot.storage.registry.keys import key_of, keys_of
from bot.storage.registry.tables import coverages, devices, repairs, sales
from handlers.rules.facts import Device, Repair, Sale, Term

NOBODY = 0  # the id of no device: asks for a device that is not there what is asked for one that is
ALIKE = 8  # devices of one skeleton at most: the question "is it 0 or O?" has no more answers


@dataclass(frozen=True, slots=True)
class Found:
    """A device, and whether it is one that nobody owns."""

    device: int
    serial: str  # canonical, as it is kept
    is_canary: bool


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Several devices whose serials only look alike."""

    serials: tuple[str, ...]  # canonical, in order


@dataclass(frozen=True, slots=True)
class Proofs:
    """What somebody who holds a device may know of it, and how its owner is reached. None: our records do not say."""

    purchased: date | None = None
    delivered: date | None = None
    invoice: str | None = None
    label_code: bytes | None = None  # keyed hash of its canonical form
    email: str | None = None
    phone: str | None = None


def look_up(
    connection: Connection, canonicals: Sequence[str], skeletons: Sequence[str]
) -> tuple[Found | Ambiguous | None, Device]:
    """What is found for a serial, and what is known of it."""
    found = find_device(connection, canonicals, skeletons, keys_of(connection))
    return found, device_of(connection, found.device if isinstance(found, Found) else NOBODY)


def find_device(
    connection: Connection, canonicals: Sequence[str], skeletons: Sequence[str], secret: bytes
) -> Found | Ambiguous | None:
    """The device of a serial: by the first of its canonical forms that is there, else by what it looks like."""
    keys = [key_of(canonical, secret) for canonical in canonicals]
    columns = select(devices.c.id, devices.c.serial, devices.c.canary, devices.c.key)
    exact = {bytes(row.key): row for row in connection.execute(columns.where(devices.c.key.in_(keys)))}
    alike_keys = [key_of(skeleton, secret) for skeleton in skeletons]
    by_look = columns.where(devices.c.skeleton.in_(alike_keys)).order_by(devices.c.serial).limit(ALIKE)
    alike = connection.execute(by_look).all()
    rows = [exact[key] for key in keys if key in exact][:1] or alike
    if len(rows) > 1:
        return Ambiguous(tuple(row.serial for row in rows))
    return Found(rows[0].id, rows[0].serial, rows[0].canary) if rows else None


def device_of(connection: Connection, device: int) -> Device:
    """What is known of a device. `NOBODY`: nothing, found out in the same time."""
    what = connection.execute(
        select(devices.c.product, devices.c.model, devices.c.line, devices.c.made_on).where(devices.c.id == device)
    ).one_or_none()
    sale = _sale(connection, device)
    terms, mended = _terms(connection, device), _repairs(connection, device)
    if what is None:
        return Device()
    return Device(what.product, what.model, what.line, what.made_on, sale, terms, mended)


def proofs_of(connection: Connection, device: int) -> Proofs:
    """What proves that somebody holds a device. `NOBODY`: nothing, found out in the same time."""
    columns = (sales.c.purchased_on, sales.c.delivered_on, sales.c.invoice, devices.c.label_code, sales.c.email,
               sales.c.phone)  # fmt: skip
    both = devices.outerjoin(sales, sales.c.device_id == devices.c.id)
    row = connection.execute(select(*columns).select_from(both).where(devices.c.id == device)).one_or_none()
    return Proofs() if row is None else Proofs(*row)


def _sale(connection: Connection, device: int) -> Sale:
    columns = (sales.c.purchased_on, sales.c.delivered_on, sales.c.activated_on, sales.c.country, sales.c.buyer,
               sales.c.goods)  # fmt: skip
    row = connection.execute(select(*columns).where(sales.c.device_id == device)).one_or_none()
    return Sale() if row is None else Sale(*row)


def _terms(connection: Connection, device: int) -> tuple[Term, ...]:
    columns = (coverages.c.kind, coverages.c.months, coverages.c.basis, coverages.c.starts_on, coverages.c.ends_on,
               coverages.c.void, coverages.c.tier)  # fmt: skip
    mine = select(*columns).where(coverages.c.device_id == device).order_by(coverages.c.id)
    return tuple(Term(*row) for row in connection.execute(mine))


def _repairs(connection: Connection, device: int) -> tuple[Repair, ...]:
    columns = (repairs.c.claimed_on, repairs.c.returned_on, repairs.c.kind, repairs.c.under)
    mine = select(*columns).where(repairs.c.device_id == device).order_by(repairs.c.claimed_on)
    return tuple(Repair(*row) for row in connection.execute(mine))
