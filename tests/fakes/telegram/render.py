"""The things as the API shows them to one bot."""

from __future__ import annotations

from typing import Any

from tests.fakes.telegram.things import ADMIN_RIGHTS, ANONYMOUS, Bot, File, Media, Member, Message, Topic, User

Json = dict[str, Any]


def file_json(file: File, bot: Bot | None) -> Json:
    return {"file_id": file.id_for(bot), "file_unique_id": file.unique, "file_size": file.size}


def media_json(media: Media, bot: Bot | None) -> Any:
    """A photo is a list of sizes, all else one object."""
    body = file_json(media.file, bot) | media.more
    if media.kind == "photo":
        return [body]
    if media.kind in ("document", "video", "audio", "animation"):
        body |= {"file_name": media.file.name, "mime_type": media.file.mime}
    if media.kind == "voice":
        body |= {"mime_type": media.file.mime}
    return body


def message_json(message: Message, bot: Bot | None, *, with_reply: bool = True) -> Json:
    """A message; the one it answers is shown without its own."""
    body: Json = {"message_id": message.id, "date": int(message.at), "chat": message.chat.json()}
    body |= sender_json(message)
    if message.thread is not None:
        body |= {"message_thread_id": message.thread, "is_topic_message": True}
    if message.reply_to and with_reply and not message.reply_to.is_deleted:
        body["reply_to_message"] = message_json(message.reply_to, bot, with_reply=False)
    if message.text:
        body["text"] = message.text
    if message.media:
        body[message.media.kind] = media_json(message.media, bot)
        if message.media.kind == "animation":
            body["document"] = body["animation"]
    optional = {
        "entities": message.entities, "caption": message.caption, "caption_entities": message.caption_entities,
        "media_group_id": message.album, "edit_date": int(message.edited_at or 0),
        "author_signature": message.signature,
        "reply_markup": {"inline_keyboard": message.buttons} if message.buttons else None,
    }  # fmt: skip
    return body | {key: value for key, value in optional.items() if value} | message.extra


def sender_json(message: Message) -> Json:
    if message.as_chat:
        return {"from": ANONYMOUS.json(), "sender_chat": message.chat.json()}
    return {"from": message.sender.json()}


def member_json(member: Member) -> Json:
    body: Json = {"status": member.status, "user": member.user.json()}
    if member.title:
        body["custom_title"] = member.title
    match member.status:
        case "creator":
            body |= {"is_anonymous": member.is_anonymous}
        case "administrator":
            rights = {right: right in member.rights for right in ADMIN_RIGHTS}
            body |= {"is_anonymous": member.is_anonymous, "can_be_edited": False} | rights
        case "restricted":
            names = ("messages", "audios", "documents", "photos", "videos", "video_notes", "voice_notes", "polls",
                     "other_messages")  # fmt: skip
            body |= {"is_member": True, "until_date": 0, "can_add_web_page_previews": member.can_write}
            body |= {f"can_send_{name}": member.can_write for name in names}
            body |= dict.fromkeys(("can_change_info", "can_invite_users", "can_pin_messages", "can_manage_topics",
                                   "can_react_to_messages", "can_edit_tag"), False)  # fmt: skip
        case "kicked":
            body |= {"until_date": 0}
    return body


def private_member_json(user: User, status: str) -> Json:
    """Membership in a private chat: member, or kicked where the bot is blocked."""
    return member_json(Member(user, status))


def topic_json(topic: Topic) -> Json:
    icon = {"icon_custom_emoji_id": topic.icon} if topic.icon else {}
    return {"message_thread_id": topic.id, "name": topic.name, "icon_color": topic.color} | icon
