"""What a bot may ask about its chats, and how it leaves them."""

from __future__ import annotations

from typing import Any

from tests.fakes.telegram.call import Call
from tests.fakes.telegram.files import file_public
from tests.fakes.telegram.places import chat_of, thread_of
from tests.fakes.telegram.refusals import Refused
from tests.fakes.telegram.render import file_json, member_json, message_json, private_member_json
from tests.fakes.telegram.things import Member

Json = dict[str, Any]
ACTIONS = {"typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
           "upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note"}  # fmt: skip
GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
)


async def get_chat(call: Call) -> Json:
    chat = chat_of(call)
    body = chat.json() | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": GIFTS}
    if chat.pinned:
        body["pinned_message"] = message_json(chat.all_messages[chat.pinned[-1]], call.bot, with_reply=False)
    if chat.user is None:
        names = ("send_messages", "send_photos", "send_documents", "send_other_messages", "add_web_page_previews",
                 "invite_users", "pin_messages", "manage_topics")  # fmt: skip
        body["permissions"] = {f"can_{name}": name.startswith("send") for name in names}
    return body


async def get_member(call: Call) -> Json:
    chat, user = chat_of(call), call.world.users.get(call.number("user_id"))
    if user is None:
        raise Refused("invalid user_id specified" if not call.number("user_id") else "user not found")
    if chat.user is not None:
        return private_member_json(user, "kicked" if user is call.bot and chat.is_blocked else "member")
    return member_json(chat.member(user))


async def get_administrators(call: Call) -> list[Json]:
    """Without other bots, as Telegram does."""
    chat = chat_of(call)
    if chat.user is not None:
        raise Refused("there are no administrators in the private chat")
    admins = [member for member in chat.members.values() if member.is_admin]
    return [member_json(one) for one in admins if not one.user.is_bot or one.user is call.bot]


async def leave(call: Call) -> bool:
    chat = chat_of(call)
    if chat.user is not None:
        raise Refused("chat member status can't be changed in private chats")
    old, new = chat.member(call.bot), Member(call.bot, "left")
    chat.members[call.bot.id] = new
    call.world.tell_member(chat, call.bot, old, new)
    return True


async def action(call: Call) -> bool:
    name = call.text("action").lower()
    if name not in ACTIONS:
        raise Refused("wrong parameter action in request")
    chat = chat_of(call)
    topic = thread_of(call, chat)
    chat.actions.append((topic.id if topic else None, name))
    return True


async def get_file(call: Call) -> Json:
    if not call.text("file_id"):
        raise Refused("file_id not specified")
    file = call.world.file_of(call.text("file_id"), call.bot)
    return file_json(file, call.bot) | file_public(file, call.world.sizes)


METHODS = {
    "getChat": get_chat,
    "getChatMember": get_member,
    "getChatAdministrators": get_administrators,
    "leaveChat": leave,
    "sendChatAction": action,
    "getFile": get_file,
}
