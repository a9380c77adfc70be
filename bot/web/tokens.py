"""A visitor's token: who and since when, signed. Nothing is stored until the visitor says something."""

from __future__ import annotations

import base64
import hmac
import secrets
from datetime import UTC, datetime, timedelta

LIFETIME = timedelta(days=180)
TOKEN_LIMIT = 200  # characters; ours have about 90
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


class Tokens:
    """Makes and checks tokens with one secret key, which all processes share."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def make(self, now: datetime) -> tuple[str, str]:
        """A new visitor's id and token."""
        visitor = secrets.token_urlsafe(16)
        stamp = f"{visitor}.{(now - _EPOCH).days}"
        return visitor, f"{stamp}.{self._sign(stamp)}"

    def visitor(self, token: str, now: datetime) -> str | None:
        """Whose token this is; None for one that is forged, broken or too old."""
        if len(token) > TOKEN_LIMIT or not token.isascii():
            return None
        stamp, _, signature = token.rpartition(".")
        visitor, _, day = stamp.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._sign(stamp).encode()):
            return None
        return visitor if now - (_EPOCH + timedelta(days=int(day))) < LIFETIME else None

    def _sign(self, stamp: str) -> str:
        digest = hmac.digest(self._key, f"visitor:{stamp}".encode(), "sha256")
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def bearer(header: str | None) -> str:
    """The token of an Authorization header; empty where there is none."""
    scheme, _, token = (header or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
