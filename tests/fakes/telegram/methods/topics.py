"""Topics of a forum."""

from __future__ import annotations

from typing import Any

from tests.fakes.telegram.call import Call
from tests.fakes.telegram.places import forum_of, me_in, topic_of
from tests.fakes.telegram.refusals import Refused
from tests.fakes.telegram.render import topic_json
from tests.fakes.telegram.things import Chat, Topic

Json = dict[str, Any]
NAME = 128  # letters; the rest is cut silently
COLORS = (7322096, 16766590, 13338331, 9367192, 16749490, 16478047)
ICONS = {  # custom emoji a topic may have
    "5237699328843200968": "✅", "5379748062124056162": "❗️", "5377316857231450742": "❓",
    "5417915203100613993": "💬", "5312536423851630001": "💡", "5357107601584693888": "👑",
    "5312016608254762256": "⚡️", "5377544228505134960": "🆘",
}  # fmt: skip


async def create(call: Call) -> Json:
    chat = forum_of(call)
    if not me_in(call, chat).may("can_manage_topics"):
        raise Refused("not enough rights to create a topic")
    name, color, icon = name_of(call), call.number("icon_color", COLORS[0]), icon_of(call)
    if not name:
        raise Refused("title must be non-empty")
    if color not in COLORS:
        raise Refused("invalid icon color specified")
    call.world.rates.spend(call.bot.id, chat.id)
    return topic_json(call.world.make_topic(chat, call.bot, name, color, icon))


async def edit(call: Call) -> bool:
    chat = forum_of(call)
    topic = topic_of(call, chat)
    check_rights(call, chat, topic, "not enough rights to edit the topic")
    name = name_of(call) or topic.name
    if call.text("name") and not name_of(call):
        raise Refused("title must be non-empty")
    icon = icon_of(call) if "icon_custom_emoji_id" in call.values else topic.icon
    new = {key: value for key, value, old in (("name", name, topic.name), ("icon_custom_emoji_id", icon, topic.icon))
           if value != old}  # fmt: skip
    if not new:
        raise Refused("TOPIC_NOT_MODIFIED")
    topic.name, topic.icon = name, icon
    call.world.service(chat, call.bot, "forum_topic_edited", new, topic.id)
    return True


def closing(close: bool) -> Any:
    async def change(call: Call) -> bool:
        chat = forum_of(call)
        topic = topic_of(call, chat)
        check_rights(call, chat, topic, "not enough rights to close or open the topic")
        if topic.is_closed is close:
            raise Refused("TOPIC_NOT_MODIFIED")
        topic.is_closed = close
        call.world.service(chat, call.bot, "forum_topic_closed" if close else "forum_topic_reopened", {}, topic.id)
        return True

    return change


async def delete(call: Call) -> bool:
    chat = forum_of(call)
    topic = topic_of(call, chat)
    if not me_in(call, chat).may("can_delete_messages"):
        raise Refused("not enough rights to delete the topic")
    call.world.delete_topic(topic)
    return True


async def icons(call: Call) -> list[Json]:
    common = {"type": "custom_emoji", "width": 512, "height": 512, "is_animated": True, "is_video": False}
    return [
        common | {"file_id": f"sticker-{number}", "file_unique_id": number, "emoji": emoji, "custom_emoji_id": number}
        for number, emoji in ICONS.items()
    ]


def check_rights(call: Call, chat: Chat, topic: Topic, words: str) -> None:
    """Who made a topic may change it, and who may manage topics."""
    if topic.creator is not call.bot and not me_in(call, chat).may("can_manage_topics"):
        raise Refused(words)


def name_of(call: Call) -> str:
    return call.text("name").strip()[:NAME]


def icon_of(call: Call) -> str:
    icon = call.text("icon_custom_emoji_id")
    if icon and icon not in ICONS:
        raise Refused("DOCUMENT_INVALID")
    return icon


METHODS = {
    "createForumTopic": create,
    "editForumTopic": edit,
    "closeForumTopic": closing(True),
    "reopenForumTopic": closing(False),
    "deleteForumTopic": delete,
    "getForumTopicIconStickers": icons,
}
