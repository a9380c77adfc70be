"""What puts a new message into a chat."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from tests.fakes.telegram.call import Call
from tests.fakes.telegram.files import media_for
from tests.fakes.telegram.keyboards import read_keyboard, read_markup
from tests.fakes.telegram.places import Place, chat_of, message_of, reply_of, writable
from tests.fakes.telegram.refusals import Refused
from tests.fakes.telegram.render import message_json
from tests.fakes.telegram.text import CAPTION, TEXT, marked_up
from tests.fakes.telegram.things import Message

Json = dict[str, Any]
IN_ALBUM = {"photo", "video", "document", "audio"}


async def send_message(call: Call) -> Json:
    text, entities = text_of(call)
    return message_json(sent(call, writable(call), text=text, entities=entities), call.bot)


def text_of(call: Call) -> tuple[str, list[Json]]:
    """The visible text of a message and its entities."""
    source = call.text("text")
    if not source:
        raise Refused("message text is empty")
    text, entities = marked_up(source, call.text("parse_mode"), call.text("entities"), TEXT, "message")
    if not text:
        raise Refused("text must be non-empty")
    return text, entities


def media_method(kind: str) -> Any:
    async def send(call: Call) -> Json:
        caption, entities = caption_of(call)
        media = media_for(call, kind, kind, call.world.sizes)
        message = sent(call, writable(call), media=media, caption=caption, caption_entities=entities)
        return message_json(message, call.bot)

    return send


async def send_media_group(call: Call) -> list[Json]:
    """Two to ten at once; either all arrive or none."""
    items = call.json("media") or []
    if not 2 <= len(items) <= 10:
        raise Refused("the media group must include from 2 to 10 items" if items else "there are no messages to send")
    kinds = {item["type"] for item in items}
    if kinds - IN_ALBUM or ({"document", "audio"} & kinds and len(kinds) > 1):
        raise Refused("documents and audios can't be mixed with other media types in an album")
    contents = [album_item(call, item) for item in items]
    place, album = writable(call), str(call.world.number())
    call.world.rates.spend(call.bot.id, place.chat.id, len(items))
    messages = [put(call, place, album=album, **content) for content in contents]
    return [message_json(message, call.bot) for message in messages]


def album_item(call: Call, item: Json) -> Json:
    values = {key: value if isinstance(value, str) else json.dumps(value) for key, value in item.items()}
    inner = replace(call, values=values)
    caption, entities = caption_of(inner)
    media = media_for(inner, item["type"], "media", call.world.sizes)
    return {"media": media, "caption": caption, "caption_entities": entities}


async def copy_message(call: Call) -> Json:
    """The same content as a new message; buttons stay behind."""
    original = message_of(call, chat_of(call, "from_chat_id"), "copy")
    if original.service:
        raise Refused("message can't be copied")
    content: Json = {"text": original.text, "entities": original.entities, "media": original.media,
                     "caption": original.caption, "caption_entities": original.caption_entities,
                     "extra": dict(original.extra)}  # fmt: skip
    if "caption" in call.values:
        content["caption"], content["caption_entities"] = caption_of(call)
    return {"message_id": sent(call, writable(call), **content).id}


async def send_location(call: Call) -> Json:
    extra = {"location": {"latitude": float(call.text("latitude")), "longitude": float(call.text("longitude"))}}
    return message_json(sent(call, writable(call), extra=extra), call.bot)


async def send_contact(call: Call) -> Json:
    contact = {name: call.text(name) for name in ("phone_number", "first_name", "last_name") if call.text(name)}
    return message_json(sent(call, writable(call), extra={"contact": contact}), call.bot)


def caption_of(call: Call) -> tuple[str, list[Json]]:
    return marked_up(
        call.text("caption"), call.text("parse_mode"), call.text("caption_entities"), CAPTION, "message caption"
    )


def sent(call: Call, place: Place, **content: Any) -> Message:
    """One message of the bot, if it did not send too many."""
    buttons = read_keyboard(call.text("reply_markup"))
    reply_of(call, place.chat)
    call.world.rates.spend(call.bot.id, place.chat.id)
    return put(call, place, buttons=buttons, **content)


def put(call: Call, place: Place, **content: Any) -> Message:
    markup = read_markup(call.text("reply_markup"))
    message = call.world.post(place.chat, call.bot, thread=place.thread, reply_to=reply_of(call, place.chat), **content)
    message.other_markup = {} if "inline_keyboard" in markup else markup
    return message


KINDS = ("photo", "document", "voice", "video", "audio", "animation", "sticker", "video_note")
METHODS = {f"send{kind.replace('_', '')}": media_method(kind) for kind in KINDS} | {
    "sendMessage": send_message,
    "sendMediaGroup": send_media_group,
    "copyMessage": copy_message,
    "sendLocation": send_location,
    "sendContact": send_contact,
}
