"""The way of a message with real parts and a topic that does what the message says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, cast

from bot.conversation import Conversation
from bot.hub import Hub
from bot.inbox import Inbox
from bot.ports import Arrived, Channel, Inbound, Outgoing, Posted
from bot.storage.conversations import posted_after
from bot.storage.store import Store
from bot.worker import Worker
from handlers.detector import Detector
from handlers.router import Topic
from handlers.rules.hearing import Vocabulary
from handlers.services import Services
from handlers.words import Message, Outcome, Reply, Turn

SAMPLES = {"en": ["where is my order", "the washing machine is loud"], "cs": ["kde je moje zásilka", "pračka hučí"]}


class PlainServices:
    """Two languages; a phrase is said as its own name."""

    languages = ("en", "cs")

    def say(self, phrase: str, language: str, **values: Any) -> str:
        return f"{phrase} [{language}]"

    def vocabulary(self, name: str) -> Vocabulary:
        return Vocabulary(())

    def acts(self, text: str, language: str) -> tuple[str, ...]:
        return ()

    def small_talk(self, text: str) -> tuple[str, ...]:
        return ()

    def meant(self, text: str, language: str) -> str:
        return text


class Puppet:
    """A topic that obeys: "fail" raises, "wait" waits for `gate`, anything else is answered with itself."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.asked: list[str] = []
        self.thinking = 0
        self.most = 0  # turns thought about at the same time

    async def __call__(self, turn: Turn) -> Outcome:
        text = turn.message.text
        self.asked.append(text)
        self.thinking += 1
        self.most = max(self.most, self.thinking)
        try:
            await asyncio.sleep(0)
            if text.startswith("wait"):
                await self.gate.wait()
            if text.startswith("fail"):
                raise KeyError(text)
        finally:
            self.thinking -= 1
        state: dict[str, Any] = {"last": text}
        if text.startswith("unstorable"):
            state["last"] = object()
        return Outcome((Reply(f"re: {text}"),), state=state)


def a_conversation(puppet: Puppet) -> Conversation:
    detector = Detector.train(SAMPLES)
    return Conversation(cast(Services, PlainServices()), [Topic("puppet", 1, puppet)], lambda: detector, "en")


class Spine:
    """One process' worth: inbox, worker and hub on a store."""

    def __init__(self, store: Store, now: Callable[[], datetime], puppet: Puppet | None = None) -> None:
        self.store, self.hub, self.puppet = store, Hub(), puppet or Puppet()
        self.woken = 0
        self.worker = Worker(store, self.hub, a_conversation(self.puppet), now, self._pushes, self._wake)
        self.inbox = Inbox(store, self.hub, self.worker.offer, now)

    async def say(self, text: str, address: str = "anna", id: str = "", channel: str = "website") -> int:
        """Take a message; its number."""
        external = f"{address}:{id or text}"
        return (await self.inbox.accept(Inbound(channel, address, external, Message(text)))).seq

    async def said(self, address: str = "anna", channel: str = "website") -> list[Posted]:
        """All public messages with an address."""
        found: list[Posted] = []
        while True:
            after = found[-1].seq if found else 0
            page = await self.store.read(partial(posted_after, channel=channel, address=address, after=after))
            if not page:
                return found
            found += page

    def _pushes(self, channel: str) -> bool:
        return channel != "website"

    def _wake(self) -> None:
        self.woken += 1


def answered_once_in_order(said: Sequence[Posted], texts: Sequence[str]) -> None:
    """Every text is there once, in order, numbered without a gap, and has exactly one answer, in the same order."""
    assert [message.seq for message in said] == list(range(1, len(said) + 1))
    customer = [message for message in said if message.author == "customer"]
    answers = [message for message in said if message.author == "bot"]
    assert [message.text for message in customer] == list(texts)
    assert [message.reply_to for message in answers] == [message.seq for message in customer]
    assert [message.text for message in answers] == [f"re: {text}" for text in texts]


async def until(true: Callable[[], Any], seconds: float = 10) -> None:
    """Wait until something is true; fail after `seconds`."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - whatever it waits for knows of no event
            await asyncio.sleep(0.005)


class Pushing(Channel):
    """A channel that keeps what it sent, and fails as it is told: one error (or None) per call, in turn."""

    def __init__(self, *errors: Exception | None) -> None:
        self.sent: list[tuple[str, str]] = []
        self.calls = 0
        self._errors = list(errors)

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def send(self, outgoing: Outgoing, arrived: Arrived) -> None:
        self.calls += 1
        await asyncio.sleep(0)
        error = self._errors.pop(0) if self._errors else None
        if error is not None:
            raise error
        self.sent.append((outgoing.address, outgoing.message.text))
