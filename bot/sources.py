"""The company's own system as a place to look devices up, besides the registry."""

from __future__ import annotations

from typing import Protocol

from handlers.rules.facts import Device


class SourceAway(Exception):
    """The company's own system gives no answer that can be used; nothing is known of the device. Try again later."""


class Source(Protocol):
    """A system that knows devices."""

    async def find(self, serial: str) -> Device | None:
        """What it knows of this canonical serial; None: nothing. Raises `SourceAway`."""
        ...
