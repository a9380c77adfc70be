"""Updates of the customers' bot, read: who wrote, what they said, which files came with it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.ports import Inbound, storable
from bot.storage.updates import Raw
from bot.telegram_text import Entity, Written, chosen, said
from handlers.words import Attachment, Choice, Message

NAME = "telegram"

Json = dict[str, Any]

_MAP = "https://www.openstreetmap.org/?mlat={0}&mlon={1}"
_FILES = ("photo", "animation", "document", "video", "audio", "voice", "video_note")
# Said by a person, but nothing the bot could read or keep: it answers that it got an empty message.
_UNREADABLE = ("story", "game", "invoice", "paid_media", "giveaway", "checklist")
_WORDS = ("text", "caption", "sticker", "dice", "poll", "location", "venue", "contact")
_SAID = (*_WORDS, *_FILES, *_UNREADABLE)
_NAMES = {
    "photo": "photo.jpg", "animation": "animation.mp4", "document": "file", "video": "video.mp4",
    "audio": "audio.mp3", "voice": "voice.ogg", "video_note": "video-note.mp4",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that lies at Telegram."""

    file_id: str
    name: str
    size: int  # bytes; 0 where Telegram does not say


@dataclass(frozen=True, slots=True)
class Reach:
    """Whether messages reach a customer from now on: they stopped the bot, or came back."""

    address: str
    reached: bool


def lane_of(raw: Raw) -> str | None:
    """The chat an update belongs to."""
    if "callback_query" in raw:
        return _chat_of_query(raw["callback_query"])
    found = next((part for name, part in raw.items() if name != "update_id" and isinstance(part, dict)), {})
    return str(found["chat"]["id"]) if "chat" in found else None


def inbound(
    raw: Raw | Sequence[Raw], *, bot: str = "", offered: Sequence[Choice] = (), files: Sequence[Attachment] = ()
) -> Inbound:
    """An update, or those of one album, as an Inbound. Raises ValueError for what is no word of a customer to us.

    `bot` is our username, `offered` the choices of our last reply, `files` what came with it, stored already.
    """
    raws = [raw] if isinstance(raw, dict) else list(raw)
    if "callback_query" in raws[0]:
        return _pressed(raws[0]["callback_query"], offered)
    messages = [_message(one) for one in raws]
    text = "\n\n".join(filter(None, (_text(message, bot) for message in messages)))
    chat, sender = messages[0]["chat"], messages[0]["from"]
    message = Message(text, None, tuple(files), sender.get("language_code"))
    answered = messages[0].get("reply_to_message")
    quotes = str(answered["message_id"]) if isinstance(answered, dict) else None
    return Inbound(NAME, str(chat["id"]), f"{chat['id']}:{messages[0]['message_id']}", message, quotes)


def sent_files(raws: Sequence[Raw]) -> tuple[SentFile, ...]:
    """The files that came with a message, or with those of an album."""
    return tuple(file for raw in raws for file in _files(raw.get("message") or raw.get("edited_message") or {}))


def reach(raw: Raw) -> Reach | None:
    """What an update says of our standing with a customer; None where it says nothing of it."""
    change = raw.get("my_chat_member")
    if not isinstance(change, dict) or change["chat"]["type"] != "private":
        return None
    return Reach(str(change["chat"]["id"]), change["new_chat_member"]["status"] != "kicked")


def is_reworded(raw: Raw) -> bool:
    """Whether somebody changed their words; a shared position that moves is edited, too, every few seconds."""
    message = raw["edited_message"]
    return "text" in message or any(kind in message for kind in _FILES)


def query_of(raw: Raw) -> str | None:
    """The id of a pressed button, which Telegram wants answered; None for anything else."""
    query = raw.get("callback_query")
    return str(query["id"]) if isinstance(query, dict) else None


def _pressed(query: Json, offered: Sequence[Choice]) -> Inbound:
    data, sender = query.get("data"), query["from"]
    message = query.get("message")
    if not isinstance(data, str) or (isinstance(message, dict) and message["chat"]["type"] != "private"):
        raise ValueError("this button is none of those below our messages to customers")
    data = storable(data)
    chat = _chat_of_query(query)
    # Of a shortened id whose choice is gone nothing but its hash is left: no topic knows it, and help is offered.
    choice = chosen(data, offered) or data
    return Inbound(NAME, chat, f"{chat}:c{query['id']}", Message("", choice, (), sender.get("language_code")))


def _chat_of_query(query: Json) -> str:
    message = query.get("message")
    return str((message["chat"] if isinstance(message, dict) else query["from"])["id"])


def _message(raw: Raw) -> Json:
    """The message of an update. Raises ValueError where it is none of a customer's."""
    message = raw.get("message") or raw.get("edited_message")
    if not isinstance(message, dict):
        raise ValueError("this kind of update says nothing to us")
    if message["chat"]["type"] != "private":
        raise ValueError("customers are served in private chats only")
    if message.get("from", {}).get("is_bot", True):
        raise ValueError("bots are no customers")
    if not any(kind in message for kind in _SAID):
        raise ValueError("a notice of Telegram's own says nothing to us")
    return message


def _text(message: Json, bot: str) -> str:
    """What a message says in words."""
    for kind in ("text", "caption"):
        if kind in message:
            return said(_written(message, kind), bot)
    found = ""
    if sign := message.get("sticker") or message.get("dice"):
        found = sign.get("emoji", "")
    elif "poll" in message:
        found = message["poll"]["question"]
    elif "contact" in message:
        found = _contact(message["contact"])
    elif "venue" in message or "location" in message:
        found = _place(message.get("venue", {}), message.get("location") or message["venue"]["location"])
    return storable(found).strip()


def _written(message: Json, kind: str) -> Written:
    entities = message.get("entities" if kind == "text" else "caption_entities", ())
    return Written(
        message[kind],
        [Entity(one["type"], one["offset"], one["length"], one.get("url")) for one in entities],
    )


def _contact(contact: Json) -> str:
    name = " ".join(filter(None, (contact.get("first_name"), contact.get("last_name"))))
    return ", ".join(filter(None, (name, contact["phone_number"])))


def _place(venue: Json, point: Json) -> str:
    latitude, longitude = (f"{point[name]:.6f}".rstrip("0").rstrip(".") for name in ("latitude", "longitude"))
    named = ", ".join(filter(None, (venue.get("title"), venue.get("address"))))
    where = f"📍 {latitude}, {longitude} ({_MAP.format(latitude, longitude)})"
    return f"{named}\n{where}" if named else where


def _files(message: Json) -> list[SentFile]:
    kind = next((kind for kind in _FILES if kind in message), None)  # an animation comes as a document, too
    if kind is None:
        return []
    found = max(message[kind], key=lambda size: size["width"] * size["height"]) if kind == "photo" else message[kind]
    return [SentFile(found["file_id"], found.get("file_name") or _NAMES[kind], found.get("file_size") or 0)]
