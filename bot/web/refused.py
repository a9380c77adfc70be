"""A request that is not taken, in two languages: a code for programs, a sentence for people."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

STATUS: Mapping[str, int] = MappingProxyType({
    "token": 401, "origin": 403, "unknown": 404, "slow": 408, "too_long": 413, "file_too_large": 413, "kind": 415,
    "file_refused": 415, "invalid": 422, "too_many": 429, "trouble": 503,
})  # fmt: skip


class Refused(Exception):
    """`code` is a key of `STATUS`; `retry_after` is in seconds, None where trying again does not help."""

    def __init__(self, code: str, sentence: str, retry_after: int | None = None) -> None:
        super().__init__(sentence)
        self.code, self.sentence, self.retry_after = code, sentence, retry_after

    @property
    def status(self) -> int:
        return STATUS[self.code]

    @property
    def headers(self) -> dict[str, str]:
        """What HTTP wants said beside the status."""
        if self.code == "token":
            return {"WWW-Authenticate": "Bearer"}
        return {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}

    def as_json(self) -> dict[str, str]:
        return {"error": self.sentence, "code": self.code}
