"""The bot itself: who it is, its commands, its answers to pressed buttons."""

from __future__ import annotations

import re
from typing import Any

from tests.fakes.telegram.call import Call
from tests.fakes.telegram.refusals import Refused

Json = dict[str, Any]
QUERY_SECONDS = 150
ANSWER = 200  # letters
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


async def get_me(call: Call) -> Json:
    names = ("supports_inline_queries", "can_connect_to_business", "has_main_web_app", "has_topics_enabled",
             "allows_users_to_create_topics", "can_manage_bots", "supports_guest_queries",
             "supports_join_request_queries")  # fmt: skip
    mine = {"can_join_groups": True, "can_read_all_group_messages": call.bot.reads_all}
    return call.bot.json() | mine | dict.fromkeys(names, False)


def commands_key(call: Call) -> tuple[str, str]:
    scope = call.json("scope") or {}
    language = call.text("language_code")
    if language and not re.fullmatch("[a-z]{2}", language):
        raise Refused("invalid language code specified")
    return ":".join(str(scope[key]) for key in ("type", "chat_id", "user_id") if key in scope) or "default", language


async def set_commands(call: Call) -> bool:
    commands = call.json("commands") or []
    if len(commands) > 100:
        raise Refused("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not re.fullmatch("[a-z0-9_]{1,32}", command["command"].removeprefix("/")):
            raise Refused("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise Refused("BOT_COMMAND_DESCRIPTION_INVALID")
    call.bot.commands[commands_key(call)] = commands
    return True


async def get_commands(call: Call) -> list[Json]:
    return call.bot.commands.get(commands_key(call), [])


async def delete_commands(call: Call) -> bool:
    call.bot.commands.pop(commands_key(call), None)
    return True


async def answer_callback(call: Call) -> bool:
    """Once, and in time."""
    query = call.world.queries.get(call.text("callback_query_id"))
    is_open = query is not None and query.bot is call.bot and query.answer is None
    if query is None or not is_open or call.world.now() - query.at > QUERY_SECONDS:
        raise Refused(TOO_OLD)
    if len(call.text("text")) > ANSWER:
        raise Refused("MESSAGE_TOO_LONG")
    query.answer = {"text": call.text("text"), "show_alert": call.flag("show_alert")}
    return True


METHODS = {
    "getMe": get_me,
    "setMyCommands": set_commands,
    "getMyCommands": get_commands,
    "deleteMyCommands": delete_commands,
    "answerCallbackQuery": answer_callback,
}
