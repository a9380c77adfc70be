"""Where a bot acts: finds the chat, topic and message a call names, or refuses it as Telegram does."""

from __future__ import annotations

from dataclasses import dataclass

from tests.fakes.telegram.call import Call
from tests.fakes.telegram.refusals import Refused, forbidden
from tests.fakes.telegram.things import Chat, Member, Message, Topic


@dataclass(frozen=True)
class Place:
    """A chat, and in a forum the topic (None: General)."""

    chat: Chat
    topic: Topic | None = None

    @property
    def thread(self) -> int | None:
        return self.topic.id if self.topic else None


def chat_of(call: Call, name: str = "chat_id") -> Chat:
    """The chat a call names, where the bot may be."""
    source = call.text(name)
    if not source:
        raise Refused(f"{name} is empty")
    number = int(source) if source.lstrip("-").isdecimal() else 0
    return group_of(call, number) if number < 0 else private_of(call, number)


def group_of(call: Call, number: int) -> Chat:
    chat = call.world.groups.get(number)
    if chat is None or call.bot.id not in chat.members:
        raise Refused("chat not found")
    if chat.migrated_to is not None:
        raise Refused("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to.id)
    status = chat.member(call.bot).status
    if status == "kicked":
        raise forbidden(f"bot was kicked from the {chat.kind} chat")
    if status == "left":
        raise forbidden(f"bot is not a member of the {chat.kind} chat")
    return chat


def private_of(call: Call, number: int) -> Chat:
    chat = call.world.private.get((call.bot.id, number))
    if chat is not None:
        return chat
    user = call.world.users.get(number)
    if user is not None and user.is_bot:
        raise forbidden("bots can't send messages to bots")
    groups = call.world.groups.values()
    if any(group.member(call.bot).is_in and number in group.members for group in groups):
        raise forbidden("bot can't initiate conversation with a user")
    raise Refused("chat not found")


def writable(call: Call) -> Place:
    """Where a call wants to send, if the bot may."""
    chat = chat_of(call)
    if chat.user is not None and chat.user.is_deactivated:
        raise forbidden("user is deactivated")
    if chat.is_blocked:
        raise forbidden("bot was blocked by the user")
    if chat.bot is None and not chat.member(call.bot).can_write:
        raise Refused("not enough rights to send text messages to the chat")
    topic = thread_of(call, chat)
    if topic is not None and topic.is_closed and not chat.member(call.bot).may("can_manage_topics"):
        raise Refused("TOPIC_CLOSED")
    return Place(chat, topic)


def thread_of(call: Call, chat: Chat) -> Topic | None:
    """The topic a message goes to: the named one, or that of the message it answers. Only forums have any."""
    if not chat.is_forum:
        return None
    if not call.text("message_thread_id"):
        answered = reply_of(call, chat)
        return answered.topic if answered else None
    topic = chat.topics.get(call.number("message_thread_id"))
    if topic is None or topic.is_deleted:
        raise Refused("message thread not found")
    return topic


def reply_of(call: Call, chat: Chat) -> Message | None:
    """The message a new one answers."""
    parameters = call.json("reply_parameters") or {}
    number = parameters.get("message_id") or call.number("reply_to_message_id")
    if not number:
        return None
    found = chat.all_messages.get(int(number))
    if found is not None and not found.is_deleted:
        return found
    if parameters.get("allow_sending_without_reply") or call.flag("allow_sending_without_reply"):
        return None
    raise Refused("message to be replied not found")


def message_of(call: Call, chat: Chat, what: str) -> Message:
    """The message a call names; `what` is wanted of it: edit, delete, copy, pin, react."""
    found = chat.all_messages.get(call.number("message_id"))
    if found is None or found.is_deleted:
        raise Refused(f"message to {what} not found")
    return found


def forum_of(call: Call) -> Chat:
    chat = chat_of(call)
    if not chat.is_forum:
        raise Refused("the chat is not a forum")
    return chat


def topic_of(call: Call, chat: Chat) -> Topic:
    """The topic a call is about, for the methods about topics."""
    topic = chat.topics.get(call.number("message_thread_id"))
    if topic is None or topic.is_deleted:
        raise Refused("TOPIC_ID_INVALID")
    return topic


def me_in(call: Call, chat: Chat) -> Member:
    return chat.member(call.bot)
