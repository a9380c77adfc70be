"""The calls by which a topic is made to show its ticket. Each raises `Trouble` where Telegram does not do it."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputFile, LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode

from bot.desk.telegram.card import Rows
from bot.desk.telegram.posts import File, Part, Words
from bot.desk.telegram.trouble import Unfit, asked
from bot.telegram_text import split

UPLOAD_S = 180  # for a file of 50 MB
_TAG = re.compile(r"<[^<>]*>")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&"))
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


@dataclass(frozen=True, slots=True)
class Place:
    """A topic of a group; None: General."""

    group: int
    topic: int | None


def keyboard(rows: Rows) -> InlineKeyboardMarkup | None:
    """Buttons below a post."""
    made = [[InlineKeyboardButton(label, callback_data=data) for label, data in row] for row in rows]
    return InlineKeyboardMarkup(made) if made else None


async def send_words(bot: Bot, place: Place, html: str, rows: Rows = (), answers: int | None = None) -> int:
    """Post text; the id of the post. What Telegram can not read as HTML is posted bare."""
    try:
        return await _send_words(bot, place, html, ParseMode.HTML, rows, answers)
    except Unfit:
        return await _send_words(bot, place, bare(html), None, rows, answers)


async def _send_words(bot: Bot, place: Place, text: str, mode: str | None, rows: Rows, answers: int | None) -> int:
    sent = bot.send_message(
        place.group,
        text,
        parse_mode=mode,
        message_thread_id=place.topic,
        link_preview_options=_NO_PREVIEW,
        reply_markup=keyboard(rows),
        reply_parameters=_reply(answers),
    )
    return (await asked(sent)).message_id


async def send_file(bot: Bot, place: Place, file: File, path: Path, answers: int | None) -> int:
    """Post a file; a picture that Telegram can not show is posted as a document."""
    content = await asyncio.to_thread(path.read_bytes)
    if file.is_photo:
        try:
            return await _send_file(bot, place, file, content, answers, as_photo=True)
        except Unfit:
            return await _send_file(bot, place, file, content, answers, as_photo=False)
    return await _send_file(bot, place, file, content, answers, as_photo=False)


async def _send_file(bot: Bot, place: Place, file: File, content: bytes, answers: int | None, *, as_photo: bool) -> int:
    what = InputFile(content, filename=file.attachment.name)
    if as_photo:
        sent = bot.send_photo(
            place.group, what, caption=file.caption, parse_mode=ParseMode.HTML,
            message_thread_id=place.topic, reply_parameters=_reply(answers),
        )  # fmt: skip
    else:
        sent = bot.send_document(
            place.group, what, caption=file.caption, parse_mode=ParseMode.HTML,
            message_thread_id=place.topic, reply_parameters=_reply(answers),
        )  # fmt: skip
    return (await asked(sent, UPLOAD_S)).message_id


async def edit_part(bot: Bot, group: int, post: int, part: Part) -> None:
    """Put other words into a post."""
    if isinstance(part, Words):
        return await edit_words(bot, group, post, split(part.html)[0])
    edited = bot.edit_message_caption(group, post, caption=part.caption, parse_mode=ParseMode.HTML)
    await asked(edited)
    return None


async def edit_words(bot: Bot, group: int, post: int, html: str, rows: Rows = ()) -> None:
    """Put other words and other buttons into a post of text."""
    edited = bot.edit_message_text(
        html, group, post, parse_mode=ParseMode.HTML, reply_markup=keyboard(rows), link_preview_options=_NO_PREVIEW
    )
    await asked(edited)


def bare(html: str) -> str:
    """The visible text of HTML."""
    text = _TAG.sub("", html)
    for entity, char in _ENTITIES:
        text = text.replace(entity, char)
    return text


def _reply(answers: int | None) -> ReplyParameters | None:
    return None if answers is None else ReplyParameters(answers, allow_sending_without_reply=True)
