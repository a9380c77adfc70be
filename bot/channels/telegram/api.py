"""The customers' bot of aiogram: raw updates, files, and what its errors mean to us."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod
from aiogram.utils.token import TokenValidationError

from bot import metrics
from bot.channels.telegram.inward import NAME
from bot.polling import BAD_TOKEN, CONFLICT, POLL_S, PollFailed
from bot.ports import SendFailed, Unusable
from bot.settings import TelegramBot
from bot.storage.updates import Raw

ALLOWED = ["message", "edited_message", "callback_query", "my_chat_member"]
CALL_S = 20  # a call that takes longer has got lost
SHORT_PAUSE_S, LONG_PAUSE_S = 1.0, 60.0
_NOBODY = ("chat not found", "user is deactivated", "bot was blocked", "user not found", "peer_id_invalid")


class GetUpdates(TelegramMethod[list[Raw]]):
    """`getUpdates`, its result as Telegram wrote it: the framework's own types drop what they do not know."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    timeout: int
    allowed_updates: list[str]


def open_bot(settings: TelegramBot) -> Bot:
    """The bot of these settings. Raises `Unusable`."""
    server = TelegramAPIServer.from_base(settings.api_base)
    try:
        return Bot(settings.token.get_secret_value(), AiohttpSession(api=server, timeout=CALL_S))
    except TokenValidationError:
        raise Unusable("[telegram.customers] token: this is no token; @BotFather gives one like 123456:ABC…") from None


async def get_updates(bot: Bot, offset: int | None) -> list[Raw]:
    """One long poll. Raises `PollFailed`."""
    method = GetUpdates(offset=offset, timeout=POLL_S, allowed_updates=ALLOWED)
    try:
        return await bot(method, request_timeout=POLL_S + CALL_S)
    except AiogramError as error:
        raise poll_failed(error) from None


async def download(bot: Bot, file_id: str) -> AsyncIterator[bytes]:
    """The bytes of a file at Telegram, a piece at a time. Raises what the framework and its connection raise."""
    file = await bot.get_file(file_id)
    if file.file_path is None:
        raise FileNotFoundError("Telegram does not say where the file lies")
    url = bot.session.api.file_url(bot.token, file.file_path)
    async for chunk in bot.session.stream_content(url, timeout=CALL_S * 3, raise_for_status=True):
        yield chunk


def poll_failed(error: AiogramError) -> PollFailed:
    """Why Telegram gave nothing, and how long to leave it alone."""
    match error:
        case TelegramConflictError():
            return PollFailed(CONFLICT)
        case TelegramUnauthorizedError() | TelegramNotFound():
            return PollFailed(BAD_TOKEN, LONG_PAUSE_S)
        case TelegramRetryAfter():
            return PollFailed("too many requests", error.retry_after)
        case TelegramBadRequest():  # what it says of a webhook's address
            return PollFailed(error.message)
        case _:
            return PollFailed(type(error).__name__)


def send_failed(error: AiogramError) -> SendFailed:
    """What the outbox shall do about a send that failed."""
    name = type(error).__name__
    match error:
        case TelegramRetryAfter():
            return SendFailed(name, retry_after=error.retry_after)
        case TelegramForbiddenError():
            return SendFailed(name, retry_after=None, gone=True)
        case TelegramBadRequest() if says(error, *_NOBODY):
            return SendFailed(name, retry_after=None, gone=True)
        case TelegramNetworkError():  # it may have arrived all the same
            metrics.SENT_UNKNOWN.labels(NAME).inc()
            return SendFailed(name, retry_after=SHORT_PAUSE_S)
        case TelegramServerError() | ClientDecodeError():
            return SendFailed(name, retry_after=SHORT_PAUSE_S)
        case TelegramUnauthorizedError() | TelegramNotFound():  # until the operator mends the token
            return SendFailed(name, retry_after=LONG_PAUSE_S)
        case _:
            return SendFailed(name, retry_after=None)


def says(error: Exception, *words: str) -> bool:
    """Whether Telegram refused a call in such words, whichever way they are written."""
    said = str(error).lower()
    return isinstance(error, TelegramBadRequest) and any(word in said for word in words)
