"""Both frameworks run against the fake Telegram as they run against the real one: polling, webhooks, and all faults."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from aiohttp import MultipartWriter, web
from aiohttp.test_utils import TestServer

from tests.fakes.conftest import Client
from tests.fakes.telegram import Bot, Fault, Person, Telegram
from tests.fakes.telegram.things import Webhook

pytestmark = pytest.mark.server  # frameworks and a server: seconds each

SECRET = "s3cret-_"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture
def anna(fake: Telegram, shop: Bot) -> Person:
    fake.rates.off()
    return fake.user(7, "Anna", "kk")


async def dispatcher(client: Client) -> Any:
    """aiogram with a handler that answers every text with itself."""
    import aiogram

    router = aiogram.Dispatcher()

    @router.message()
    async def echo(message: Any) -> None:
        await message.answer(f"re: {message.text}")

    return router


async def application(client: Client) -> Any:
    """python-telegram-bot with the same handler."""
    from telegram.ext import ApplicationBuilder, MessageHandler, filters

    app = ApplicationBuilder().bot(await client.bot()).job_queue(None).build()

    async def echo(update: Any, context: Any) -> None:
        await update.message.reply_text(f"re: {update.message.text}")

    app.add_handler(MessageHandler(filters.ALL, echo))
    await app.initialize()
    await app.start()
    return app


@asynccontextmanager
async def polling(client: Client) -> AsyncIterator[None]:
    if client.name == "aiogram":
        router = await dispatcher(client)
        task = asyncio.create_task(router.start_polling(
            await client.bot(), handle_signals=False, close_bot_session=False, polling_timeout=1,
        ))  # fmt: skip
        await client.fake.until(lambda: client.fake.called("getUpdates"))
        yield
        await router.stop_polling()
        await task
        return
    app = await application(client)
    await app.updater.start_polling(poll_interval=0, timeout=1)
    yield
    await app.updater.stop()
    await app.stop()
    await app.shutdown()


@asynccontextmanager
async def webhook(client: Client, answers: list[int]) -> AsyncIterator[str]:
    """The bot behind a webhook; the first requests are answered with these codes, before the bot sees them."""
    app = web.Application()
    if client.name == "aiogram":
        from aiogram.webhook.aiohttp_server import SimpleRequestHandler

        handler = SimpleRequestHandler(await dispatcher(client), await client.bot(), handle_in_background=False,
                                       secret_token=SECRET)  # fmt: skip
        handle = handler.handle
    else:
        from telegram import Update

        ptb = await application(client)

        async def handle(request: web.Request) -> web.Response:
            assert request.headers[HEADER] == SECRET
            await ptb.process_update(Update.de_json(await request.json(), ptb.bot))
            return web.Response()

    async def receive(request: web.Request) -> web.StreamResponse:
        return web.Response(status=answers.pop(0)) if answers else await handle(request)

    app.router.add_post("/hook", receive)
    async with TestServer(app, host="127.0.0.1") as server:
        yield str(server.make_url("/hook"))
    if client.name == "ptb":
        await ptb.stop()
        await ptb.shutdown()


async def test_polling(client: Client, anna: Person) -> None:
    async with polling(client):
        for text in ("one", "two"):
            assert (await client.fake.answer_to(anna.says(text))).text == f"re: {text}"


async def test_webhook(client: Client, anna: Person, shop: Bot) -> None:
    """What is refused comes again, in order; other chats do not wait for it."""
    ben = client.fake.user(8, "Ben")
    async with webhook(client, [500, 503]) as url:
        await client.call("set_webhook", url=url, secret_token=SECRET)
        assert (await client.call("get_webhook_info")).url == url
        with client.refused("can't use getupdates method while webhook is active", "conflict"):
            await client.call("get_updates")
        anna.says("one")
        last, other = anna.says("two"), ben.says("three")
        await client.fake.answer_to(last)
        await client.fake.answer_to(other)
        await client.fake.until(lambda: not shop.queue.pending)
        assert [text for text in client.fake.chat(7).texts if text.startswith("re:")] == ["re: one", "re: two"]
        info = await client.call("get_webhook_info")
        assert "Wrong response from the webhook: 50" in info.last_error_message
        assert shop.webhook is not None
        assert (shop.webhook.attempts, shop.webhook.delivered, info.pending_update_count) == (5, 3, 0)
        await client.call("delete_webhook")
        anna.says("four")
        assert [update.message.text for update in await client.call("get_updates")] == ["four"]


async def test_a_webhook_hears_some_things_twice(client: Client, anna: Person, shop: Bot) -> None:
    async with webhook(client, []) as url:
        await client.call("set_webhook", url=url, secret_token=SECRET)
        client.fake.faults.next("webhook", Fault.DUPLICATE)
        anna.says("one")
        await client.fake.until(lambda: client.fake.chat(7).texts == ["one", "re: one", "re: one"])


@pytest.mark.parametrize("as_form", [False, True])
async def test_the_answer_of_a_webhook_may_be_a_call(fake: Telegram, shop: Bot, anna: Person, as_form: bool) -> None:
    """As JSON, or as a form, which is aiogram's way."""
    values = {"method": "sendMessage", "chat_id": "7", "text": "by the answer"}

    async def receive(request: web.Request) -> web.Response:
        if not as_form:
            return web.json_response(values)
        form = MultipartWriter("form-data")
        for name, value in values.items():
            form.append(value).set_content_disposition("form-data", name=name)
        return web.Response(body=form)

    app = web.Application()
    app.router.add_post("/", receive)
    async with TestServer(app, host="127.0.0.1") as server:
        shop.webhook, shop.queue.has_webhook = Webhook(str(server.make_url("/"))), True
        assert (await fake.answer_to(anna.says("hi"))).text == "by the answer"


