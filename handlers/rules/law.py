"""Which rows of a country's law count for a device: by the buyer, the goods, the region and the day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from handlers.rules.facts import Device, Repair, Source
from knowledge_base.statutes import Duty, Extension, Law, Liability, Row

NO_LAW = Law(country="", ask="")  # nobody told us the country, or we have no file of it


@dataclass(frozen=True, slots=True)
class Case:
    """A device on a day, under the law of a country."""

    device: Device
    on: date
    country: str | None = None  # ISO code, with a region where it is known: "US-CA"
    law: Law = NO_LAW

    @property
    def may_be_longer(self) -> bool:
        """Whether a period of the law is only a floor: the country's own law, of which we have no file, gives more."""
        return (self.country or "").upper() in self.law.longer

    @property
    def bought(self) -> date | None:
        """The day of purchase, else of delivery: by it the version of the law is chosen."""
        return self.device.sale.purchased or self.device.sale.delivered


def liabilities(case: Case) -> Iterator[Liability]:
    """What the law says of defects of this device. Where nobody knows when it was bought: today's law."""
    for row in case.law.liabilities:
        if fits(row, case) and row.is_law_on(case.bought or case.on):
            yield row


def extensions(case: Case, period: str) -> list[Extension]:
    """What repairs add to a period: a liability, by its name, or "warranty"."""
    return [row for row in case.law.extensions if period in row.extends and fits(row, case)]


def duties(case: Case) -> Iterator[Duty]:
    """What somebody must do after a claim made on the day of the case."""
    for row in case.law.duties:
        if fits(row, case) and row.is_law_on(case.on):
            yield row


def fits(row: Row, case: Case) -> bool:
    """Whether a row is about such a buyer, such goods and this region or a country in which the region is not known.

    A buyer nobody told us of is a consumer: no reading serves the customer better, so nobody has to be asked.
    """
    sale = case.device.sale
    _, _, region = (case.country or "").upper().partition("-")
    return (
        row.buyer == (sale.buyer or "consumer")
        and sale.goods in row.goods
        and (row.region is None or region in ("", row.region))
    )


def is_sure(row: Row, case: Case) -> bool:
    """Whether a date may follow from a row: not from memory, and not of a region nobody named."""
    return row.confidence != "C" and (row.region is None or (case.country or "").upper().endswith(f"-{row.region}"))


def counts(row: Extension, repair: Repair) -> bool:
    """Whether a repair is one of those a row is about."""
    return repair.under in row.counts and row.is_law_on(repair.claimed)


def source_of(row: Row, case: Case) -> Source:
    """Where a row stands, as it is told."""
    sure = is_sure(row, case) and not (isinstance(row, Liability) and row.months is None and row.days is None)
    return Source(
        rule=row.name,
        country=case.law.country,
        title=row.title,
        source="; ".join(row.sources),
        confidence=row.confidence,
        checked=row.checked_on,
        ask="" if sure else row.ask or case.law.ask,
    )
