"""Keyed hashes of serials: who reads the database's log, or a log of ours, learns no serial from it.

HMAC-SHA-256, cut to 16 bytes: among a billion serials two meet with a chance of 10^-21.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from sqlalchemy import Connection, select

from bot.storage.conversations import insert_once
from bot.storage.tables import keys

NAME = "serials"
SIZE = 16  # bytes


def keys_of(connection: Connection) -> bytes:
    """The key of this installation's hashes, made at the first call ever."""
    query = select(keys.c.value).where(keys.c.name == NAME)
    found = connection.execute(query).scalar()
    if found is None:
        insert_once(connection, keys, {"name": NAME, "value": secrets.token_bytes(32)})
        found = connection.execute(query).scalar_one()
    return bytes(found)


def key_of(value: str, secret: bytes) -> bytes:
    """The keyed hash of a canonical serial, a skeleton, an address, a code."""
    return hmac.digest(secret, value.encode(), hashlib.sha256)[:SIZE]
