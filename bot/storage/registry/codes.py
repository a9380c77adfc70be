"""Queries about one-time codes. A code is not kept, only a keyed digest of it that holds for one conversation and one
serial; whoever reads the table can not use a code of it."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from bot.storage.registry.keys import key_of, keys_of
from bot.storage.registry.tables import codes
from bot.storage.tables import conversations
from handlers.rules.codes import ADDRESS_WINDOW, CONVERSATION_WINDOW, TRIES, VALID, may_ask, may_send

AGAIN = timedelta(minutes=2)
SWEPT = 20  # old rows removed with each new one
NOBODY = bytes(32)  # what a code is compared with where there is none


@dataclass(frozen=True, slots=True)
class Written:
    """A code was written down."""

    goes_out: bool  # whether it is to be sent
    language: str | None  # of the conversation


def write_code(
    connection: Connection, *, conversation: int, serial: str, address: str | None, code: str, now: datetime
) -> Written | None:
    """Write down a code; None: asked for too often.

    The same queries and the same row for a serial nobody knows (`address` None), which no code can redeem.
    """
    secret = keys_of(connection)
    serial_key, address_key = key_of(serial, secret), key_of(_plain(address or ""), secret)
    mine = codes.c.conversation_id == conversation
    today, lately = codes.c.sent_at > now - CONVERSATION_WINDOW, codes.c.sent_at > now - ADDRESS_WINDOW
    of_serial = _count(connection, mine & lately & (codes.c.serial_key == serial_key))
    to_address = _count(connection, lately & (codes.c.address_key == address_key))
    if not may_ask(_count(connection, mine & today), of_serial):
        return None
    goes_out = may_send(to_address) and address is not None
    row = {
        "conversation_id": conversation, "serial_key": serial_key, "address_key": address_key if goes_out else None,
        "digest": _digest(conversation, serial, code, secret), "sent_at": now, "expires_at": now + VALID,
    }  # fmt: skip
    connection.execute(insert(codes).values(**row))
    _sweep(connection, now)
    language = select(conversations.c.language).where(conversations.c.id == conversation)
    return Written(goes_out, connection.execute(language).scalar())


def redeem_code(connection: Connection, *, conversation: int, serial: str, code: str, now: datetime) -> bool:
    """Whether this is the newest code for a serial in a conversation: still valid, unused, tried at most three times.

    A right one is used up by it, and each try counts before it is compared.
    """
    secret = keys_of(connection)
    here = (codes.c.conversation_id == conversation) & (codes.c.serial_key == key_of(serial, secret))
    newest = codes.c.id == select(func.max(codes.c.id)).where(here).scalar_subquery()
    # A right one may come again: the turn that used it up was interrupted, and is thought about anew.
    unused = codes.c.used_at.is_(None) | (codes.c.used_at > now - AGAIN)
    alive = newest & unused & (codes.c.expires_at > now) & (codes.c.tries < TRIES)
    tried = update(codes).where(alive).values(tries=codes.c.tries + 1)
    row = connection.execute(tried.returning(codes.c.id, codes.c.digest, codes.c.address_key)).one_or_none()
    kept = NOBODY if row is None else bytes(row.digest)
    same = hmac.compare_digest(kept, _digest(conversation, serial, code, secret))
    if row is None or row.address_key is None or not same:
        return False
    connection.execute(update(codes).where(codes.c.id == row.id).values(used_at=now))
    return True


def _digest(conversation: int, serial: str, code: str, secret: bytes) -> bytes:
    return hmac.digest(secret, f"code\n{conversation}\n{serial}\n{code}".encode(), hashlib.sha256)


def _plain(address: str) -> str:
    """One key for one mailbox, however the company wrote it."""
    return address.strip().casefold()


def _count(connection: Connection, which: ColumnElement[bool]) -> int:
    return connection.execute(select(func.count()).select_from(codes).where(which)).scalar_one()


def _sweep(connection: Connection, now: datetime) -> None:
    """What no limit asks for any more goes: the oldest have the lowest ids."""
    oldest = select(codes.c.id).order_by(codes.c.id).limit(SWEPT).with_for_update(skip_locked=True)
    gone = codes.c.id.in_(oldest) & (codes.c.sent_at <= now - CONVERSATION_WINDOW)
    connection.execute(delete(codes).where(gone))
