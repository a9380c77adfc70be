"""Messages of a talk as posts in a topic: short ones together, long ones in parts, files one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.desk.telegram.card import Say, shortened
from bot.storage.standings import Line
from bot.telegram_text import CAPTION_LIMIT, plain, split, units
from handlers.words import Attachment

BOT_LIMIT = 300  # units of what the bot said: agents know the articles
TOGETHER = 3500  # units of HTML in a post of several messages
MEGABYTE = 1024 * 1024
PHOTO_LIMIT, FILE_LIMIT = 10 * MEGABYTE, 50 * MEGABYTE


@dataclass(frozen=True, slots=True)
class Words:
    """One post of text."""

    html: str


@dataclass(frozen=True, slots=True)
class File:
    """One post with a file."""

    attachment: Attachment
    caption: str  # HTML

    @property
    def is_photo(self) -> bool:
        return self.attachment.media_type in ("image/jpeg", "image/png", "image/webp") and (
            self.attachment.size <= PHOTO_LIMIT
        )


Part = Words | File


def is_alone(line: Line) -> bool:
    """A message that shares its post with no other: it has files, or answers to one."""
    return bool(line.attachments) or (line.reply_to is not None and line.author != "bot")


def parts(line: Line, language: str, say: Say) -> tuple[Part, ...]:
    """A message as posts of its own; at least one."""
    files = [file for file in line.attachments if file.size <= FILE_LIMIT]
    too_large = [say("file_too_large", name=file.name) for file in line.attachments if file.size > FILE_LIMIT]
    words = written(line, language)
    for sentence in too_large:
        words += f"\n{plain(f'📎 {sentence}', language)}"
    if files and units(words) <= CAPTION_LIMIT:
        return (File(files[0], words), *(File(file, sign(line)) for file in files[1:]))
    texts = tuple(Words(part) for part in split(words)) or (Words(sign(line)),)
    return (*texts, *(File(file, sign(line)) for file in files))


def written(line: Line, language: str) -> str:
    """The words of a message as HTML, with who says them in front."""
    if line.author == "bot" and not line.is_internal:
        body = shortened(line.text, language, BOT_LIMIT)
    else:
        body = plain(line.text.strip(), language)
    return f"{sign(line)} {body}".rstrip()


def sign(line: Line) -> str:
    """Who speaks: 👤 the customer, 🤖 the bot, 💬 an agent at another desk; to agents only: 📝 an agent, ℹ️ the bot."""
    if line.author == "customer":
        return "👤"
    if line.author == "bot":
        return "ℹ️" if line.is_internal else "🤖"
    name = f" <b>{plain(line.agent, '')}:</b>" if line.agent else ""
    return ("📝" if line.is_internal else "💬") + name


def together(lines: Sequence[Line], language: str) -> tuple[Line, ...]:
    """The messages from the first on that fit into one post; a message that must stand alone is alone."""
    return tuple(_together(lines, language))


def _together(lines: Sequence[Line], language: str) -> Iterator[Line]:
    length = 0
    for line in lines:
        length += units(written(line, language)) + 1
        if length > TOGETHER or is_alone(line):
            break
        yield line


def joined(lines: Sequence[Line], language: str) -> str:
    """Messages as one post."""
    return "\n".join(written(line, language) for line in lines)
