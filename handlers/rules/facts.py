"""What is known of a device, and what is owed for it: the values the rules of warranty and law work with.

A day is a `date`: the local day of the country it happened in. None means that nobody told us.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from handlers.rules.sla import TierName

Kind = Literal["warranty", "statutory", "extended", "contract"]  # the maker's, the seller's by law, bought, bought
Buyer = Literal["consumer", "business"]
Goods = Literal["new", "used", "digital"]
Basis = Literal["delivery", "purchase", "activation", "first_use", "fixed"]  # what a period is counted from
Verdict = Literal["covered", "expired", "void", "unknown", "malformed"]
Confidence = Literal["A", "B", "C"]  # text of law seen; reliable second hand; from memory: no firm date
Days = Literal["calendar", "working"]
Silence = Literal["accept", "remedies", "none"]  # what it means when the seller does not answer in time
Act = Literal["reply", "repair", "replace", "refund", "withdrawal"]


@dataclass(frozen=True, slots=True)
class Sale:
    """How the device came to its owner."""

    purchased: date | None = None
    delivered: date | None = None
    activated: date | None = None  # or first used
    country: str | None = None  # ISO code
    buyer: Buyer | None = None
    goods: Goods = "new"


@dataclass(frozen=True, slots=True)
class Term:
    """A period somebody promised for this device: all but the law's own. `months` or `ends` is there."""

    kind: Kind  # never "statutory"
    months: int | None = None
    basis: Basis = "delivery"  # what `months` are counted from; "fixed": from `starts`
    starts: date | None = None
    ends: date | None = None  # the last day; wins over `months`
    void: str | None = None  # why it no longer counts, in the company's words
    tier: TierName = "basic"  # the service level that comes with a contract


@dataclass(frozen=True, slots=True)
class Repair:
    """A claim that was met. `returned` None: the device is still away."""

    claimed: date
    returned: date | None = None
    kind: Literal["repair", "replacement"] = "repair"
    under: Literal["warranty", "statutory", "paid"] = "statutory"  # whose duty was met; a paid repair adds nothing


@dataclass(frozen=True, slots=True)
class Device:
    """One thing somebody owns."""

    product: str = ""  # "washing machine": what a customer calls it
    model: str = ""
    line: str = ""  # product line of the configuration
    made: date | None = None  # only a lower estimate: nobody is refused for it
    sale: Sale = Sale()
    terms: tuple[Term, ...] = ()
    repairs: tuple[Repair, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Which rule says so, and how sure that is."""

    rule: str  # its name in the file, such as "cz-consumer-2023"
    country: str
    title: str  # of the law, as the country calls it: "OZ § 2165"
    source: str
    confidence: Confidence
    checked: date
    ask: str = ""  # whom to ask where the confidence is C


@dataclass(frozen=True, slots=True)
class Coverage:
    """One period in which somebody owes the customer something, on a day."""

    kind: Kind
    verdict: Verdict
    start: date | None = None  # first and last day, both inside; None: no firm date
    end: date | None = None
    basis: Basis | None = None
    arithmetic: tuple[str, ...] = ()  # steps a person can follow: "2024-02-29 + 24 months = 2026-02-28"
    responsible: str = ""  # "seller", "maker", "choice"
    presumed_until: date | None = None  # until then a defect counts as there from the start
    added_days: int = 0  # by repairs
    void: str | None = None
    tier: TierName = "basic"
    source: Source | None = None  # of the law's own; None: the company's record


@dataclass(frozen=True, slots=True)
class Deadline:
    """By when somebody must do something after a claim made on the day asked about. `by` None: no firm date."""

    act: Act
    by: date | None
    days: int
    counted: Days
    silence: Silence
    source: Source


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything owed for a device on a day: the best coverage first."""

    verdict: Verdict
    on: date
    country: str | None
    coverages: tuple[Coverage, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    day: int | None = None  # days since the delivery (else the purchase)
    missing: tuple[str, ...] = ()  # what must be known to say more: "country", "purchased"


@dataclass(frozen=True, slots=True)
class CoverageLine:
    """A coverage in one line, for the person who takes over a conversation."""

    kind: Kind
    verdict: Verdict
    end: date | None = None  # last day; None: no firm date
    confidence: Confidence | None = None  # of the law's own; None: the company's record


def in_lines(assessment: Assessment) -> tuple[CoverageLine, ...]:
    """Everything owed, a line each, the best first."""
    return tuple(
        CoverageLine(one.kind, one.verdict, one.end, one.source.confidence if one.source else None)
        for one in assessment.coverages
    )
