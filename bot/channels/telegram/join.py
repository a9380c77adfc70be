"""Joining the customers' bot to the app, where it has a token."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path

from bot.app import App
from bot.channels.telegram.inward import NAME
from bot.ports import Channel
from bot.web.files import Files
from bot.web.webhook import Taking, take_webhook, webhook_address

SECTION = "customers"


def open_customers_bot(app: App, data: Path, server: Taking, stack: AsyncExitStack) -> list[Channel]:
    """The door of the customers' bot; none without a token. `stack` closes its connections after the last message.

    Raises `Unusable`.
    """
    settings = app.settings.telegram.customers
    if not settings.token.get_secret_value():
        return []
    webhook = webhook_address(app.settings, settings, SECTION) if settings.mode == "webhook" else None
    from bot.channels.telegram.api import open_bot  # here: the framework takes seconds to load
    from bot.channels.telegram.door import TelegramDoor

    bot = open_bot(settings)
    stack.push_async_callback(bot.session.close)
    door = TelegramDoor(app, bot, Files(data / "attachments", app.store), webhook)
    if webhook is not None:
        take_webhook(server, SECTION, settings.webhook_secret, door.updates.receive)
    app.channels[NAME] = door
    return [door]
