"""The glossary as types: what topics receive and what they answer with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from handlers.rules.facts import CoverageLine
from handlers.rules.sla import TierName
from handlers.rules.tickets import Action, Status
from knowledge_base.frontmatter import TITLE_LIMIT

if TYPE_CHECKING:
    from handlers.services import Services

State = Mapping[str, Any]  # JSON values only: it is stored between turns

Owner = Literal["bot", "queued", "human"]
Decision = Literal["answer", "suggest", "abstain"]
Reason = Literal["asked_for_person", "ladder_end", "unsure_twice", "safety", "claim_or_law", "photo_only"]
Priority = Literal["normal", "high", "urgent"]

# Stands in a reply for the number of the ticket that the same turn wants: it has none before the turn is stored.
TICKET = "{{ticket}}"


LABEL_LIMIT = TITLE_LIMIT  # characters of a label: it may be a title of the knowledge base


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing the customer may pick: a button, or a numbered line where there are none."""

    id: str  # at most 64 bytes: the smallest channel's limit
    label: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file, by the id under which the bot keeps it."""

    id: str
    name: str
    media_type: str
    size: int  # bytes


@dataclass(frozen=True, slots=True)
class Message:
    """What the customer said."""

    text: str = ""
    choice: str | None = None  # id of the pressed button
    attachments: tuple[Attachment, ...] = ()
    language_hint: str | None = None  # what the channel knows: the page's language, the app's
    origin: str = ""  # of which network it came, as a keyed hash; "": the channel does not tell


@dataclass(frozen=True, slots=True)
class Reply:
    """What we say back. The text is Markdown with paragraphs, lists, bold and links, nothing else.

    `TICKET` may stand in it where the outcome has a `TicketWanted`.
    """

    text: str
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class TicketView:
    """One of the customer's own tickets, as they may see it."""

    number: int
    status: Status
    subject: str
    opened: datetime
    solved: int | None = None  # seq of the event that solved it last: which resolution a survey is about
    score: int | None = None  # what the customer gave for that resolution
    answered: datetime | None = None  # and when they first gave it
    tier: TierName = "basic"


@dataclass(frozen=True, slots=True)
class WalkView:
    """Where the customer stands in a troubleshooting flow they have begun."""

    walk: State  # as `handlers.rules.walking` writes it
    at: datetime  # of their last step


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A conversation as it stood when the turn began."""

    language: str | None  # None until the first words tell
    owner: Owner = "bot"
    state: State = field(default_factory=dict)
    offered: tuple[Choice, ...] = ()  # choices of the last reply
    tickets: tuple[TicketView, ...] = ()  # the customer's, the newest first
    country: str | None = None  # whose law counts, where the customer was asked: ISO code
    walks: tuple[WalkView, ...] = ()  # through flows, not ended, the latest first
    tier: TierName = "basic"  # of a request that is opened now: the service level of the device this talk is about


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks about a device: limits are counted by it, and what was proved belongs to it."""

    conversation: int = 0
    person: str = ""  # channel and address
    network: str = ""  # `Message.origin`


@dataclass(frozen=True, slots=True)
class Turn:
    """One step of talk. `language` is settled: the conversation's, or what this message showed."""

    message: Message
    conversation: Snapshot
    language: str
    now: datetime
    services: Services
    meant: str = ""  # the message's text in the letters it was meant in, where others show
    asker: Asker = Asker()

    @property
    def state(self) -> State:
        return self.conversation.state

    @property
    def readings(self) -> tuple[str, ...]:
        """The text in which words are to be heard: as it shows, and as it was meant."""
        return (self.message.text, self.meant) if self.meant else (self.message.text,)

    @property
    def acts(self) -> tuple[str, ...]:
        """What the message does, where it asks and tells nothing: `handlers.rules.acts`."""
        found = (self.services.acts(text, self.language) for text in self.readings)
        return next(filter(None, found), ())


@dataclass(frozen=True, slots=True)
class AnswerGiven:
    """A question was searched for: what was found, or `entry` None when nothing was."""

    question: str
    decision: Decision
    confidence: float
    entry: str | None = None
    entry_version: str | None = None
    entry_language: str | None = None


@dataclass(frozen=True, slots=True)
class AnswerRated:
    """The customer said whether an answer helped."""

    entry: str
    entry_version: str
    helped: bool


@dataclass(frozen=True, slots=True)
class TicketWanted:
    """A person is owed to this customer. Adds to the live ticket where there is one."""

    reason: Reason
    description: str
    contact: str | None = None
    priority: Priority = "normal"


@dataclass(frozen=True, slots=True)
class TicketActed:
    """The customer did something to a ticket of theirs: confirmed that it is solved, opened it again."""

    number: int
    action: Action


@dataclass(frozen=True, slots=True)
class SurveyAnswered:
    """What the customer thinks of how a ticket was solved. What is None stays as it was said before."""

    number: int
    resolution: int  # `TicketView.solved`
    score: int | None = None  # 1 to 5
    tags: tuple[str, ...] | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class SerialChecked:
    """A serial was looked up for the customer; what came of it is told to the person who takes over."""

    serial: str  # canonical
    verdict: str  # `handlers.rules.facts.Verdict`
    coverage: tuple[CoverageLine, ...] = ()  # `Checked.coverage`: for that person's eyes alone
    kept: str = ""  # as our records keep it, where it was found; typed it may have looked otherwise


@dataclass(frozen=True, slots=True)
class CountryTold:
    """The customer said in which country they bought."""

    country: str  # ISO code


@dataclass(frozen=True, slots=True)
class FlowMoved:
    """The customer took a step in a flow."""

    slug: str
    walk: State  # as `handlers.rules.walking` writes it
    step: str  # where they stand now
    tried: tuple[tuple[str, str], ...] = ()  # lines for the person who takes over: what, result
    helped: str | None = None  # the step that solved it
    exit: str | None = None  # how it ended: `knowledge_base.flows.Exit`, or "left"
    product: str = ""


Event = (
    AnswerGiven | AnswerRated | TicketWanted | TicketActed | SurveyAnswered | SerialChecked | CountryTold | FlowMoved
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A handler's whole answer. `language` None leaves the conversation's as it is."""

    replies: tuple[Reply, ...] = ()
    events: tuple[Event, ...] = ()
    state: State = field(default_factory=dict)
    language: str | None = None
