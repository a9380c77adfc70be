"""The menu of commands, in every language the bot speaks."""

from __future__ import annotations

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.types import BotCommand

from bot.channels.telegram.inward import NAME
from bot.services import BotServices

# Command and the phrase that explains it; /start everybody finds by themselves.
COMMANDS = {
    "help": "telegram.command_help", "status": "telegram.command_status", "human": "start.person",
    "warranty": "warranty.command", "language": "telegram.command_language",
}  # fmt: skip

log = structlog.get_logger()


async def register_commands(bot: Bot, services: BotServices) -> None:
    """Show the menu. Without it the commands work all the same, so trouble is only logged."""
    default = services.languages[0]
    try:
        await bot.set_my_commands(_menu(services, default))
        for language in services.languages:
            await bot.set_my_commands(_menu(services, language), language_code=language)
    except AiogramError as error:
        log.warning("commands_not_set", action="start", channel=NAME, error=type(error).__name__)


def _menu(services: BotServices, language: str) -> list[BotCommand]:
    return [
        BotCommand(command=command, description=services.say(phrase, language)) for command, phrase in COMMANDS.items()
    ]
