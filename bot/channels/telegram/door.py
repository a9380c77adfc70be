"""The customers' bot in service: receives by polling or webhook, sends what the outbox hands over."""

from __future__ import annotations

import asyncio
from functools import partial

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError

from bot.app import App
from bot.channels.telegram.api import ALLOWED, get_updates, poll_failed
from bot.channels.telegram.commands import register_commands
from bot.channels.telegram.fetching import Fetcher
from bot.channels.telegram.inward import NAME, lane_of
from bot.channels.telegram.rates import Rates
from bot.channels.telegram.receiving import Receiver
from bot.channels.telegram.sending import Sender
from bot.polling import Poller
from bot.ports import Arrived, Outgoing
from bot.updates import Reader, Updates
from bot.web.files import Files

DRAIN_S = 1.0
RETRY_S = 5.0  # between tries to reach Telegram at the start

log = structlog.get_logger()


class TelegramDoor:
    """Open from `start` to `stop`; `send` works until the bot's session is closed."""

    def __init__(self, app: App, bot: Bot, files: Files, webhook: str | None) -> None:
        """`webhook` is the address Telegram delivers to; None: we fetch."""
        self._app, self._bot, self._webhook = app, bot, webhook
        self._secret = app.settings.telegram.customers.webhook_secret
        services = app.mind.services
        fetcher = Fetcher(bot, files, services, app.settings.limits.attachment_mb, app.now)
        self._receiver = Receiver(app, bot, fetcher)
        self._sender = Sender(bot, files, Rates())
        self.updates = Updates(app.store, Reader(NAME, bot.id, lane_of, self._receiver.handle), app.now)
        self._poller = Poller(NAME, partial(get_updates, bot), self.updates.receive)
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin to receive; Telegram itself may be reached later."""
        self._tasks = [asyncio.create_task(self.updates.run()), asyncio.create_task(self._receive())]

    async def stop(self) -> None:
        """Take nothing more, and end what was begun."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.updates.drain(DRAIN_S)
        await self._receiver.close()

    async def send(self, outgoing: Outgoing, arrived: Arrived) -> None:
        """Deliver one message. Raises `SendFailed`."""
        await self._sender.send(outgoing, arrived)

    async def _receive(self) -> None:
        """Get to know ourselves, then fetch for ever; a webhook needs no fetching."""
        await self._introduce()
        await register_commands(self._bot, self._app.mind.services)
        if self._webhook is None:
            await self._poller.run()

    async def _introduce(self) -> None:
        """Learn our name, and tell Telegram how our updates come to us; until it has worked."""
        while True:
            try:
                self._receiver.username = (await self._bot.me()).username or ""
                await self._choose_way()
            except AiogramError as error:
                failed = poll_failed(error)
                log.error("telegram_unreached", action="start", channel=NAME, why=failed.why)
                await asyncio.sleep(max(RETRY_S, failed.retry_after or 0.0))
            else:
                log.info("telegram_ready", action="start", channel=NAME)
                return

    async def _choose_way(self) -> None:
        if self._webhook is None:
            await self._bot.delete_webhook()
        else:
            secret = self._secret.get_secret_value()
            await self._bot.set_webhook(self._webhook, allowed_updates=ALLOWED, secret_token=secret)
