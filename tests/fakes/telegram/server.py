"""The fake Telegram as a server on 127.0.0.1, which both frameworks take for the real one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Self, TypeVar

from aiohttp import web

from tests.fakes.telegram.call import Call, read_parameters
from tests.fakes.telegram.faults import CALLS, Fault
from tests.fakes.telegram.groups import Group
from tests.fakes.telegram.methods import METHODS
from tests.fakes.telegram.people import Person
from tests.fakes.telegram.refusals import Refused, too_many
from tests.fakes.telegram.things import Bot, Chat, Message
from tests.fakes.telegram.webhooks import Delivery
from tests.fakes.telegram.world import World

T = TypeVar("T")
OVERHEAD = 64 * 1024  # bytes of a call beside its file


class Telegram:
    """Start it, make bots, people and groups, let them act, look at the chats.

    `url` is the `api_base`: aiogram takes `TelegramAPIServer.from_base(fake.url)`, python-telegram-bot
    `base_url(fake.bot_url).base_file_url(fake.file_url)`. It complains at the end about methods it does not know.
    """

    def __init__(self) -> None:
        self.world = World()
        self.faults, self.rates, self.sizes = self.world.faults, self.world.rates, self.world.sizes
        self.calls: list[Call] = []
        self.complaints: list[str] = []
        self.port = 0
        self._runner: web.AppRunner | None = None
        self._deliveries: list[Delivery] = []

    # ---- coming and going

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        await self.stop()
        if kind is None and self.complaints:
            raise AssertionError("\n".join(self.complaints))

    async def start(self) -> None:
        """Listen; after a stop on the same port, with the same world."""
        app = web.Application(client_max_size=self.sizes.upload + OVERHEAD)
        app.router.add_route("*", "/bot{token}/{method}", self._api)
        app.router.add_get("/file/bot{token}/{path:.+}", self._file)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]
        for bot in self.world.bots.values():
            self._deliver_to(bot)

    async def stop(self) -> None:
        """Be away: polls end, webhooks are not called."""
        for bot in self.world.bots.values():
            bot.queue.interrupt(Refused("", 502))
        await asyncio.gather(*(delivery.stop() for delivery in self._deliveries))
        self._deliveries.clear()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def bot_url(self) -> str:
        return f"{self.url}/bot"

    @property
    def file_url(self) -> str:
        return f"{self.url}/file/bot"

    # ---- what there is

    def bot(self, token: str, name: str = "Shop", username: str = "", *, reads_all: bool = False) -> Bot:
        """A bot with this token; `reads_all` switches its privacy mode off."""
        bot = self.world.add_bot(token, name, username or f"{name.lower()}_bot", reads_all=reads_all)
        if self._runner is not None:
            self._deliver_to(bot)
        return bot

    def user(self, id: int, name: str = "Anna", language: str | None = "en", username: str | None = None) -> Person:
        """A person; what they write goes to the first bot unless told otherwise."""
        person = Person(id, name, language, username, world=self.world)
        self.world.users[id] = person
        return person

    def group(self, id: int, title: str = "Agents", *, forum: bool = True) -> Group:
        """A supergroup; a basic group where the number has no -100 in front."""
        kind = "supergroup" if str(id).startswith("-100") else "group"
        group = Group(id, kind, title, forum and kind == "supergroup", world=self.world)
        self.world.groups[id] = group
        return group

    def chat(self, id: int, bot: Bot | None = None) -> Chat:
        """The group, or the private chat of this user; with which bot must be said where there are several."""
        if id in self.world.groups:
            return self.world.groups[id]
        found = [chat for (bot_id, user_id), chat in self.world.private.items()
                 if user_id == id and (bot is None or bot.id == bot_id)]  # fmt: skip
        assert len(found) == 1, f"chat {id}: {len(found)} private chats; name the bot where there are several"
        return found[0]

    def forward(self, seconds: float) -> None:
        """Let time pass: rates recover, buttons and updates expire."""
        self.world.ahead += seconds

    def called(self, method: str, bot: Bot | None = None) -> list[Call]:
        """The calls of a method, in order."""
        return [call for call in self.calls if call.method == method and bot in (None, call.bot)]

    async def until(self, true: Callable[[], T], seconds: float = 5) -> T:
        """Wait until something is true (it is returned); fail after `seconds` with the transcripts."""
        try:
            async with asyncio.timeout(seconds):
                while not (result := true()):  # noqa: ASYNC110 - the world knows of no event for anything
                    await asyncio.sleep(0.005)
                return result
        except TimeoutError:
            raise AssertionError(f"waited {seconds} s in vain\n{self.transcript()}") from None

    async def answer_to(self, message: Message, seconds: float = 5) -> Message:
        """The first message of a bot after this one, in the same chat and topic."""

        def answers() -> list[Message]:
            return [one for one in message.chat.messages if one.id > message.id and one.sender.is_bot
                    and not one.service and one.thread == message.thread]  # fmt: skip

        return (await self.until(answers, seconds))[0]

    def transcript(self) -> str:
        """All chats, to be read by who mends a test."""
        chats = [*self.world.private.values(), *self.world.groups.values()]
        return "\n".join(
            f"--- {chat.title or (chat.user.name if chat.user else '')} ({chat.id})\n"
            + "\n".join(message.line() for message in chat.messages)
            for chat in chats
        )

    # ---- HTTP

    def _deliver_to(self, bot: Bot) -> None:
        delivery = Delivery(bot, self._run, self.world.now)
        self._deliveries.append(delivery)
        delivery.ring()

    async def _file(self, request: web.Request) -> web.Response:
        known = request.match_info["token"] in self.world.bots
        file = next((one for one in self.world.files.values() if one.path == request.match_info["path"]), None)
        if file is None or not known or file.size > self.sizes.download:
            return web.json_response(Refused("file not found", 404).json(), status=404)
        return web.Response(body=file.content, content_type="application/octet-stream")

    async def _api(self, request: web.Request) -> web.Response:
        method, token = request.match_info["method"], request.match_info["token"]
        bot = self.world.bots.get(token)
        if bot is None:
            return refusal(Refused("", 401 if ":" in token else 404))
        fault = self.faults.draw(method, CALLS)
        if fault is Fault.DROPPED_BEFORE:
            return hung_up(request)
        try:
            values, uploads = await read_parameters(request)
            result = await self._handle(Call(self.world, bot, method, values, uploads, fault))
            response = web.json_response({"ok": True, "result": result})
        except web.HTTPRequestEntityTooLarge:
            response = refusal(Refused("", 413))
        except Refused as error:
            response = refusal(error)
        return hung_up(request) if fault is Fault.DROPPED_AFTER else response

    async def _handle(self, call: Call) -> Any:
        """Do what is asked, with the fault that was drawn; every call is kept."""
        self.calls.append(call)
        try:
            await self._trouble(call)
            call.result = await self._do(call)
        except Refused as error:
            call.refused = error.description
            raise
        except Exception as error:
            self.complaints.append(f"{call.method} broke this fake: {error!r}; it was called with {dict(call.values)}")
            raise Refused("", 500) from error
        if call.fault is Fault.SLOW:
            await asyncio.sleep(self.faults.slow_seconds)
        return call.result

    async def _trouble(self, call: Call) -> None:
        match call.fault:
            case Fault.TOO_MANY:
                raise too_many(self.faults.retry_after)
            case Fault.BAD_GATEWAY:
                raise Refused("", 502)
            case Fault.LATE:
                await asyncio.sleep(self.faults.slow_seconds)

    async def _do(self, call: Call) -> Any:
        method = METHODS.get(call.method.lower())
        if method is None:
            self.complaints.append(f"{call.method} was called, but this fake does not know it: see methods/")
            raise Refused("method not found", 404)
        return await method(call)

    async def _run(self, bot: Bot, values: dict[str, str]) -> None:
        """A call in the answer of a webhook: what becomes of it is not said to anybody."""
        try:
            await self._handle(Call(self.world, bot, values["method"], values))
        except Refused:
            return


def refusal(error: Refused) -> web.Response:
    retry = error.parameters.get("retry_after")
    headers = {"Retry-After": str(retry)} if retry else {}
    return web.json_response(error.json(), status=error.code, headers=headers)


def hung_up(request: web.Request) -> web.Response:
    """The connection breaks without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
