"""What a handler may ask for. The edge provides it; tests provide fakes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, Protocol

from handlers.rules.disclosure import Level, View
from handlers.rules.facts import CoverageLine
from handlers.rules.hearing import Vocabulary
from handlers.rules.serials import Reading
from handlers.rules.sla import TierName
from handlers.words import Asker, Attachment, Decision
from knowledge_base.flows import Flow, StepWords, Words

LookedUp = Literal["seen", "hidden", "ambiguous", "paused", "closed", "away"]


@dataclass(frozen=True, slots=True)
class Found:
    """What the search says of a question."""

    decision: Decision
    confidence: float
    entry: str | None
    suggestions: tuple[str, ...] = ()  # slugs, best first


@dataclass(frozen=True, slots=True)
class Page:
    """An entry's text, rendered for a customer."""

    entry: str
    version: str
    language: str  # of the text: may differ from the language asked for
    title: str
    text: str  # Markdown, company values filled in
    related: tuple[str, ...]  # slugs the text points to
    checked: date | None


@dataclass(frozen=True, slots=True)
class Checked:
    """What a look-up may tell, and no more.

    `seen`: `view` is there. `hidden`: not in our records, or not theirs to see: nobody can tell which.
    `ambiguous`: two devices differ in a sign that looks alike: `place` (from 1) and the `signs` to choose from.
    `paused`: too many questions, until `until`. `closed`: nothing is told to anybody just now, leave a ticket.
    `away`: the records can not be reached.
    """

    outcome: LookedUp
    view: View | None = None
    level: Level = 0
    place: int = 0
    signs: tuple[str, ...] = ()
    until: datetime | None = None
    serial: str = ""  # never told. `seen`: as it is kept. `ambiguous`: as it was typed, right where they all agree
    coverage: tuple[CoverageLine, ...] = ()  # where it is `seen`: everything owed, for the packet alone, never told


class Records(Protocol):
    """The company's records of devices, as a topic may ask them: limited, logged, the same time for hit and miss."""

    def read(self, text: str, *, expected: bool) -> Reading:
        """The serial in a text. `expected`: the customer was asked for it, so the whole text may be one."""
        ...

    async def check(
        self, serial: str, asker: Asker, now: datetime, *, country: str | None = None, proof: str | None = None
    ) -> Checked:
        """What may be told of this (canonical) serial. `proof`: words that may hold the day of purchase, the number
        of the receipt or the code under the label; a right one counts for 30 minutes."""
        ...

    async def send_code(self, serial: str, asker: Asker, now: datetime) -> bool:
        """Send a one-time code to the contact in our records, if there is one: nobody can tell. False: too often."""
        ...

    async def redeem(self, serial: str, code: str, asker: Asker, now: datetime) -> bool:
        """Whether this is the code that was sent. It counts for 30 minutes; three wrong ones and it is dead."""
        ...

    async def keep(self, serial: str, asker: Asker, now: datetime) -> bool:
        """Link a device to this conversation for good. False where nothing was proved by a code within 30 minutes."""
        ...

    async def serial_in_photo(self, files: Sequence[Attachment], asker: Asker) -> str | None:
        """The text of a bar code or QR code on one of these photos that holds a serial; None where none is read."""
        ...


class Services(Protocol):
    """The world as a topic sees it."""

    @property
    def languages(self) -> Sequence[str]:
        """The languages the bot speaks, the default one first."""
        ...

    async def search(self, question: str, language: str) -> Found:
        """The best entry for a question, and how sure that is."""
        ...

    def page(self, entry: str, language: str) -> Page | None:
        """An entry's text, in this language where it exists. None: there is no such entry (any more)."""
        ...

    def flow(self, slug: str) -> Flow | None:
        """A troubleshooting flow. None: there is none (any more)."""
        ...

    def flows_beside(self, entry: str) -> Sequence[Flow]:
        """The flows that are offered beside the answer of an entry, that of its own name first."""
        ...

    def flow_words(self, flow: Flow, language: str) -> Words:
        """The words of a flow in this language where it has them: title and intro as they are shown."""
        ...

    def step(self, flow: Flow, step: str, language: str) -> StepWords:
        """What a step says, as it is shown; empty where it has no words of its own."""
        ...

    def say(self, phrase: str, language: str, **values: Any) -> str:
        """A phrase of the bot (`topic.name`) in a language."""
        ...

    def product_name(self, product: str, language: str) -> str:
        """What people of a language call a product that is named in any language; as it is where nobody knows it."""
        ...

    def language_name(self, language: str, spoken: str) -> str:
        """The name of a language within a sentence of another: "Czech", «чешский»."""
        ...

    def vocabulary(self, name: str) -> Vocabulary:
        """Words people use for something ("person", "safety" …), in all languages."""
        ...

    def acts(self, text: str, language: str) -> tuple[str, ...]:
        """The acts of a message that does nothing but greet, thank, swear …: `handlers.rules.acts`; else empty."""
        ...

    def small_talk(self, text: str) -> Sequence[str]:
        """The languages in which a message is nothing but such acts; none for any other message."""
        ...

    def meant(self, text: str, language: str) -> str:
        """The text in the letters it was meant in: typed on another keyboard layout, or in Latin letters.

        As it is where those letters show, or where it is at home in `language`, the one expected.
        """
        ...

    def company(self) -> Mapping[str, str | int]:
        """The company's values: name, phone …"""
        ...

    def reply_due(self, now: datetime, tier: TierName = "basic") -> datetime:
        """When a person will have answered a request made now, by the promise: in the company's time zone."""
        ...

    def somebody_works(self, now: datetime) -> bool:
        """Whether the company's people are at work."""
        ...

    @property
    def records(self) -> Records:
        """The company's records of devices."""
        ...

    def countries(self) -> Sequence[str]:
        """The countries whose law we know, by ISO code, the company's first."""
        ...
