"""The door of Telegram. Here is what needs no framework: the folder scan of channels imports it at every start."""

from bot.channels.telegram.inward import NAME, inbound
from bot.channels.telegram.outward import outbound
from bot.telegram_text import TEXT_LIMIT

PUSHES = True

__all__ = ["NAME", "PUSHES", "TEXT_LIMIT", "inbound", "outbound"]
