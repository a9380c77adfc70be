"""What somebody may learn of a device, by what they have proved.

0: knows a serial. 1: holds the device: knows one more fact, or a code sent to the contact on file. 2: has linked it
to their talk by such a code.

At no level: the owner's name and address, the shop, the price, the receipt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from handlers.rules.facts import Assessment, Coverage, Device, Repair, Verdict

Level = Literal[0, 1, 2]

# A step of the engine's arithmetic: what was added to which day, why and for what, and the sum.
_SUM = re.compile(r"(\d{4}-\d\d-\d\d \+ \d+ (?:days|months)).*( = \d{4}-\d\d-\d\d)")

# Why a device is not covered is nobody's business who only knows its serial.
_PLAIN: dict[Verdict, Verdict] = {
    "covered": "covered", "expired": "expired", "void": "expired", "unknown": "unknown", "malformed": "unknown",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class View:
    """What of a device may be told. Empty where the level does not reach."""

    verdict: Verdict
    product: str  # family: "washing machine"
    model: str = ""  # from level 1
    until_month: tuple[int, int] | None = None  # year and month of the best coverage's end: all that level 0 learns
    country: str | None = None  # whose law counts; None: must be asked
    law: Coverage | None = None  # at level 0: the law's line without its dates
    assessment: Assessment | None = None  # from level 1: everything owed
    open_repair: Repair | None = None  # from level 1
    repairs: tuple[Repair, ...] = ()  # from level 2


def seen(device: Device, assessment: Assessment, level: Level, strict: bool) -> View | None:
    """What this level may see. None: nothing; `strict` shows nothing to who has proved nothing."""
    if level == 0:
        return None if strict else _glimpse(device, assessment)
    told = assessment if level == 2 else _without_history(device, assessment)
    return View(
        verdict=assessment.verdict,
        product=device.product,
        model=device.model,
        until_month=_month(assessment),
        country=assessment.country,
        law=next((one for one in told.coverages if one.kind == "statutory"), None),
        assessment=told,
        open_repair=next((repair for repair in device.repairs if repair.returned is None), None),
        repairs=device.repairs if level == 2 else (),
    )


def _glimpse(device: Device, assessment: Assessment) -> View:
    """Covered, not covered, cannot say; the month of the end; that there is a law."""
    law = next((_undated(one) for one in assessment.coverages if one.kind == "statutory"), None)
    verdict = _PLAIN[assessment.verdict]
    return View(verdict, device.product, until_month=_month(assessment), country=assessment.country, law=law)


def with_usual_law(view: View, usual: Coverage | None) -> View:
    """A view of level 0 with the law's line as anybody would read it who buys something in that country today: the row
    for this sale would tell who bought it, whether it was used, and when."""
    return replace(view, law=None if usual is None else _undated(usual))


def _month(assessment: Assessment) -> tuple[int, int] | None:
    """Year and month in which the best coverage ends; None where no firm date is known. Void is none: it ended before
    its last day, and that it did is not told at level 0."""
    best = next((one for one in assessment.coverages if one.verdict != "void"), None)
    if best is None or best.end is None or (best.source is not None and best.source.confidence == "C"):
        return None
    return best.end.year, best.end.month


def _undated(law: Coverage) -> Coverage:
    """Who answers by law, by which rule, and whether still: nothing that was reckoned from a day."""
    return Coverage("statutory", _PLAIN[law.verdict], basis=law.basis, responsible=law.responsible, source=law.source)


def _without_history(device: Device, assessment: Assessment) -> Assessment:
    """How many days repairs added stays, when they were goes."""
    past = {day.isoformat() for one in device.repairs if one.returned for day in (one.claimed, one.returned)}
    return replace(assessment, coverages=tuple(_without_days(one, past) for one in assessment.coverages))


def _without_days(coverage: Coverage, days: set[str]) -> Coverage:
    kept = days - {day.isoformat() for day in (coverage.start, coverage.end) if day is not None}
    steps = (_without_reason(step) if _names(step, kept) else step for step in coverage.arithmetic)
    return replace(coverage, arithmetic=tuple(step for step in steps if step and not _names(step, kept)))


def _without_reason(step: str) -> str:
    """The sum alone; "" where there is none."""
    found = _SUM.search(step)
    return "" if found is None else found[1] + found[2]


def _names(step: str, days: set[str]) -> bool:
    return any(day in step for day in days)
