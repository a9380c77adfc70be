"""What `doctor` says of Telegram: each thing that can be wrong has its sentence with what to do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.commands import telegram_check
from bot.commands.telegram_check import telegram_findings
from bot.settings import Settings
from tests.fakes.site import free_port
from tests.fakes.telegram import Group, Telegram
from tests.fakes.telegram.things import COMMON_RIGHTS

CUSTOMERS, DESK = "100:customers", "200:desk"
FORUM = -1001000000001


@pytest.fixture
async def fake(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Telegram]:
    monkeypatch.setattr(telegram_check, "LISTEN_S", 1)
    async with Telegram() as telegram:
        yield telegram


def settings(fake: Telegram, web: dict[str, Any] | None = None, **bots: dict[str, Any]) -> Settings:
    telegram = {name: {"api_base": fake.url, **values} for name, values in bots.items()}
    return Settings(telegram=telegram, web={"port": free_port(), **(web or {})})  # type: ignore[arg-type]  # as TOML gives them


async def wrong(settings: Settings) -> str:
    """The sentences about what is not well."""
    return "\n".join(words for well, words in await telegram_findings(settings) if not well)


def forum(fake: Telegram, *, is_forum: bool = True, rights: frozenset[str] | None = COMMON_RIGHTS) -> Group:
    bot = fake.bot(DESK, "Desk")
    group = fake.group(FORUM, forum=is_forum)
    group.add(bot)
    if rights is not None:
        group.promote(bot, rights)
    return group


async def test_without_tokens_there_is_nothing_to_say() -> None:
    assert await telegram_findings(Settings()) == []


async def test_all_is_well(fake: Telegram) -> None:
    fake.bot(CUSTOMERS)
    forum(fake)
    found = await telegram_findings(
        settings(fake, customers={"token": CUSTOMERS}, desk={"token": DESK, "group_id": FORUM})
    )
    assert all(well for well, _ in found), found
    assert "telegram.customers: the token is @shop_bot's" in [words for _, words in found]
    assert "telegram.desk: the group is a forum and the bot may manage its topics (Agents)" in [w for _, w in found]


async def test_a_wrong_token(fake: Telegram) -> None:
    assert "copy it anew from @BotFather" in await wrong(settings(fake, customers={"token": "100:mistyped"}))


async def test_nobody_there() -> None:
    base = f"http://127.0.0.1:{free_port()}"
    found = await telegram_findings(Settings(telegram={"customers": {"token": CUSTOMERS, "api_base": base}}))  # type: ignore[arg-type]
    assert "does not answer" in found[0][1]
    assert "check api_base" in found[0][1]


async def test_one_token_for_both(fake: Telegram) -> None:
    fake.bot(CUSTOMERS)
    same = settings(fake, customers={"token": CUSTOMERS}, desk={"token": CUSTOMERS, "group_id": FORUM})
    assert "make a second bot" in await wrong(same)


async def test_two_that_poll(fake: Telegram) -> None:
    bot = fake.bot(CUSTOMERS)

    async def poll() -> None:
        while True:
            try:
                await bot.queue.poll(0, 1, 5)
            except Exception:
                await asyncio.sleep(0.1)

    other = asyncio.create_task(poll())
    await asyncio.sleep(0.05)
    assert "another program receives with this token (409)" in await wrong(
        settings(fake, customers={"token": CUSTOMERS})
    )
    listening = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    own = settings(fake, {"port": listening.sockets[0].getsockname()[1]}, customers={"token": CUSTOMERS})
    assert await wrong(own) == "", "the bot itself is running"
    listening.close()
    other.cancel()


async def test_a_webhook_while_polling(fake: Telegram) -> None:
    fake.bot(CUSTOMERS)
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{fake.bot_url}{CUSTOMERS}/setWebhook", json={"url": "https://elsewhere.example/hook"}),
    ):
        pass
    assert "a webhook is set, so polling gets nothing" in await wrong(settings(fake, customers={"token": CUSTOMERS}))


async def test_a_webhook_that_can_not_work(fake: Telegram) -> None:
    fake.bot(CUSTOMERS)
    said = await wrong(settings(fake, customers={"token": CUSTOMERS, "mode": "webhook"}))
    assert "webhook_secret is empty" in said
    assert "Telegram calls https only" in said


async def test_a_group_that_can_not_be_seen(fake: Telegram) -> None:
    fake.bot(DESK, "Desk")
    assert "add the bot to the agents' group, write a word there" in await wrong(settings(fake, desk={"token": DESK}))
    assert "can not be seen" in await wrong(settings(fake, desk={"token": DESK, "group_id": FORUM}))


async def test_the_number_of_the_group_is_found(fake: Telegram) -> None:
    forum(fake).add(fake.user(5, "Petr"))
    assert f"the bot is in: group_id = {FORUM} (Agents)" in await wrong(settings(fake, desk={"token": DESK}))


async def test_a_group_that_is_no_forum(fake: Telegram) -> None:
    forum(fake, is_forum=False)
    assert "turn on Topics" in await wrong(settings(fake, desk={"token": DESK, "group_id": FORUM}))


async def test_missing_rights_and_privacy_mode(fake: Telegram) -> None:
    group = forum(fake, rights=COMMON_RIGHTS - {"can_manage_topics"})
    both = settings(fake, desk={"token": DESK, "group_id": FORUM})
    assert "lacks the right to manage topics" in await wrong(both)
    group.demote(fake.world.bots[DESK])
    assert "in privacy mode it sees only commands" in await wrong(both)
