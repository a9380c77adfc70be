"""What the registry knows of a device, row by row: how a row adds to it, and what can not be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from bot.registering.days import LONG_AHEAD
from bot.registering.entries import Entry

TOMORROW = timedelta(days=1)  # it is tomorrow already in another part of the world
INVOICED = timedelta(days=60)  # goods come first and the invoice at the end of the next month
HAPPENED = ("made_on", "purchased_on", "delivered_on", "activated_on")
ENDS = ("warranty_until", "extended_until", "contract_until")

# A promise needs an end, or a length.
NEEDS = {
    "warranty_basis": ("warranty_months", "warranty_until"),
    "warranty_void": ("warranty_months", "warranty_until"),
    "extended_from": ("extended_months", "extended_until"),
    "contract_from": ("contract_until",),
    "contract_tier": ("contract_until",),
}


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of one device: by column, and its repairs by the day of the claim."""

    values: Mapping[str, Any] = field(default_factory=dict)
    repairs: Mapping[date, Mapping[str, Any]] = field(default_factory=dict)


def merged(known: Record, entry: Entry) -> Record:
    """What is known once a row is taken: an empty cell leaves what was known, a repair of another day is added."""
    repairs = known.repairs
    if entry.repair:
        claimed = entry.repair["repair_claimed_on"]
        repairs = {**repairs, claimed: {**repairs.get(claimed, {}), **entry.repair}}
    return Record({**known.values, **entry.values}, repairs)


def impossible(record: Record, today: date) -> tuple[str, str] | None:
    """The first contradiction, as a column and a sentence; None where all of it can be."""
    return next(_contradictions(record, today), None)


def _contradictions(record: Record, today: date) -> Iterator[tuple[str, str]]:
    values = record.values
    for name in HAPPENED:
        if name in values and values[name] > today + TOMORROW:
            yield name, f"{values[name]} has not come yet; leave it empty until it has happened"
    yield from _of_the_sale(values)
    for repair in record.repairs.values():
        yield from _of_a_repair(repair, values, today)
    yield from _of_what_was_promised(values, today)


def _of_the_sale(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    made, purchased = values.get("made_on"), values.get("purchased_on")
    delivered, activated = values.get("delivered_on"), values.get("activated_on")
    if purchased and delivered and delivered < purchased - INVOICED:
        said = f"{delivered} lies more than {INVOICED.days} days before the purchase ({purchased})"
        yield "delivered_on", f"{said}; correct one of the two"
    handed_over = delivered or purchased  # what is made to order is bought first
    if made and handed_over and made > handed_over:
        yield "made_on", f"{made} lies after the device was handed over ({handed_over}); correct one of the two"
    if made and activated and made > activated:
        yield "activated_on", f"{activated} lies before the device was made ({made}); correct one of the two"


def _of_a_repair(repair: Mapping[str, Any], values: Mapping[str, Any], today: date) -> Iterator[tuple[str, str]]:
    claimed, returned = repair["repair_claimed_on"], repair.get("repair_returned_on")
    for name, day in (("repair_claimed_on", claimed), ("repair_returned_on", returned)):
        if day and day > today + TOMORROW:
            yield name, f"{day} has not come yet; leave it empty until it has happened"
    if returned and returned < claimed:
        yield "repair_returned_on", f"{returned} lies before the claim ({claimed}); correct one of the two"
    sold = min((values[name] for name in ("purchased_on", "delivered_on") if name in values), default=None)
    if sold and claimed < sold and values.get("goods", "new") == "new":
        said = f"{claimed} lies before the sale ({sold})"
        yield "repair_claimed_on", f"{said}; correct one of the two, or write used as the goods"


def _of_what_was_promised(values: Mapping[str, Any], today: date) -> Iterator[tuple[str, str]]:
    for name in ENDS:
        if name in values and values[name].year > today.year + LONG_AHEAD:
            yield name, f"{values[name]} lies more than {LONG_AHEAD} years ahead; correct it"
    for kind in ("extended", "contract"):
        starts, ends = values.get(f"{kind}_from"), values.get(f"{kind}_until")
        if starts and ends and ends < starts:
            yield f"{kind}_until", f"{ends} lies before the first day ({starts}); correct one of the two"
    yield from _without_an_end(values)


def _without_an_end(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for lone, ends in NEEDS.items():
        if lone in values and not any(end in values for end in ends):
            yield lone, f"says nothing without {' or '.join(ends)}; write that too"
    if values.get("warranty_basis") == "fixed" and "warranty_until" not in values:
        yield "warranty_basis", "is fixed, but nothing says until when; write warranty_until too"
