"""What `doctor` asks Telegram: is the token good, may the bot do its work in the group, does nobody else receive."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.settings import Settings, TelegramBot, TelegramDesk, Web

Finding = tuple[bool, str]  # is it well, and a sentence

TIMEOUT_S = 15
TWO_POLLERS = (
    "another program receives with this token (409), so messages go there; stop it, or give the bot a new token"
    " (/revoke at @BotFather)"
)
LISTEN_S = 3  # so long a second poll waits for the first one to come round again


@dataclass(frozen=True, slots=True)
class Said:
    """Telegram's answer to a call."""

    code: int
    result: Any
    why: str


@dataclass(frozen=True, slots=True)
class Asking:
    """One bot's way to ask."""

    session: aiohttp.ClientSession
    bot: TelegramBot

    async def __call__(self, method: str, **parameters: Any) -> Said:
        url = f"{self.bot.api_base.rstrip('/')}/bot{self.bot.token.get_secret_value()}/{method}"
        async with self.session.post(url, json=parameters) as answer:
            body = await answer.json(content_type=None)
            return Said(answer.status, body.get("result"), str(body.get("description", "")))


async def telegram_findings(settings: Settings) -> list[Finding]:
    """What there is to say of both bots; nothing for one without a token."""
    bots: Mapping[str, TelegramBot] = {"customers": settings.telegram.customers, "desk": settings.telegram.desk}
    found: list[Finding] = []
    if len({bot.token.get_secret_value() for bot in bots.values()} - {""}) == 1 and all(map(_has_token, bots.values())):
        found.append((False, "telegram: both bots have the same token; make a second bot with @BotFather for the desk"))
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_S)) as session:
        for name, bot in bots.items():
            if _has_token(bot):
                found += [
                    (well, f"telegram.{name}: {words}")
                    async for well, words in _examine(Asking(session, bot), bot, settings.web)
                ]
    return found


def _has_token(bot: TelegramBot) -> bool:
    return bool(bot.token.get_secret_value())


async def _examine(ask: Asking, bot: TelegramBot, web: Web) -> AsyncIterator[Finding]:
    try:
        me = await ask("getMe")
    except (aiohttp.ClientError, TimeoutError) as error:
        yield False, f"{bot.api_base} does not answer ({type(error).__name__}); check api_base and the network"
        return
    if me.code != 200:
        yield False, "Telegram does not know the token; copy it anew from @BotFather (/mybots, the bot, API Token)"
        return
    yield True, f"the token is @{me.result['username']}'s"
    async for finding in _receiving(ask, bot, web):
        yield finding
    if isinstance(bot, TelegramDesk):
        async for finding in _group(ask, bot, me.result):
            yield finding


async def _receiving(ask: Asking, bot: TelegramBot, web: Web) -> AsyncIterator[Finding]:
    hook = (await ask("getWebhookInfo")).result
    if bot.mode == "webhook":
        async for finding in _webhook(hook, bot, web):
            yield finding
    elif hook["url"]:
        yield False, "a webhook is set, so polling gets nothing; the next start removes it"
    elif not await _is_up(web) and (await ask("getUpdates", timeout=LISTEN_S, limit=1)).code == 409:
        yield False, TWO_POLLERS
    else:
        yield True, "nobody else receives with this token"


async def _webhook(hook: Mapping[str, Any], bot: TelegramBot, web: Web) -> AsyncIterator[Finding]:
    if not bot.webhook_secret.get_secret_value():
        yield False, "mode is webhook, but webhook_secret is empty; write a long random word"
    if not web.public_url.startswith("https://"):
        yield False, 'Telegram calls https only; write web.public_url = "https://support.example.com"'
    elif hook["url"] and not hook["url"].startswith(web.public_url):
        yield False, "the webhook points elsewhere; the next start sets it to web.public_url, another program moves it"
    if hook.get("last_error_message"):
        yield False, f"Telegram could not deliver: {hook['last_error_message']}; check that web.public_url is reachable"
    else:
        yield True, f"webhook: {hook['pending_update_count']} updates wait"


async def _is_up(web: Web) -> bool:
    """Whether the bot itself runs: then it is the one who receives."""
    try:
        async with asyncio.timeout(1):
            _, writer = await asyncio.open_connection(web.host, web.port)
    except (OSError, TimeoutError):
        return False
    writer.close()
    await writer.wait_closed()
    return True


async def _group(ask: Asking, bot: TelegramDesk, me: Mapping[str, Any]) -> AsyncIterator[Finding]:
    if bot.group_id is None:
        yield False, await _which_group(ask)
        return
    group = await ask("getChat", chat_id=bot.group_id)
    if group.code != 200:
        yield False, f"group {bot.group_id} can not be seen ({group.why}); add the bot to it, and check the number"
        return
    if not group.result.get("is_forum"):
        yield False, "the group is no forum; open its settings in Telegram and turn on Topics"
    member = (await ask("getChatMember", chat_id=bot.group_id, user_id=me["id"])).result
    if member["status"] != "administrator":
        unseen = "" if me["can_read_all_group_messages"] else "; in privacy mode it sees only commands"
        yield False, f"the bot is no administrator of the group{unseen}; make it one, with the right to manage topics"
    elif not member.get("can_manage_topics"):
        yield False, "the bot lacks the right to manage topics; tick it in the group's list of administrators"
    elif group.result.get("is_forum"):
        yield True, f"the group is a forum and the bot may manage its topics ({group.result['title']})"


async def _which_group(ask: Asking) -> str:
    """What to write for group_id: the groups of which Telegram has told the bot, if nobody fetched that yet."""
    updates = (await ask("getUpdates", limit=100)).result or []
    chats = [
        body["chat"] for update in updates for body in update.values() if isinstance(body, dict) and "chat" in body
    ]
    groups = {chat["id"]: chat["title"] for chat in chats if chat["type"] in ("group", "supergroup")}
    if not groups:
        return "group_id is missing; add the bot to the agents' group, write a word there and run this again"
    named = ", ".join(f"group_id = {number} ({title})" for number, title in groups.items())
    return f"group_id is missing; the bot is in: {named}"
