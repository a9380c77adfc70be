"""People who use Telegram: they write, press, edit, block, in private and in groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.fakes.telegram.files import details
from tests.fakes.telegram.places import Place
from tests.fakes.telegram.render import message_json
from tests.fakes.telegram.text import trimmed, with_found
from tests.fakes.telegram.things import Bot, Chat, Media, Message, Query, Topic, User
from tests.fakes.telegram.world import World

Where = Bot | Chat | Topic | None  # None: the private chat with the first bot
PICTURE = (  # one grey point
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0:~\x9bU\0\0\0\nIDATx\x9cch\0\0\0\x82\0\x81w\xcdr\xb6"
    b"\0\0\0\0IEND\xaeB`\x82"
)


class Person(User):
    """One person. Every method acts at once and returns the message it made."""

    def __init__(self, id: int, name: str, language: str | None, username: str | None, *, world: World) -> None:
        super().__init__(id, name, language, username)
        self._world = world

    # ---- writing

    def says(self, text: str, to: Where = None, reply_to: Message | None = None) -> Message:
        """A text; commands and links in it are found as Telegram finds them."""
        shown, _ = trimmed(text, [])
        assert shown, "Telegram sends no empty text"
        return self._post(to, reply_to, text=shown, entities=with_found(shown, []))

    def writes(self, where: Where, text: str, reply_to: Message | None = None) -> Message:
        """The same, said from the group's side: `agent.writes(topic, "…")`."""
        return self.says(text, where, reply_to)

    def starts(self, payload: str = "", bot: Bot | None = None) -> Message:
        """The start button, with the payload of a deep link."""
        return self.says(f"/start {payload}".strip(), bot)

    def edits(self, message: Message, text: str) -> Message:
        """Their own message: its text, or the caption of its media."""
        assert message.sender is self, "people edit only what they wrote"
        if message.media:
            message.caption, message.caption_entities = text, with_found(text, [])
        else:
            message.text, message.entities = text, with_found(text, [])
        message.edited_at, message.edits = self._world.now(), message.edits + 1
        self._world.tell("edited_message", message)
        return message

    def deletes(self, message: Message) -> None:
        """No bot ever hears of it."""
        message.is_deleted = True

    # ---- sending

    def sends_photo(self, content: bytes = PICTURE, caption: str = "", to: Where = None, **more: Any) -> Message:
        return self._send("photo", content, "photo.jpg", "image/jpeg", caption, to, **more)

    def sends_document(
        self, content: bytes = b"%PDF-", name: str = "invoice.pdf", mime: str = "application/pdf", to: Where = None,
        **more: Any,
    ) -> Message:  # fmt: skip
        """`size=…` pretends that the file is greater than its content."""
        return self._send("document", content, name, mime, more.pop("caption", ""), to, **more)

    def sends_voice(self, content: bytes = b"OggS", caption: str = "", to: Where = None, **more: Any) -> Message:
        return self._send("voice", content, "voice.ogg", "audio/ogg", caption, to, **more)

    def sends_video(self, content: bytes = b"video", caption: str = "", to: Where = None, **more: Any) -> Message:
        return self._send("video", content, "video.mp4", "video/mp4", caption, to, **more)

    def sends_sticker(self, emoji: str = "👍", to: Where = None, **more: Any) -> Message:
        message = self._media("sticker", b"RIFF0000WEBP", "sticker.webp", "image/webp")
        message.more |= {"emoji": emoji}
        return self._post(to, None, media=message, **more)

    def sends_album(self, contents: Sequence[bytes] = (PICTURE, PICTURE), caption: str = "", to: Where = None,
                    ) -> list[Message]:  # fmt: skip
        """Photos that belong together; only the first has the caption."""
        album = str(self._world.number())
        captions = [caption, *[""] * (len(contents) - 1)]
        return [
            self._send("photo", one, "photo.jpg", "image/jpeg", words, to, album=album)
            for one, words in zip(contents, captions, strict=True)
        ]

    def sends_contact(self, phone: str = "+420123456789", to: Where = None, name: str = "", **more: Any) -> Message:
        """Their own contact, or somebody else's under a name."""
        contact = {"phone_number": phone, "first_name": name or self.name} | ({} if name else {"user_id": self.id})
        return self._post(to, None, extra={"contact": contact}, **more)

    def sends_location(self, latitude: float = 50.08, longitude: float = 14.43, to: Where = None) -> Message:
        return self._post(to, None, extra={"location": {"latitude": latitude, "longitude": longitude}})

    # ---- doing

    def presses(self, message: Message, label: str) -> Query:
        """A button under a message; the answer of the bot will be in the query."""
        assert not message.is_deleted, "the message is gone, its buttons too"
        data = next((button.get("callback_data") for row in message.buttons for button in row
                     if button["text"] == label), None)  # fmt: skip
        assert data is not None, f"no button {label!r} to press; there are {message.labels}"
        bot = message.sender
        assert isinstance(bot, Bot)
        query = Query(str(4 * 10**18 + self._world.number()), bot, self, message, data, self._world.now())
        self._world.queries[query.id] = query
        body = {"id": query.id, "from": self.json(), "message": message_json(message, bot), "data": data,
                "chat_instance": str(message.chat.id * 7919)}  # fmt: skip
        bot.queue.put("callback_query", f"user {self.id}", body)
        return query

    def reacts(self, message: Message, emoji: str = "👍") -> None:
        """An empty emoji takes the reaction back."""
        old = message.reactions.pop(self.id, "")
        if emoji:
            message.reactions[self.id] = emoji
        chat = message.chat
        body = {"chat": chat.json(), "message_id": message.id, "user": self.json(), "date": int(self._world.now()),
                "old_reaction": reaction(old), "new_reaction": reaction(emoji)}  # fmt: skip
        for bot in self._world.bots.values():
            if chat.bot is bot or chat.member(bot).is_admin:
                bot.queue.put("message_reaction", f"chat {chat.id}", body)

    def blocks(self, bot: Bot | None = None) -> None:
        self._set_blocked(bot, True)

    def unblocks(self, bot: Bot | None = None) -> None:
        self._set_blocked(bot, False)

    # ---- topics, by hand

    def makes_topic(self, group: Chat, name: str) -> Topic:
        return self._world.make_topic(group, self, name, 0x6FB9F0, "")

    def renames_topic(self, topic: Topic, name: str) -> None:
        topic.name = name
        self._world.service(topic.chat, self, "forum_topic_edited", {"name": name}, topic.id)

    def closes_topic(self, topic: Topic) -> None:
        topic.is_closed = True
        self._world.service(topic.chat, self, "forum_topic_closed", {}, topic.id)

    def reopens_topic(self, topic: Topic) -> None:
        topic.is_closed = False
        self._world.service(topic.chat, self, "forum_topic_reopened", {}, topic.id)

    def deletes_topic(self, topic: Topic) -> None:
        self._world.delete_topic(topic)

    # ---- inside

    def chat_with(self, bot: Bot | None = None) -> Chat:
        """Their private chat with a bot."""
        assert self._world.bots, "make a bot first: fake.bot(token)"
        return self._world.private_chat(bot or next(iter(self._world.bots.values())), self)

    def _set_blocked(self, bot: Bot | None, blocked: bool) -> None:
        chat = self.chat_with(bot)
        if chat.is_blocked is not blocked:
            chat.is_blocked = blocked
            self._world.tell_blocked(chat)

    def _place(self, to: Where) -> Place:
        if isinstance(to, Topic):
            return Place(to.chat, to)
        return Place(to if isinstance(to, Chat) else self.chat_with(to))

    def _post(self, to: Where, reply_to: Message | None, **content: Any) -> Message:
        place = self._place(to)
        chat, topic = place.chat, place.topic
        assert not chat.is_blocked, f"{self.name} blocked this bot: unblock it first"
        if chat.user is None:
            member = chat.member(self)
            assert chat.migrated_to is None, f"the group {chat.title} has another number now: {chat.migrated_to}"
            assert member.is_in, f"{self.name} is not in the group {chat.title}: group.add({self.name})"
            assert member.can_write, f"{self.name} may not write in the group {chat.title}"
            assert topic is None or not topic.is_deleted, "the topic is gone"
            assert topic is None or not topic.is_closed or member.is_admin, "the topic is closed"
            content |= {"as_chat": member.is_anonymous, "signature": member.title if member.is_anonymous else ""}
        return self._world.post(chat, self, thread=place.thread, reply_to=reply_to, **content)

    def _send(self, kind: str, content: bytes, name: str, mime: str, caption: str, to: Where, *,
              size: int | None = None, reply_to: Message | None = None, **more: Any) -> Message:  # fmt: skip
        media = self._media(kind, content, name, mime, size)
        return self._post(to, reply_to, media=media, caption=caption, caption_entities=with_found(caption, []), **more)

    def _media(self, kind: str, content: bytes, name: str, mime: str, size: int | None = None) -> Media:
        file = self._world.add_file(kind, content, name, mime, size)
        return Media(kind, file, details(kind, content))


def reaction(emoji: str) -> list[dict[str, str]]:
    return [{"type": "emoji", "emoji": emoji}] if emoji else []
