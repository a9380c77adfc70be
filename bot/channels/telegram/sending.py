"""Sending to customers: text in parts, files of agents, edits of what was sent before."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from aiogram import Bot
from aiogram.exceptions import AiogramError, TelegramBadRequest, TelegramEntityTooLarge, TelegramRetryAfter
from aiogram.methods import DeleteMessage, EditMessageText, SendDocument, SendMessage, SendPhoto, TelegramMethod
from aiogram.types import FSInputFile, InlineKeyboardMarkup, LinkPreviewOptions, Message, ReplyParameters

from bot.channels.telegram.api import says, send_failed
from bot.channels.telegram.inward import NAME
from bot.channels.telegram.outward import Sent, outbound, without_tags
from bot.channels.telegram.rates import Rates
from bot.ports import Arrived, Outgoing
from bot.unbroken import unbroken
from bot.web.files import Files
from handlers.words import Attachment

PHOTO_LIMIT, FILE_LIMIT = 10 * 1024 * 1024, 50 * 1024 * 1024  # bytes, of what a bot may upload
PHOTOS = ("image/jpeg", "image/png", "image/webp")
UPLOAD_S = 110  # less than the time for which an outbox row is ours alone
NEW_WORDS = "✏️ "  # before a text that stands for an earlier one, which can not be edited any more

T = TypeVar("T")

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_BAD_MARKUP = ("can't parse entities",)
_SAME = ("message is not modified",)
_NOT_EDITABLE = ("message to edit not found", "message can't be edited", "message_id_invalid", "there is no text")
_NO_PHOTO = ("photo_", "image_process_failed", "too big for a photo", "wrong type of the web page content")


class Sender:
    """Sends within the limits of Telegram."""

    def __init__(self, bot: Bot, files: Files, rates: Rates) -> None:
        self._bot, self._files, self._rates = bot, files, rates

    async def send(self, outgoing: Outgoing, arrived: Arrived) -> None:
        """Files first, then the text in parts, each told to `arrived`. Raises `SendFailed`."""
        sent = outbound(outgoing.message)
        try:
            if outgoing.edits:
                await self._edit(outgoing, sent, arrived)
            else:
                await self._post(outgoing, sent, arrived)
        except TelegramRetryAfter as error:
            self._rates.refused(outgoing.address, error.retry_after)
            raise send_failed(error) from None
        except AiogramError as error:
            raise send_failed(error) from None

    async def _post(self, outgoing: Outgoing, sent: Sent, arrived: Arrived) -> None:
        files = outgoing.message.attachments
        quoted = _quoted(outgoing)
        for at in range(outgoing.parts, len(files) + len(sent["texts"])):
            await self._rates.wait(outgoing.address)
            await unbroken(self._part(outgoing, sent, at, quoted if at == 0 else None, arrived))

    async def _part(
        self, outgoing: Outgoing, sent: Sent, at: int, quoted: ReplyParameters | None, arrived: Arrived
    ) -> None:
        files = outgoing.message.attachments
        if at < len(files):
            message = await self._file(outgoing.address, files[at], quoted)
        else:
            message = await self._text(outgoing.address, sent, at - len(files), quoted)
        await arrived(str(message.message_id))

    async def _text(
        self, chat: str, sent: Sent, at: int, quoted: ReplyParameters | None = None, sign: str = ""
    ) -> Message:
        shown: dict[str, Any] = {"chat_id": chat, "reply_parameters": quoted, **_with_keyboard(sent, at)}
        method = SendMessage(text=sign + sent["texts"][at], parse_mode="HTML", **shown)
        try:
            return await self._bot(method)
        except TelegramBadRequest as error:
            if not says(error, *_BAD_MARKUP):
                raise
        return await self._call(chat, SendMessage(text=sign + without_tags(sent["texts"][at]), **shown))

    async def _file(self, chat: str, file: Attachment, quoted: ReplyParameters | None) -> Message:
        """One file; where it can not be sent its name stands in its place."""
        found = await self._files.find(NAME, chat, file.id)
        if found is not None and found[1].is_file() and file.size <= FILE_LIMIT:
            try:
                return await self._upload(chat, file, found[1], quoted)
            except TelegramEntityTooLarge:
                pass  # this server takes less: said below
        return await self._call(chat, SendMessage(chat_id=chat, text=f"📎 {file.name} ✗", reply_parameters=quoted))

    async def _upload(self, chat: str, file: Attachment, path: Path, quoted: ReplyParameters | None) -> Message:
        content = FSInputFile(path, file.name)
        if file.media_type in PHOTOS and file.size <= PHOTO_LIMIT:
            try:
                photo = SendPhoto(chat_id=chat, photo=content, reply_parameters=quoted)
                return await self._bot(photo, request_timeout=UPLOAD_S)
            except TelegramBadRequest as error:
                if not says(error, *_NO_PHOTO):
                    raise
        return await self._call(chat, SendDocument(chat_id=chat, document=content, reply_parameters=quoted), UPLOAD_S)

    async def _edit(self, outgoing: Outgoing, sent: Sent, arrived: Arrived) -> None:
        """New words into the messages that stand there: more of them where they need more, fewer where fewer do."""
        chat, texts = outgoing.address, sent["texts"]
        stand = outgoing.edits[len(outgoing.message.attachments) :]  # the files stand before the text
        for at in range(outgoing.parts, len(texts)):
            id = stand[at] if at < len(stand) else None
            if id is None or not await self._reworded(chat, id, sent, at):
                await self._rates.wait(chat)
                id = str((await self._text(chat, sent, at, sign=NEW_WORDS if id and at == 0 else "")).message_id)
            await arrived(id)
        for id in stand[len(texts) :]:
            await self._delete(chat, id)

    async def _reworded(self, chat: str, id: str, sent: Sent, at: int) -> bool:
        """Whether the message there says this now."""
        shown: dict[str, Any] = {"chat_id": chat, "message_id": int(id), **_with_keyboard(sent, at)}
        try:
            await self._call(chat, EditMessageText(text=sent["texts"][at], parse_mode="HTML", **shown))
        except TelegramBadRequest as error:
            if says(error, *_NOT_EDITABLE):
                return False
            if not says(error, *_SAME):
                raise
        return True

    async def _delete(self, chat: str, id: str) -> None:
        try:
            await self._call(chat, DeleteMessage(chat_id=chat, message_id=int(id)))
        except TelegramBadRequest:
            return  # the customer has deleted it, or it is too old

    async def _call(self, chat: str, method: TelegramMethod[T], seconds: int | None = None) -> T:
        """One call in its turn; the first of a new message has had its turn before."""
        await self._rates.wait(chat)
        return await self._bot(method, request_timeout=seconds)


def _with_keyboard(sent: Sent, at: int) -> dict[str, Any]:
    """What stands beside a part's text; the buttons belong below the last one."""
    last = at == len(sent["texts"]) - 1
    buttons = InlineKeyboardMarkup.model_validate({"inline_keyboard": sent["buttons"]}) if sent["buttons"] else None
    return {"link_preview_options": _NO_PREVIEW, "reply_markup": buttons if last else None}


def _quoted(outgoing: Outgoing) -> ReplyParameters | None:
    """The customer's message it answers, by Telegram's number; a pressed button has none."""
    number = (outgoing.quotes or "").rpartition(":")[2]
    if not number.isdecimal():
        return None
    return ReplyParameters(message_id=int(number), allow_sending_without_reply=True)
