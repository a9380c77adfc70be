"""Updates of the desk's bot, read: where something was written, what it says, which files came with it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from telegram import Message

from bot.telegram_text import Entity, Written, said

ANONYMOUS = 1087968824  # GroupAnonymousBot: administrators who write in the group's name


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that lies at Telegram."""

    file_id: str
    name: str
    size: int  # bytes; 0 where Telegram does not say


def topic_of(message: Message) -> int | None:
    """The topic a message stands in; None for General."""
    return message.message_thread_id if message.is_topic_message else None


def text_of(messages: Iterable[Message], bot: str) -> str:
    """The words of a message, or of an album."""
    return "\n\n".join(filter(None, (_text(message, bot) for message in messages)))


def files_of(messages: Sequence[Message]) -> tuple[SentFile, ...]:
    """The files of a message, or of an album."""
    return tuple(file for message in messages for file in _files(message))


def is_anonymous(message: Message) -> bool:
    """Whether an administrator wrote it in the group's name."""
    user, chat = message.from_user, message.sender_chat
    return user is not None and user.id == ANONYMOUS and chat is not None and chat.id == message.chat.id


def is_from_a_person(message: Message) -> bool:
    """Neither another bot's nor a channel's, nor a chat's that is not this group."""
    if is_anonymous(message):
        return True
    return message.from_user is not None and not message.from_user.is_bot and message.sender_chat is None


def says_something(message: Message) -> bool:
    """Somebody wrote or sent it; what Telegram itself tells (pinned, joined …) is nobody's word."""
    return message.text is not None or message.effective_attachment is not None


def answered(message: Message) -> int | None:
    """The message it is an explicit reply to: in a topic every other answers to the one that made the topic."""
    other = message.reply_to_message
    return None if other is None or other.forum_topic_created is not None else other.message_id


def topic_name(message: Message) -> str | None:
    """The name the topic was made with, where the message tells it."""
    other = message.reply_to_message
    return other.forum_topic_created.name if other is not None and other.forum_topic_created is not None else None


def _text(message: Message, bot: str) -> str:
    if message.text is not None or message.caption is not None:
        entities = [
            Entity(str(one.type), one.offset, one.length, one.url)
            for one in (message.entities or message.caption_entities)
        ]
        return said(Written(message.text or message.caption or "", entities), bot)
    if message.sticker is not None:
        return message.sticker.emoji or ""
    if message.location is not None:
        return f"📍 {message.location.latitude:.6f}, {message.location.longitude:.6f}"
    if message.contact is not None:
        names = (message.contact.first_name, message.contact.last_name, message.contact.phone_number)
        return " ".join(filter(None, names))
    return ""


def _files(message: Message) -> Iterable[SentFile]:
    if message.photo:
        photo = message.photo[-1]
        yield SentFile(photo.file_id, "photo.jpg", photo.file_size or 0)
    elif message.animation is not None:
        animation = message.animation
        yield SentFile(animation.file_id, animation.file_name or "animation.mp4", animation.file_size or 0)
    elif message.document is not None:
        yield SentFile(message.document.file_id, message.document.file_name or "file", message.document.file_size or 0)
    elif message.video is not None:
        yield SentFile(message.video.file_id, message.video.file_name or "video.mp4", message.video.file_size or 0)
    elif message.audio is not None:
        yield SentFile(message.audio.file_id, message.audio.file_name or "audio.mp3", message.audio.file_size or 0)
    elif message.voice is not None:
        yield SentFile(message.voice.file_id, "voice.ogg", message.voice.file_size or 0)
    elif message.video_note is not None:
        yield SentFile(message.video_note.file_id, "video-note.mp4", message.video_note.file_size or 0)
