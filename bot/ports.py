"""What the core and its doors say to each other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from handlers.words import Attachment, Choice, Message

EXTERNAL_ID_LIMIT = 160


@dataclass(frozen=True, slots=True)
class Inbound:
    """Something a customer sent, translated at the door."""

    channel: str
    address: str  # who, in the channel's own words; at most 128 characters
    external_id: str  # unique within the channel; the same id again is the same message
    message: Message
    quotes: str | None = None  # the channel's id of the message it answers, where the customer named one


@dataclass(frozen=True, slots=True)
class Posted:
    """A message of a conversation as stored: the object of the public contract."""

    seq: int
    author: str  # "customer", "bot" or "agent"
    text: str
    choices: tuple[Choice, ...]
    attachments: tuple[Attachment, ...]
    language: str | None
    at: datetime
    reply_to: int | None = None  # seq of the message it answers
    revision: int = 0  # how often it was edited


@dataclass(frozen=True, slots=True)
class Accepted:
    """An inbound message is stored. `inbox_id` is None for one that had come before."""

    conversation: int
    seq: int
    inbox_id: int | None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message on its way to an address of a channel that must call out."""

    address: str
    message: Posted
    parts: int = 0  # of a long message, that arrived at an earlier try
    quotes: str | None = None  # the channel's id of the message it answers, where it is known
    edits: tuple[str, ...] = ()  # the channel's ids of this message, in order: it was edited after it had been sent


class SendFailed(Exception):
    """The channel could not send. `retry_after` is in seconds; None means never try again.

    `gone`: nothing will reach this address until the customer writes again.
    """

    def __init__(self, reason: str, *, retry_after: float | None, gone: bool = False) -> None:
        super().__init__(reason)
        self.retry_after, self.gone = retry_after, gone


Arrived = Callable[[str], Awaitable[None]]  # the channel's id of the part that arrived; returns once it is noted
Accept = Callable[[Inbound], Awaitable[Accepted]]


class Unusable(Exception):
    """Something the bot needs can not be used, and only the operator can mend it; the message says how."""


class Door(Protocol):
    """Something that opens and closes with the bot; `start` and `stop` are awaited once each."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


class Channel(Door, Protocol):
    """A door that calls out: the outbox sends through it."""

    async def send(self, outgoing: Outgoing, arrived: Arrived) -> None:
        """Deliver one message, from the part `outgoing.parts` on; `arrived` is awaited after each part that has an id.

        Raises `SendFailed`.
        """
        ...


class ChannelModule(Protocol):
    """What each file in `bot/channels` must define; a folder scan finds them."""

    NAME: str
    TEXT_LIMIT: int  # characters of one message
    PUSHES: bool  # True: replies go through the outbox; False: the customer's side fetches them by number

    @staticmethod
    def inbound(raw: Any, /) -> Inbound:
        """The raw form of this channel as an Inbound. Raises ValueError with a sentence."""
        ...

    @staticmethod
    def outbound(message: Posted, /) -> Any:
        """A message in the form this channel sends. Every choice's label is in it."""
        ...


def storable(text: str) -> str:
    """Text any database takes: no NUL, no lone surrogates. Everything else stays as the customer typed it."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def split_text(text: str, limit: int) -> Sequence[str]:
    """`text` in pieces of at most `limit` characters, cut at paragraphs, lines or spaces where possible."""
    pieces = []
    while len(text) > limit:
        cut = max(text.rfind(mark, 1, limit) for mark in ("\n\n", "\n", " "))
        cut = cut if cut > limit // 2 else limit
        pieces.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*pieces, text] if text or not pieces else pieces
