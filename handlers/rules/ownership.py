"""Who speaks with the customer: the bot, or a person; the status of the live ticket tells."""

from __future__ import annotations

from handlers.rules.tickets import Status
from handlers.words import Owner


def owner(status: Status, has_agent: bool) -> Owner:
    """`queued`: a person is owed and the bot goes on until they come; `human`: the bot is silent."""
    if status in ("solved", "closed"):
        return "bot"
    return "human" if has_agent else "queued"