async def test_bad_webhooks_are_refused(client: Client) -> None:
    for url, words in (
        ("http://example.com/x", "an https url must be provided"),
        ("https://example.com:81/x", "ports"),
    ):
        with client.refused(words):
            await client.call("set_webhook", url=url)
    with client.refused("secret token contains unallowed characters"):
        await client.call("set_webhook", url="https://example.com/", secret_token="a b")


async def test_of_two_pollers_the_older_one_is_thrown_out(client: Client, anna: Person) -> None:
    first = asyncio.create_task(client.call("get_updates", timeout=5))
    await client.fake.until(lambda: client.fake.called("getUpdates"))
    await asyncio.sleep(0.02)
    second = asyncio.create_task(client.call("get_updates", timeout=5))
    with client.refused("terminated by other getupdates request", "conflict"):
        await first
    anna.says("late")
    assert [update.message.text for update in await second] == ["late"]


async def test_updates_repeat_until_they_are_confirmed(client: Client, anna: Person, shop: Bot) -> None:
    for text in ("one", "two", "three"):
        anna.says(text)
    first, second, third = await client.call("get_updates")
    assert [update.update_id for update in await client.call("get_updates")] == [
        first.update_id, first.update_id + 1, first.update_id + 2,
    ]  # fmt: skip
    assert list(await client.call("get_updates", offset=second.update_id, limit=1)) == [second]
    assert list(await client.call("get_updates", offset=-1)) == [third]
    assert not await client.call("get_updates", offset=third.update_id + 1)
    assert shop.queue.confirmed == 3
    await client.call("get_updates", allowed_updates=["callback_query"])
    anna.says("not wanted")
    assert not await client.call("get_updates")
    anna.says("too old")
    client.fake.forward(86_401)
    assert not await client.call("get_updates", allowed_updates=["message"])


WRONG = [
    (Fault.TOO_MANY, "wait", 0), (Fault.BAD_GATEWAY, "server", 0), (Fault.DROPPED_BEFORE, "line", 0),
    (Fault.DROPPED_AFTER, "line", 1), (Fault.SLOW, "", 1), (Fault.LATE, "", 1),
]  # fmt: skip


