"""The world of the fake Telegram: everything there is, and who hears of what happens in it."""

from __future__ import annotations

import itertools
import time
from typing import Any

from tests.fakes.telegram.faults import Faults
from tests.fakes.telegram.queue import Queue
from tests.fakes.telegram.rates import Rates
from tests.fakes.telegram.refusals import Refused
from tests.fakes.telegram.render import member_json, message_json, private_member_json
from tests.fakes.telegram.sizes import Sizes
from tests.fakes.telegram.things import Bot, Chat, File, Member, Message, Query, Topic, User

Json = dict[str, Any]
FIRST_UPDATE = 100_000_000


class World:
    """All users, bots, chats and files. Time is real unless it is moved forward."""

    def __init__(self) -> None:
        self.ahead = 0.0  # seconds that were skipped
        self.faults = Faults()
        self.rates = Rates(self.now)
        self.sizes = Sizes()
        self.users: dict[int, User] = {}
        self.bots: dict[str, Bot] = {}  # by token
        self.groups: dict[int, Chat] = {}
        self.private: dict[tuple[int, int], Chat] = {}  # by bot and user
        self.files: dict[str, File] = {}
        self.queries: dict[str, Query] = {}
        self._numbers = itertools.count(1)

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time() + self.ahead

    def number(self) -> int:
        """A number nobody had before."""
        return next(self._numbers)

    # ---- what there is

    def add_bot(self, token: str, name: str, username: str, *, reads_all: bool) -> Bot:
        number = int(token.partition(":")[0])
        queue = Queue(self.now, self.faults, FIRST_UPDATE + 1_000_000 * len(self.bots))
        bot = Bot(number, name, None, username, True, token=token, queue=queue, reads_all=reads_all)
        self.bots[token] = self.users[number] = bot
        return bot

    def add_file(self, kind: str, content: bytes, name: str, mime: str, size: int | None = None) -> File:
        file = File(f"AgAD{self.number():06}", kind, content, name, mime, len(content) if size is None else size)
        self.files[file.unique] = file
        return file

    def private_chat(self, bot: Bot, user: User) -> Chat:
        """The chat of a user with a bot; made on the first word."""
        key = (bot.id, user.id)
        if key not in self.private:
            self.private[key] = Chat(user.id, "private", user=user, bot=bot)
        return self.private[key]

    def file_of(self, file_id: str, bot: Bot) -> File:
        """The file behind a file_id; refused to every bot but its own."""
        _, _, rest = file_id.partition("-")
        owner, _, unique = rest.partition("-")
        if unique not in self.files:
            raise Refused("wrong remote file identifier specified: Wrong string length")
        if owner != str(bot.id):
            raise Refused("wrong file_id or the file is temporarily unavailable")
        return self.files[unique]

    # ---- what happens

    def post(self, chat: Chat, sender: User, **content: Any) -> Message:
        """A new message; all bots that may see it hear of it, but not the one who wrote it."""
        message = Message(chat.next_message_id(), chat, sender, self.now(), **content)
        topic = message.topic
        if message.thread is not None and message.reply_to is None and topic is not None:
            message.reply_to = chat.all_messages.get(topic.id)
        chat.all_messages[message.id] = message
        self.tell("message", message)
        return message

    def service(self, chat: Chat, sender: User, kind: str, body: Any, thread: int | None = None) -> Message:
        """A message nobody wrote: a topic was made, a message was pinned …"""
        return self.post(chat, sender, thread=thread, service=kind, extra={kind: body})

    def tell(self, kind: str, message: Message) -> None:
        """Every bot that may see the message gets an update about it."""
        for bot in self.bots.values():
            if self.sees(bot, message):
                bot.queue.put(kind, f"chat {message.chat.id}", message_json(message, bot))

    def sees(self, bot: Bot, message: Message) -> bool:
        """Does this bot hear of this message? Never of other bots' messages, of its own only where they are service."""
        chat = message.chat
        if message.sender is bot:
            return bool(message.service)
        if chat.bot is not None:
            return chat.bot is bot
        member = chat.member(bot)
        if not member.is_in or message.sender.is_bot:
            return bool(message.service) and member.is_in
        return member.is_admin or bot.reads_all or bool(message.service) or is_for(bot, message)

    def tell_member(self, chat: Chat, by: User, old: Member, new: Member) -> None:
        """Somebody's standing in a group changed; the bots there hear of it."""
        for bot in self.bots.values():
            if new.user is bot:
                kind = "my_chat_member"
            elif chat.member(bot).is_admin:
                kind = "chat_member"
            else:
                continue
            change = {"old_chat_member": member_json(old), "new_chat_member": member_json(new)}
            bot.queue.put(kind, f"chat {chat.id}", self._change(chat, by) | change)

    def tell_blocked(self, chat: Chat) -> None:
        """A user blocked or unblocked the bot of a private chat."""
        assert chat.bot is not None
        assert chat.user is not None
        was, now = ("member", "kicked") if chat.is_blocked else ("kicked", "member")
        change = {"old_chat_member": private_member_json(chat.bot, was),
                  "new_chat_member": private_member_json(chat.bot, now)}  # fmt: skip
        chat.bot.queue.put("my_chat_member", f"chat {chat.id}", self._change(chat, chat.user) | change)

    def _change(self, chat: Chat, by: User) -> Json:
        return {"chat": chat.json(), "from": by.json(), "date": int(self.now())}

    def make_topic(self, chat: Chat, creator: User, name: str, color: int, icon: str) -> Topic:
        topic = Topic(chat, 0, name, creator, color, icon)
        body: Json = {"name": name, "icon_color": color} | ({"icon_custom_emoji_id": icon} if icon else {})
        number = chat.last_message + 1
        topic.id = number
        chat.topics[number] = topic
        self.service(chat, creator, "forum_topic_created", body, number)
        return topic

    def delete_topic(self, topic: Topic) -> None:
        """The topic goes with all its messages; no bot hears of it."""
        topic.is_deleted = True
        for message in topic.chat.all_messages.values():
            if message.thread == topic.id:
                message.is_deleted = True


def is_for(bot: Bot, message: Message) -> bool:
    """With privacy mode on a bot sees commands, answers to it and mentions of it."""
    if message.reply_to is not None and message.reply_to.sender is bot and not message.reply_to.service:
        return True
    name = f"@{bot.username}".lower()
    return message.words.startswith("/") or name in message.words.lower()
