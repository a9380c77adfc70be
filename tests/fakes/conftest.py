"""The fake Telegram, and both frameworks as its clients, so that one test can be run through each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.fakes.telegram import Bot, Telegram

TOKEN, DESK = "100:customers", "200:desk"


@dataclass
class Client:
    """A framework's bot, with what differs between the two. Both name methods and arguments alike."""

    name: str
    raises: Mapping[str, type[Exception]]
    types: Any
    fake: Telegram
    _stack: AsyncExitStack
    bots: dict[str, Any] = field(default_factory=dict)

    async def bot(self, token: str = TOKEN) -> Any:
        """The framework's bot of this token, made once."""
        if token not in self.bots:
            self.bots[token] = await (self._aiogram if self.name == "aiogram" else self._ptb)(token)
        return self.bots[token]

    async def call(self, method: str, token: str = TOKEN, **arguments: Any) -> Any:
        return await getattr(await self.bot(token), method)(**arguments)

    @contextmanager
    def refused(self, words: str = "", kind: str = "bad") -> Iterator[pytest.ExceptionInfo[Exception]]:
        """The call inside is refused with these words, as the framework's own exception of this kind."""
        with pytest.raises(self.raises[kind]) as caught:
            yield caught
        assert words in str(caught.value).lower()

    def file(self, content: bytes, name: str = "file.png") -> Any:
        maker = self.types.BufferedInputFile if self.name == "aiogram" else self.types.InputFile
        return maker(content, name)

    def keyboard(self, *rows: Sequence[tuple[str, str]]) -> Any:
        button = self.types.InlineKeyboardButton
        return self.types.InlineKeyboardMarkup(
            inline_keyboard=[[button(text=text, callback_data=data) for text, data in row] for row in rows]
        )

    async def _aiogram(self, token: str) -> Any:
        import aiogram
        from aiogram.client.session.aiohttp import AiohttpSession
        from aiogram.client.telegram import TelegramAPIServer

        line = AiohttpSession(api=TelegramAPIServer.from_base(self.fake.url), timeout=5)
        # Not line.close(): it sleeps a quarter of a second for TLS, which nobody uses here.
        self._stack.push_async_callback((await line.create_session()).close)
        return aiogram.Bot(token, line)

    async def _ptb(self, token: str) -> Any:
        import telegram
        from telegram.request import HTTPXRequest

        # Reading the certificates, which nobody uses here, takes longer than most tests.
        calls, polls = (HTTPXRequest(8, httpx_kwargs={"trust_env": False, "verify": False}) for _ in range(2))
        for line in (calls, polls):
            await self._stack.enter_async_context(line)
        return telegram.Bot(token, self.fake.bot_url, self.fake.file_url, request=calls, get_updates_request=polls)


def aiogram_client(fake: Telegram, stack: AsyncExitStack) -> Client:
    from aiogram import exceptions, types

    kinds = {
        "bad": exceptions.TelegramBadRequest, "forbidden": exceptions.TelegramForbiddenError,
        "conflict": exceptions.TelegramConflictError, "wait": exceptions.TelegramRetryAfter,
        "migrated": exceptions.TelegramMigrateToChat, "token": exceptions.TelegramUnauthorizedError,
        "line": exceptions.TelegramNetworkError, "server": exceptions.TelegramServerError,
        "size": exceptions.TelegramEntityTooLarge,
    }  # fmt: skip
    return Client("aiogram", kinds, types, fake, stack)


def ptb_client(fake: Telegram, stack: AsyncExitStack) -> Client:
    import telegram
    from telegram import error

    kinds = {
        "bad": error.BadRequest, "forbidden": error.Forbidden, "conflict": error.Conflict, "wait": error.RetryAfter,
        "migrated": error.ChatMigrated, "token": error.InvalidToken, "line": error.NetworkError,
        "server": error.NetworkError, "size": error.NetworkError,
    }  # fmt: skip
    return Client("ptb", kinds, telegram, fake, stack)


@pytest.fixture
async def fake() -> AsyncIterator[Telegram]:
    async with Telegram() as telegram:
        yield telegram


@pytest.fixture
def shop(fake: Telegram) -> Bot:
    """The customers' bot."""
    return fake.bot(TOKEN)


@pytest.fixture(params=["aiogram", "ptb"])
async def client(
    request: pytest.FixtureRequest, fake: Telegram, shop: Bot, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Client]:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # else python-telegram-bot warns at every 429
    async with AsyncExitStack() as stack:
        yield (aiogram_client if request.param == "aiogram" else ptb_client)(fake, stack)
