"""Telegram's ways to say no: the code, and the words as they stand on the wire."""

from __future__ import annotations

import math
from typing import Any

PREFIXES = {
    400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 409: "Conflict",
    413: "Request Entity Too Large", 429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway",
}  # fmt: skip


class Refused(Exception):
    """Telegram refuses a call. `words` come after the name of the code; without words the name stands alone."""

    def __init__(self, words: str = "", code: int = 400, **parameters: Any) -> None:
        prefix = PREFIXES[code]
        self.code, self.description = code, f"{prefix}: {words}" if words else prefix
        self.parameters = parameters
        super().__init__(self.description)

    def json(self) -> dict[str, Any]:
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        return body | ({"parameters": self.parameters} if self.parameters else {})


def forbidden(words: str) -> Refused:
    return Refused(words, 403)


def conflict(words: str) -> Refused:
    return Refused(words, 409)


def too_many(seconds: float) -> Refused:
    """Wait so long, rounded up to whole seconds, and try again."""
    wait = max(1, math.ceil(seconds))
    return Refused(f"retry after {wait}", 429, retry_after=wait)
