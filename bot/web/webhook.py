"""Webhooks of Telegram: the secret first, then the body, and 200 only once the update is stored."""

from __future__ import annotations

import asyncio
import hmac
import re
from collections.abc import Awaitable, Callable
from typing import Protocol

from aiohttp import web
from pydantic import SecretStr
from yarl import URL

from bot.polling import Receive
from bot.ports import Unusable
from bot.settings import Settings, TelegramBot
from bot.web.bodies import TooLarge, read_json
from bot.web.refused import Refused

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
UPDATE_LIMIT = 1024 * 1024  # bytes; the longest message has a tenth of it
_SECRET = re.compile("[A-Za-z0-9_-]{1,256}")


class Taking(Protocol):
    """A server, as far as webhooks know it: `bot.web.server`."""

    def take(self, path: str, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> None:
        """Take POSTs at a path."""
        ...

    def count(self, request: web.Request) -> None:
        """Count a request of one who did not prove themselves. Raises `Refused`."""
        ...


def webhook_address(settings: Settings, bot: TelegramBot, section: str) -> str:
    """Where Telegram shall deliver the updates of `[telegram.<section>]`. Raises `Unusable` with what to write."""
    where = f"[telegram.{section}]"
    if not _SECRET.fullmatch(bot.webhook_secret.get_secret_value()):
        raise Unusable(f'{where} mode = "webhook" needs a webhook_secret: a long random word of A-Z a-z 0-9 _ -')
    url = URL(settings.web.public_url)
    if not url.absolute or (url.scheme != "https" and url.host not in ("localhost", "127.0.0.1")):
        raise Unusable(
            f'{where} mode = "webhook" needs [web] public_url with https, for example "https://support.example.com"'
        )
    return f"{settings.web.public_url.rstrip('/')}{_path(section)}"


def take_webhook(server: Taking, section: str, secret: SecretStr, receive: Receive) -> None:
    """Take what Telegram delivers at the section's address. Before the server starts."""
    expected = secret.get_secret_value().encode()

    async def take(request: web.Request) -> web.Response:
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not expected or not hmac.compare_digest(given, expected):
            server.count(request)
            raise Refused("token", "this address is for Telegram alone")
        try:
            raw = await read_json(request, UPDATE_LIMIT)
        except TooLarge:
            raise Refused("too_long", "an update is not so long") from None
        # Shielded: the update is stored even if Telegram hangs up now.
        await asyncio.shield(receive([raw]))
        return web.Response()

    server.take(_path(section), take)


def _path(section: str) -> str:
    return f"/telegram/{section}"
