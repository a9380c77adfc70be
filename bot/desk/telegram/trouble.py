"""What Telegram says when it does not do what the desk asked: one of a few kinds, each with its cure."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

T = TypeVar("T")

ANSWER_S = 60  # nothing takes longer, a file of 50 MB aside
NETWORK_PAUSE = timedelta(seconds=2)


class Trouble(Exception):
    """The call did nothing, or nobody knows."""


class TopicGone(Trouble):
    """Somebody deleted the topic."""


class PostGone(Trouble):
    """Somebody deleted the post that was to be edited, or it is too old for that."""


class Unchanged(Trouble):
    """It is as it should be already."""


class Unfit(Trouble):
    """Telegram never takes this: asked again, it says the same."""


class Unsure(Trouble):
    """The answer was lost. It may have been done, or not."""


@dataclass
class Later(Trouble):
    """Not done; it may be tried again after a while."""

    pause: timedelta


@dataclass
class Moved(Trouble):
    """The group has another number now."""

    group: int


@dataclass
class Barred(Trouble):
    """The bot may not do this in the group; only people there can change that."""

    why: str


_TOPIC_GONE = ("message thread not found", "topic_deleted", "topic_id_invalid")
_POST_GONE = (
    "message to edit not found",
    "message can't be edited",
    "there is no text in the message",
    "no caption in",
)
_UNCHANGED = ("topic_not_modified", "message is not modified")
_BARRED = (
    "not enough rights",
    "chat not found",
    "the chat is not a forum",
    "topic_closed",
    "need administrator",
    "have no rights",
    "chat_admin_required",
    "chat_write_forbidden",
    "kicked",
)


def kind_of(error: TelegramError) -> Trouble:
    """The kind of trouble an error of the framework is."""
    said = str(error).lower()
    match error:
        case RetryAfter():
            wait = error.retry_after
            return Later(wait if isinstance(wait, timedelta) else timedelta(seconds=wait))
        case ChatMigrated():
            return Moved(error.new_chat_id)
        case Forbidden() | InvalidToken():
            return Barred(str(error))
        case BadRequest():
            return _refusal(said, str(error))
        case NetworkError() if "entity too large" in said:
            return Unfit(str(error))
        case NetworkError() if "connecterror" in said or "pool timeout" in said:  # it never reached Telegram
            return Later(NETWORK_PAUSE)
        case _:
            return Unsure(str(error))


def _refusal(said: str, shown: str) -> Trouble:
    kinds: tuple[tuple[tuple[str, ...], Trouble], ...] = (
        (_TOPIC_GONE, TopicGone()), (_POST_GONE, PostGone()), (_UNCHANGED, Unchanged()), (_BARRED, Barred(shown)),
    )  # fmt: skip
    return next((kind for words, kind in kinds if any(word in said for word in words)), Unfit(shown))


async def asked(call: Coroutine[Any, Any, T], seconds: float = ANSWER_S) -> T:
    """The result of a call of the framework. Raises `Trouble`."""
    try:
        async with asyncio.timeout(seconds):
            return await call
    except TelegramError as error:
        raise kind_of(error) from error
    except TimeoutError as error:
        raise Unsure("no answer in time") from error
