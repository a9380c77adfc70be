"""What the company's own system answers, held to its form: JSON in, `Device` out."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from handlers.rules.facts import Basis, Buyer, Device, Goods, Repair, Sale, Term
from handlers.rules.sla import TierName

EARLIEST, LATEST = date(1950, 1, 1), date(2150, 1, 1)  # what lies outside is a slip, and no date to reckon with


class AnswerWrong(Exception):
    """The answer is not of the form that was agreed; the message names the place and what is wrong with it."""


def _within_reason(day: date) -> date:
    if not EARLIEST <= day <= LATEST:
        raise ValueError(f"lies before {EARLIEST} or after {LATEST}")
    return day


Day = Annotated[date, AfterValidator(_within_reason)]
Country = Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")]


class _Part(BaseModel):
    """What is not in the contract is dropped unread."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


class _Sale(_Part):
    purchased_on: Day | None = None
    delivered_on: Day | None = None
    activated_on: Day | None = None
    country: Country | None = None
    buyer: Buyer | None = None
    goods: Goods = "new"

    def fact(self) -> Sale:
        return Sale(self.purchased_on, self.delivered_on, self.activated_on, self.country, self.buyer, self.goods)


class _Coverage(_Part):
    kind: Literal["warranty", "extended", "contract"]
    months: int | None = Field(None, ge=0, le=1200)
    basis: Basis = "delivery"
    starts_on: Day | None = None
    ends_on: Day | None = None
    void: str | None = Field(None, min_length=1, max_length=200)
    tier: TierName = "basic"

    @model_validator(mode="after")
    def _ends(self) -> _Coverage:
        if self.months is None and self.ends_on is None:
            raise ValueError("needs months or ends_on")
        if self.basis == "fixed" and self.ends_on is None and self.starts_on is None:
            raise ValueError("needs starts_on, for its basis is fixed")
        return self

    def fact(self) -> Term:
        return Term(self.kind, self.months, self.basis, self.starts_on, self.ends_on, self.void, self.tier)


class _Repair(_Part):
    claimed_on: Day
    returned_on: Day | None = None
    kind: Literal["repair", "replacement"] = "repair"
    under: Literal["warranty", "statutory", "paid"] = "statutory"

    @model_validator(mode="after")
    def _returned_after_it_was_claimed(self) -> _Repair:
        if self.returned_on is not None and self.returned_on < self.claimed_on:
            raise ValueError("was returned before it was claimed")
        return self

    def fact(self) -> Repair:
        return Repair(self.claimed_on, self.returned_on, self.kind, self.under)


class _Device(_Part):
    product: str = Field("", max_length=80)
    model: str = Field("", max_length=120)
    line: str = Field("", max_length=40)
    made_on: Day | None = None
    sale: _Sale = _Sale()
    coverages: tuple[_Coverage, ...] = Field((), max_length=20)
    repairs: tuple[_Repair, ...] = Field((), max_length=100)

    def fact(self) -> Device:
        terms = tuple(coverage.fact() for coverage in self.coverages)
        repairs = tuple(repair.fact() for repair in self.repairs)
        return Device(self.product, self.model, self.line, self.made_on, self.sale.fact(), terms, repairs)


class _Answer(_Part):
    device: _Device | None  # must be there: an empty object is no way to say "unknown"


def read_answer(body: bytes) -> Device | None:
    """The device in an answer, None where the system says that it knows none. Raises `AnswerWrong`."""
    try:
        found = _Answer.model_validate_json(body).device
    except ValidationError as error:
        # Neither the value nor the rest of the answer: they are a customer's.
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        where = ".".join(map(str, first["loc"])) or "the answer"
        raise AnswerWrong(f"{where}: {first['msg'].removeprefix('Value error, ')}") from None
    return None if found is None else found.fact()
