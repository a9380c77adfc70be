"""What the law of a country says, as rows: each says one thing, of whom, since when, and how sure we are of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from knowledge_base.frontmatter import Problem

Buyer = Literal["consumer", "business"]
Goods = Literal["new", "used", "digital"]
Basis = Literal["delivery", "purchase", "activation", "first_use"]
Confidence = Literal["A", "B", "C"]  # text of law seen; reliable second hand; from memory: no firm date
Responsible = Literal["seller", "maker", "choice"]
Effect = Literal["add_days_out_of_use", "plus_months_once", "restart_on_replacement", "restart_on_repair"]
Under = Literal["warranty", "statutory"]  # whose duty a repair met
Act = Literal["reply", "repair", "replace", "refund", "withdrawal"]
Days = Literal["calendar", "working"]
Silence = Literal["accept", "remedies", "none"]
Starts = Literal["claim", "delivery", "agreement"]

WARRANTY = "warranty"  # in `Extension.extends`: every commercial warranty of the country


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What every row has."""

    name: str  # unique in its file: "cz-consumer-2023"
    title: str  # of the law, as the country calls it: "OZ § 2165"
    sources: tuple[str, ...]  # where we read it
    confidence: Confidence
    checked_on: date
    reviewer: str = ""  # the lawyer who looked at it; empty: nobody yet
    ask: str = ""  # whom to ask where we are not sure; the file's own where the row says nothing
    buyer: Buyer = "consumer"
    goods: tuple[Goods, ...] = ("new", "used")
    valid_from: date | None = None  # first and last day on which the row is law. Of which deed: see each kind of row
    valid_to: date | None = None
    region: str | None = None  # a part of the country: sure only for who is known to have bought there

    def is_law_on(self, day: date) -> bool:
        """Whether the row is law for a deed of this day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Liability(Row):
    """How long somebody answers for defects by law. Law by the day of purchase.

    `months` or `days`; neither: the law names no single length, or we know none.
    """

    months: int | None = None
    days: int | None = None
    presumption_months: int | None = None  # so long a defect counts as there from the start
    presumes_whole: bool = False  # the presumption lasts as long as the period, added time included
    basis: Basis = "delivery"
    responsible: Responsible = "seller"
    notes: tuple[str, ...] = ()  # what whoever explains the period must know


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension(Row):
    """What a repair adds to periods. Law by the day on which the repair was claimed."""

    effect: Effect
    extends: tuple[str, ...]  # names of liabilities of the same file, and "warranty" for what a maker promises
    counts: tuple[Under, ...]  # the repairs that do so
    months: int | None = None  # of plus_months_once


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty(Row):
    """By when somebody must do something. Law by the day of the claim. The day it starts on is not counted."""

    acts: tuple[Act, ...]
    days: int  # 0: at once
    counted: Days = "calendar"
    silence: Silence = "none"  # what it means when they do not
    starts: Starts = "claim"  # "agreement": on a day we do not know, so that no date follows
    moves: bool = False  # a last day at a week-end or on a public holiday moves to the next working day


@dataclass(frozen=True, slots=True)
class Law:
    """One file: the law of a country, or of a union whose members have no file of their own."""

    country: str  # ISO code; "EU"
    ask: str
    weekend: tuple[int, ...] = (5, 6)  # weekly days off: 0 is Monday
    members: tuple[str, ...] = ()
    longer: tuple[str, ...] = ()  # members whose own law may give more time: the end of a period is not the end there
    liabilities: tuple[Liability, ...] = ()
    extensions: tuple[Extension, ...] = ()
    duties: tuple[Duty, ...] = ()

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows, in the order of the file."""
        return (*self.liabilities, *self.extensions, *self.duties)


@dataclass(frozen=True, slots=True)
class LawBook:
    """The law of all countries we have a file of. One with a mistake is left out: no law is better than half of it."""

    laws: Mapping[str, Law] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def law_of(self, country: str | None) -> Law | None:
        """The law that counts in a country ("CZ", "US-CA"): its own, else that of the union it is a member of."""
        code = (country or "").upper().partition("-")[0]
        if code in self.laws:
            return self.laws[code]
        return next((law for law in self.laws.values() if code in law.members), None)

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries whose law we know, by ISO code; those with a file of their own first."""
        unions = {law.country for law in self.laws.values() if law.members}
        own = sorted(set(self.laws) - unions)
        members = {member for law in self.laws.values() for member in law.members}
        return (*own, *sorted(members - set(own)))
