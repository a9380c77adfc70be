"""Periods: from which day they run, how long, and what repairs make of them. Every step can be followed by a person.

A period of N months from a day ends on the same day N months later, that day included.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from handlers.rules.days import add_days, add_months
from handlers.rules.facts import Basis, Repair, Sale
from handlers.rules.law import counts
from knowledge_base.statutes import Effect, Extension


@dataclass(frozen=True, slots=True)
class Start:
    """The day a period is counted from."""

    day: date
    basis: Basis
    steps: tuple[str, ...] = ()
    is_sure: bool = True  # False: it was this day at the earliest


@dataclass(frozen=True, slots=True)
class Length:
    """So many months, or so many days."""

    months: int | None = None
    days: int = 0

    def after(self, day: date) -> date:
        """The last day of a period that runs from this day."""
        return add_days(day, self.days) if self.months is None else add_months(day, self.months)

    def __str__(self) -> str:
        return f"{self.days} days" if self.months is None else f"{self.months} months"


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day, both inside, and how they were found."""

    start: date | None  # None: nobody knows since when
    end: date
    basis: Basis
    steps: tuple[str, ...] = ()
    length: Length | None = None  # for which it starts anew; None: unknown
    added_days: int = 0
    counted: date = date.min  # the days before are counted as days out of use, if they were


def start_of(sale: Sale, made: date | None, basis: Basis) -> Start | None:
    """Where a period counted from such a day starts. None: nothing is known.

    Delivery and purchase stand in for each other. Both come before the first use, and the making before all of them:
    from them a period ends at the earliest.
    """
    days: Mapping[Basis, date | None] = {"delivery": sale.delivered, "purchase": sale.purchased}
    first: Mapping[Basis, Sequence[Basis]] = {
        "delivery": ("delivery", "purchase"),
        "purchase": ("purchase", "delivery"),
    }
    if basis in ("activation", "first_use") and sale.activated:
        return Start(sale.activated, basis)
    is_sure = basis in first
    for known in first.get(basis, ("delivery", "purchase")):
        if day := days[known]:
            steps = () if known == basis else (f"day of {_SAID[basis]} unknown, counted from the {known}",)
            return Start(day, known, steps, is_sure)
    return Start(made, "fixed", (f"made {made} at the earliest",), is_sure=False) if made else None


_SAID: Mapping[Basis, str] = {
    "delivery": "delivery",
    "purchase": "purchase",
    "activation": "activation",
    "first_use": "first use",
    "fixed": "beginning",
}


def period_from(start: Start, length: Length) -> Period:
    """The period of this length from this day on."""
    end = length.after(start.day)
    return Period(start.day, end, start.basis, (*start.steps, f"{start.day} + {length} = {end}"), length)


def with_repairs(period: Period, rules: Iterable[Extension], repairs: Iterable[Repair], on: date) -> Period:
    """The period after all repairs that were claimed while it ran. None makes it shorter."""
    first, left = period.start or date.min, list(rules)
    for repair in sorted(repairs, key=lambda repair: (repair.claimed, repair.returned or date.max)):
        for rule in [rule for rule in left if counts(rule, repair)]:
            if first <= repair.claimed <= period.end and _is_met(rule, repair, left):
                period = _EFFECTS[rule.effect](period, rule, repair, on)
                if rule.effect == "plus_months_once":
                    left.remove(rule)
    return period


def _is_met(rule: Extension, repair: Repair, rules: Sequence[Extension]) -> bool:
    """A replacement starts a period anew where the law says so; elsewhere the days until it came were out of use."""
    if rule.effect == "restart_on_replacement":
        return repair.kind == "replacement"
    if rule.effect == "add_days_out_of_use" and repair.kind == "replacement":
        return all(other.effect != "restart_on_replacement" for other in rules)
    return repair.kind == "repair"


def _add_days(period: Period, rule: Extension, repair: Repair, on: date) -> Period:
    """Days from the claim to the return; those of two repairs at once are counted once."""
    since, until = max(repair.claimed, period.counted), repair.returned or on
    days = (until - since).days
    if days <= 0:
        return period
    end = add_days(period.end, days)
    so_far = "" if repair.returned else " so far: not returned yet"
    step = f"{period.end} + {days} days out of use ({since} to {until}{so_far}) = {end}"
    added = period.added_days + days
    return replace(period, end=end, steps=(*period.steps, step), added_days=added, counted=until)


def _add_months(period: Period, rule: Extension, repair: Repair, on: date) -> Period:
    end = add_months(period.end, rule.months or 0)
    step = f"{period.end} + {rule.months} months, once, for the repair of {repair.claimed} = {end}"
    return replace(period, end=end, steps=(*period.steps, step))


def _start_anew(period: Period, rule: Extension, repair: Repair, on: date) -> Period:
    """From the day on which the device, new or as good as new, was handed over."""
    if repair.returned is None or period.length is None:
        said = "not handed over yet" if period.length else "it starts the period anew, for how long is not known"
        return replace(period, steps=(*period.steps, f"{repair.kind} claimed {repair.claimed}: {said}"))
    end = period.length.after(repair.returned)
    if end <= period.end:
        return period
    step = f"{repair.kind} of {repair.claimed}, starts anew: {repair.returned} + {period.length} = {end}"
    return replace(period, start=repair.returned, end=end, steps=(*period.steps, step), added_days=0)


_EFFECTS: Mapping[Effect, Callable[[Period, Extension, Repair, date], Period]] = {
    "add_days_out_of_use": _add_days,
    "plus_months_once": _add_months,
    "restart_on_replacement": _start_anew,
    "restart_on_repair": _start_anew,
}
