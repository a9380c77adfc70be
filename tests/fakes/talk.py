"""A customer at the other end of a conversation: writes, presses buttons by their label, reads what comes back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from bot.app import Mind
from bot.conversation import Conversation, Thought
from bot.storage.conversations import Standing, Waiting
from handlers.router import Topic, find_topics
from handlers.words import Attachment, Choice, Event, Message, Outcome, Snapshot, Turn
from tests.fakes.services import NOW

PHOTO = Attachment("file-1", "photo.jpg", "image/jpeg", 1234)


class Talk:
    """One conversation with the real topics, kept between the turns as the database would keep it: as JSON."""

    def __init__(self, mind: Mind, hint: str | None = None, topics: Sequence[Topic] | None = None) -> None:
        self.topic = ""  # which topic answered last
        self.snapshot = Snapshot(None)
        self.thought: Thought | None = None
        self._mind, self._hint, self._seq = mind, hint, 0
        watched = [self._watched(topic) for topic in (find_topics() if topics is None else topics)]
        self._conversation = Conversation(mind.services, watched, lambda: mind.knowledge.live.detector, "en")

    async def write(self, text: str) -> str:
        """Send a text; what the bot said to it."""
        return await self.send(Message(text, language_hint=self._hint))

    async def attach(self) -> str:
        """Send a photo without a word."""
        return await self.send(Message(attachments=(PHOTO,), language_hint=self._hint))

    async def press(self, label: str) -> str:
        """Press the button with this label."""
        found = [choice for choice in self.buttons if choice.label == label]
        assert found, f"there is no button {label!r}; the buttons are {[choice.label for choice in self.buttons]}"
        return await self.send(Message(choice=found[0].id, language_hint=self._hint))

    async def send(self, message: Message) -> str:
        self._seq += 1
        waiting = Waiting(self._seq, 1, self._seq, "website", message, 0)
        standing = Standing(self.snapshot, self._seq, "website", "visitor")
        self.thought = await self._conversation.think(waiting, standing, NOW)
        write = self.thought.write
        self.snapshot = Snapshot(write.language, "bot", json.loads(json.dumps(dict(write.state))), write.offered)
        return self.text

    @property
    def text(self) -> str:
        assert self.thought is not None, "nothing was said yet"
        return "\n".join(reply.text for reply in self.thought.write.replies)

    @property
    def buttons(self) -> tuple[Choice, ...]:
        return self.snapshot.offered

    @property
    def events(self) -> tuple[Event, ...]:
        assert self.thought is not None, "nothing was said yet"
        return self.thought.events

    @property
    def language(self) -> str:
        return self.snapshot.language or ""

    def _watched(self, topic: Topic) -> Topic:
        async def handle(turn: Turn) -> Outcome | None:
            outcome = await topic.handle(turn)
            if outcome is not None:
                self.topic = topic.name
            return outcome

        return replace(topic, handle=handle)
