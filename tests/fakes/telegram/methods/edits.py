"""What changes a message that is there: edit, delete, pin, react."""

from __future__ import annotations

from typing import Any

from tests.fakes.telegram.call import Call
from tests.fakes.telegram.keyboards import read_keyboard
from tests.fakes.telegram.methods.messages import caption_of, text_of
from tests.fakes.telegram.places import chat_of, me_in, message_of, writable
from tests.fakes.telegram.refusals import Refused
from tests.fakes.telegram.render import message_json
from tests.fakes.telegram.things import Message, album_of

Json = dict[str, Any]
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)
TWO_DAYS = 48 * 3600
EMOJI = (
    "❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤‍🔥 🌚 "
    "🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ "
    "🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡 "
)
REACTIONS = frozenset(EMOJI.split())


async def edit_text(call: Call) -> Json:
    text, entities = text_of(call)
    message = own(call)
    if not message.text:
        raise Refused("there is no text in the message to edit")
    return changed(call, message, text=text, entities=entities)


async def edit_caption(call: Call) -> Json:
    caption, entities = caption_of(call)
    message = own(call)
    if message.media is None:
        raise Refused("there is no caption in the message to edit")
    return changed(call, message, caption=caption, caption_entities=entities)


async def edit_markup(call: Call) -> Json:
    return changed(call, own(call))


def own(call: Call) -> Message:
    """The message to edit: only what the bot itself sent."""
    place = writable(call)
    message = message_of(call, place.chat, "edit")
    if message.sender is not call.bot or message.service:
        raise Refused("message can't be edited")
    return message


def changed(call: Call, message: Message, **new: Any) -> Json:
    """The message with new content; an edit without a keyboard takes the keyboard away."""
    new["buttons"] = read_keyboard(call.text("reply_markup"))
    if all(getattr(message, name) == value for name, value in new.items()):
        raise Refused(NOT_MODIFIED)
    call.world.rates.spend(call.bot.id, message.chat.id)
    for name, value in new.items():
        setattr(message, name, value)
    message.edited_at, message.edits = call.world.now(), message.edits + 1
    return message_json(message, call.bot)


async def delete_message(call: Call) -> bool:
    chat = chat_of(call)
    message = message_of(call, chat, "delete")
    is_own = message.sender is call.bot or chat.user is not None
    if message.service == "forum_topic_created" or call.world.now() - message.at > TWO_DAYS:
        raise Refused("message can't be deleted for everyone")
    if not is_own and not me_in(call, chat).may("can_delete_messages"):
        raise Refused("message can't be deleted")
    message.is_deleted = True
    return True


async def pin(call: Call) -> bool:
    chat = chat_of(call)
    message = message_of(call, chat, "pin")
    if chat.user is None and not me_in(call, chat).may("can_pin_messages"):
        raise Refused("not enough rights to manage pinned messages in the chat")
    if message.id not in chat.pinned:
        chat.pinned.append(message.id)
        shown = message_json(message, call.bot, with_reply=False)
        call.world.service(chat, call.bot, "pinned_message", shown, message.thread)
    return True


async def unpin(call: Call) -> bool:
    chat = chat_of(call)
    if chat.user is None and not me_in(call, chat).may("can_pin_messages"):
        raise Refused("not enough rights to manage pinned messages in the chat")
    number = call.number("message_id") or (chat.pinned[-1] if chat.pinned else 0)
    if number not in chat.pinned:
        raise Refused("message to unpin not found")
    chat.pinned.remove(number)
    return True


async def react(call: Call) -> bool:
    """One reaction at most, of those Telegram knows; none takes it back. On an album it goes to the first."""
    chat = chat_of(call)
    message = album_of(chat.messages, message_of(call, chat, "react"))[0]
    wanted = call.json("reaction") or []
    if len(wanted) > 1:
        raise Refused("REACTIONS_TOO_MANY")
    if any(one.get("type") != "emoji" or one.get("emoji", "").replace("️", "") not in REACTIONS for one in wanted):
        raise Refused("REACTION_INVALID")
    message.reactions.pop(call.bot.id, None)
    if wanted:
        message.reactions[call.bot.id] = wanted[0]["emoji"]
    return True


METHODS = {
    "editMessageText": edit_text,
    "editMessageCaption": edit_caption,
    "editMessageReplyMarkup": edit_markup,
    "deleteMessage": delete_message,
    "pinChatMessage": pin,
    "unpinChatMessage": unpin,
    "setMessageReaction": react,
}
