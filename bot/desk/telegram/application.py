"""The framework's application: it routes updates and runs jobs; receiving is ours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from telegram import BotCommand, BotCommandScopeChat, Update
from telegram.error import Conflict, EndPointNotFound, InvalidToken, RetryAfter, TelegramError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    ChatMemberHandler,
    ContextTypes,
    JobQueue,
    MessageHandler,
    filters,
)  # fmt: skip
from telegram.request import HTTPXRequest

from bot.desk.commands import COMMANDS
from bot.desk.telegram.buttons import Buttons
from bot.desk.telegram.card import Say
from bot.desk.telegram.door import Door
from bot.desk.telegram.trouble import Later, kind_of
from bot.polling import BAD_TOKEN, CONFLICT, POLL_S, PollFailed
from bot.settings import TelegramDesk
from bot.storage.updates import Raw

ALLOWED = ["message", "edited_message", "callback_query", "my_chat_member", "chat_member"]
CONNECTIONS = 16

App = Application[Any, Any, Any, Any, Any, Any]
MakeRequest = Callable[[], HTTPXRequest]


def make_request() -> HTTPXRequest:
    """A pool of connections to Telegram."""
    return HTTPXRequest(CONNECTIONS, read_timeout=15, media_write_timeout=60)


def build_application(settings: TelegramDesk, request: MakeRequest = make_request) -> App:
    """The application of the desk's bot, not started yet."""
    base = settings.api_base.rstrip("/")
    return (
        ApplicationBuilder()
        .token(settings.token.get_secret_value())
        .base_url(f"{base}/bot")
        .base_file_url(f"{base}/file/bot")
        .request(request())
        .get_updates_request(request())
        .updater(None)  # it would confirm updates before they are stored
        .job_queue(JobQueue())
        .build()
    )


class Routing:
    """Hands each stored update to the application, and says what went wrong: the framework itself would only log it."""

    def __init__(self, application: App, door: Door, buttons: Buttons) -> None:
        self._application, self._door, self._buttons = application, door, buttons
        self._together: dict[int, Sequence[Update]] = {}  # albums, by the id of their first update
        self._errors: dict[int, Exception] = {}
        application.add_handler(CallbackQueryHandler(self._pressed))
        application.add_handler(ChatMemberHandler(self._member, ChatMemberHandler.ANY_CHAT_MEMBER))
        application.add_handler(MessageHandler(filters.UpdateType.EDITED_MESSAGE, self._edited))
        application.add_handler(MessageHandler(filters.UpdateType.MESSAGE, self._message))
        application.add_error_handler(self._failed)

    async def handle(self, raws: Sequence[Raw]) -> None:
        """Handle one update, or those of an album. Raises whatever went wrong."""
        updates = [Update.de_json(raw, self._application.bot) for raw in raws]
        first = updates[0].update_id
        self._together[first] = updates
        try:
            await self._application.process_update(updates[0])
        finally:
            del self._together[first]
            error = self._errors.pop(first, None)
        if error is not None:
            raise error

    async def _message(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        messages = [one.message for one in self._together[update.update_id] if one.message is not None]
        await self._door.message(messages)

    async def _edited(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        if update.edited_message is not None:
            await self._door.edited(update.edited_message)

    async def _pressed(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        if update.callback_query is not None:
            await self._buttons.pressed(update.callback_query)

    async def _member(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        change = update.my_chat_member or update.chat_member
        if change is not None:
            self._door.member(change.chat.id)

    async def _failed(self, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        if isinstance(update, Update) and context.error is not None:
            self._errors[update.update_id] = context.error


async def get_updates(application: App, offset: int | None) -> list[Raw]:
    """Updates as Telegram wrote them, with whatever the framework does not know. Raises `PollFailed`."""
    wanted = {"timeout": POLL_S, "allowed_updates": ALLOWED} | ({} if offset is None else {"offset": offset})
    try:
        # In small letters, which Telegram takes as well: by its usual name the framework would give its own objects.
        found = await application.bot.do_api_request("getupdates", api_kwargs=wanted, read_timeout=POLL_S + 10)
    except TelegramError as error:
        raise poll_failed(error) from error
    return list(found)


def poll_failed(error: TelegramError) -> PollFailed:
    """Why there are no updates."""
    match error:
        case Conflict():
            return PollFailed(CONFLICT)
        case InvalidToken() | EndPointNotFound():
            return PollFailed(BAD_TOKEN)
        case RetryAfter():
            later = kind_of(error)
            return PollFailed("too many requests", later.pause.total_seconds() if isinstance(later, Later) else None)
        case _:
            return PollFailed(type(error).__name__)


async def register_commands(application: App, groups: Sequence[int], say: Say) -> None:
    """Let Telegram offer the commands in the groups. Raises `TelegramError`."""
    offered = [BotCommand(name, say(f"help_{name}")) for name in COMMANDS if name != "help"]
    for group in groups:
        await application.bot.set_my_commands(offered, BotCommandScopeChat(group))
