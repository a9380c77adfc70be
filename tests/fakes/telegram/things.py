"""The things of the fake Telegram: users and bots, chats with members and topics, messages, files, callbacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.telegram.queue import Queue

Json = dict[str, Any]
# The last one is newer than Bot API 10.1; aiogram 3.31 takes no administrator without it.
ADMIN_RIGHTS = (
    "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members", "can_promote_members",
    "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories",
    "can_pin_messages", "can_manage_topics", "can_send_welcome_messages",
)  # fmt: skip
COMMON_RIGHTS = frozenset({"can_manage_chat", "can_delete_messages", "can_invite_users", "can_pin_messages",
                           "can_manage_topics"})  # fmt: skip


@dataclass(eq=False)
class User:
    """Somebody with an account; bots have one too."""

    id: int
    name: str
    language: str | None = None
    username: str | None = None
    is_bot: bool = False
    is_deactivated: bool = False

    def json(self) -> Json:
        more = {"username": self.username, "language_code": self.language}
        known = {key: value for key, value in more.items() if value}
        return {"id": self.id, "is_bot": self.is_bot, "first_name": self.name} | known


ANONYMOUS = User(1087968824, "Group", username="GroupAnonymousBot", is_bot=True)


@dataclass(eq=False, kw_only=True)
class Bot(User):
    """A bot of the API, known by its token."""

    token: str
    queue: Queue
    reads_all: bool = False  # privacy mode is off
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)  # by scope and language
    last_private_message: int = 0  # private chats of one bot share their numbers
    webhook: Webhook | None = None


@dataclass(eq=False)
class Webhook:
    """Where a bot wants its updates, and how that goes."""

    url: str
    secret: str = ""
    attempts: int = 0
    delivered: int = 0
    last_error: tuple[float, str] | None = None


@dataclass(eq=False)
class File:
    """Bytes somebody uploaded."""

    unique: str
    kind: str
    content: bytes
    name: str
    mime: str
    size: int  # may be told greater than the content

    def id_for(self, bot: Bot | None) -> str:
        """The file_id: good for one bot only."""
        return f"{self.kind}-{bot.id if bot else 0}-{self.unique}"

    @property
    def path(self) -> str:
        return f"{self.kind}s/file_{self.unique}{self.name[self.name.rfind('.') :] if '.' in self.name else ''}"


@dataclass(eq=False)
class Media:
    """A file inside a message: photo, document, voice …, and what the kind has beside it (width, duration …)."""

    kind: str
    file: File
    more: Json = field(default_factory=dict)


@dataclass(eq=False)
class Member:
    """How somebody stands to a group: creator, administrator, member, restricted, left or kicked."""

    user: User
    status: str = "member"
    rights: frozenset[str] = frozenset()
    is_anonymous: bool = False
    title: str = ""
    can_write: bool = True  # a restricted one may not

    @property
    def is_in(self) -> bool:
        return self.status not in ("left", "kicked")

    @property
    def is_admin(self) -> bool:
        return self.status in ("creator", "administrator")

    def may(self, right: str) -> bool:
        return self.status == "creator" or (self.status == "administrator" and right in self.rights)


@dataclass(eq=False)
class Topic:
    """One topic of a forum. Its number is that of the message that made it."""

    chat: Chat
    id: int
    name: str
    creator: User
    color: int = 0x6FB9F0
    icon: str = ""
    is_closed: bool = False
    is_deleted: bool = False

    @property
    def messages(self) -> list[Message]:
        """What stands in it, without the service messages."""
        return [one for one in self.chat.messages if one.thread == self.id and not one.service]


@dataclass(eq=False)
class Chat:
    """A private chat of one user with one bot, or a group."""

    id: int
    kind: str  # private, group, supergroup
    title: str = ""
    is_forum: bool = False
    user: User | None = None  # of a private chat
    bot: Bot | None = None  # of a private chat
    is_blocked: bool = False  # the user blocked the bot
    members: dict[int, Member] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    all_messages: dict[int, Message] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    actions: list[tuple[int | None, str]] = field(default_factory=list)  # thread and action
    migrated_to: Chat | None = None
    last_message: int = 0

    @property
    def messages(self) -> list[Message]:
        """The transcript: what is not deleted, in order."""
        return [one for one in self.all_messages.values() if not one.is_deleted]

    @property
    def texts(self) -> list[str]:
        """The transcript's words."""
        return [one.words for one in self.messages if not one.service]

    def member(self, user: User) -> Member:
        return self.members.get(user.id) or Member(user, "left")

    def next_message_id(self) -> int:
        if self.bot is not None:
            self.bot.last_private_message += 1
            return self.bot.last_private_message
        self.last_message += 1
        return self.last_message

    def json(self) -> Json:
        if self.user is not None:
            shown = self.user.json()
            return {"id": self.id, "type": "private"} | {key: shown[key] for key in ("first_name", "username")
                                                         if key in shown}  # fmt: skip
        forum = {"is_forum": True} if self.is_forum else {}
        return {"id": self.id, "type": self.kind, "title": self.title} | forum


@dataclass(eq=False)
class Message:
    """One message, as it stands now."""

    id: int
    chat: Chat
    sender: User
    at: float
    thread: int | None = None
    text: str = ""
    entities: list[Json] = field(default_factory=list)
    media: Media | None = None
    caption: str = ""
    caption_entities: list[Json] = field(default_factory=list)
    buttons: list[list[Json]] = field(default_factory=list)
    reply_to: Message | None = None
    extra: Json = field(default_factory=dict)  # contact, location, the body of a service message
    other_markup: Json = field(default_factory=dict)  # a reply keyboard, its removal, a forced reply
    service: str = ""  # forum_topic_created …: a message nobody wrote
    album: str = ""
    as_chat: bool = False  # written in the group's name by an anonymous administrator
    signature: str = ""
    edited_at: float | None = None
    is_deleted: bool = False
    reactions: dict[int, str] = field(default_factory=dict)  # by who reacted
    edits: int = 0

    @property
    def words(self) -> str:
        return self.text or self.caption

    @property
    def labels(self) -> list[str]:
        """What the buttons say, row by row."""
        return [button["text"] for row in self.buttons for button in row]

    @property
    def topic(self) -> Topic | None:
        return self.chat.topics.get(self.thread or 0)

    def line(self) -> str:
        """One line of a transcript."""
        return f"{self.sender.name}: {self.words or self.service or (self.media.kind if self.media else '?')}"


@dataclass(eq=False)
class Query:
    """A pressed button that waits for its answer."""

    id: str
    bot: Bot
    person: User
    message: Message
    data: str
    at: float
    answer: Json | None = None


def album_of(messages: Sequence[Message], message: Message) -> list[Message]:
    """The message with those that came in the same album."""
    return [one for one in messages if message.album and one.album == message.album] or [message]
