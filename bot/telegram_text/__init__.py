"""Text as Telegram takes it, for the customers' bot and for the agents' desk. Pure functions: no framework, no network.

`tests/bot/telegram_text` hold what is made here against Telegram's own parser.
"""

from bot.telegram_text.buttons import Button, chosen, keyboard
from bot.telegram_text.incoming import Entity, Written, said
from bot.telegram_text.letters import CAPTION_LIMIT, TEXT_LIMIT, units
from bot.telegram_text.markdown import html, plain
from bot.telegram_text.parts import split

__all__ = [
    "CAPTION_LIMIT", "TEXT_LIMIT", "Button", "Entity", "Written",
    "chosen", "html", "keyboard", "plain", "said", "split", "units",
]  # fmt: skip