@pytest.mark.parametrize(("fault", "kind", "arrives"), WRONG)
async def test_a_call_goes_wrong_as_it_was_ordered(
    client: Client, anna: Person, fault: Fault, kind: str, arrives: int
) -> None:
    anna.says("hi")
    client.fake.faults.slow_seconds = 0.05
    client.fake.faults.next("sendMessage", fault)
    if kind:
        with client.refused(kind=kind):
            await client.call("send_message", chat_id=7, text="x")
    else:
        await client.call("send_message", chat_id=7, text="x")
    assert client.fake.chat(7).texts.count("x") == arrives
    assert client.fake.faults.happened["sendMessage", fault] == 1
    await client.call("send_message", chat_id=7, text="x")
    assert client.fake.chat(7).texts.count("x") == arrives + 1


async def texts(client: Client, offset: int = 0) -> tuple[list[str], int]:
    """What is waiting, and the offset that confirms it."""
    updates = await client.call("get_updates", offset=offset)
    return [update.message.text for update in updates], max(update.update_id for update in updates) + 1


async def test_updates_go_wrong_as_it_was_ordered(client: Client, anna: Person) -> None:
    faults, ben = client.fake.faults, client.fake.user(8, "Ben")
    for number in range(6):
        anna.says(f"a{number}")
        ben.says(f"b{number}")
    in_order = [f"{who}{number}" for number in range(6) for who in "ab"]
    faults.at_random(3, {}, "getUpdates")
    faults.next("getUpdates", Fault.REORDER)
    reordered, _ = await texts(client)
    assert reordered != in_order
    assert [text for text in reordered if text[0] == "a"] == [f"a{number}" for number in range(6)]
    faults.next("getUpdates", Fault.SHUFFLE)
    shuffled, _ = await texts(client)
    assert [text for text in shuffled if text[0] == "a"] != [f"a{number}" for number in range(6)]
    faults.next("getUpdates", Fault.DUPLICATE)
    twice, end = await texts(client)
    assert twice == [*in_order, "b5"]
    assert (await texts(client, end))[0] == ["b5"]  # confirmed, and here it is again
    assert not await client.call("get_updates", offset=end)
    anna.says("last")
    _, end = await texts(client, end)
    faults.next("getUpdates", Fault.REPEAT)
    assert (await texts(client, end))[0] == ["last"]
    assert not await client.call("get_updates", offset=end)


async def test_dropped_updates_do_not_reach_the_webhook(client: Client, anna: Person, shop: Bot) -> None:
    async with webhook(client, [500] * 1000) as url:
        await client.call("set_webhook", url=url, secret_token=SECRET)
        anna.says("one")
        anna.says("two")
        await client.fake.until(lambda: shop.webhook is not None and shop.webhook.attempts)
        await client.call("delete_webhook", drop_pending_updates=True)
        assert (await client.call("get_webhook_info")).pending_update_count == 0
    assert client.fake.chat(7).texts == ["one", "two"]


async def test_chance_is_the_same_for_the_same_seed(client: Client, anna: Person) -> None:
    anna.says("hi")
    outcomes = []
    for _ in range(2):
        client.fake.faults.at_random(5, {Fault.BAD_GATEWAY: 0.3, Fault.DROPPED_AFTER: 0.2}, "sendMessage")
        outcomes.append([await goes_well(client, number) for number in range(20)])
    assert outcomes[0] == outcomes[1]
    assert {True, False} == set(outcomes[0])
    client.fake.faults.stop()
    assert await goes_well(client, 99)


async def goes_well(client: Client, number: int) -> bool:
    with suppress(client.raises["server"], client.raises["line"]):
        await client.call("send_message", chat_id=7, text=f"{number}")
        return True
    return False


async def test_polling_goes_on_when_telegram_was_away(client: Client, anna: Person) -> None:
    """The same world on the same port; what was said meanwhile is delivered."""
    async with polling(client):
        await client.fake.answer_to(anna.says("one"))
        await client.fake.stop()
        said = anna.says("while you were away")
        await client.fake.start()
        assert (await client.fake.answer_to(said)).text == "re: while you were away"
