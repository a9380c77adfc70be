"""A device and what is owed for it, as an operator sees it: everything, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from handlers.rules.facts import Assessment, Coverage, Deadline, Device, Source
from handlers.rules.serials import Reading

KINDS = {"warranty": "maker's warranty", "statutory": "seller's liability by law", "extended": "extended warranty",
         "contract": "service contract"}  # fmt: skip
SURE = {"A": "text of the law seen", "B": "from a reliable source", "C": "not sure: no firm date"}
SILENCE = {"accept": "silence accepts the claim", "remedies": "silence opens further remedies", "none": ""}


@dataclass(frozen=True, slots=True)
class Explained:
    """What is to be told of a serial. `assessment` None: there is no device."""

    typed: str
    reading: Reading
    on: date
    country: str | None
    device: Device | None = None
    assessment: Assessment | None = None
    serial: str | None = None  # canonical, of the device that was found
    alike: tuple[str, ...] = ()  # several devices only look like what was typed

    @property
    def verdict(self) -> str:
        if self.reading.canonical is None:
            return "malformed"
        return self.assessment.verdict if self.assessment else "unknown"


def as_json(told: Explained) -> dict[str, Any]:
    """The object of `warranty explain --json`."""
    owed = told.assessment or Assessment("unknown", told.on, told.country)
    found: dict[str, Any] = {
        "serial": told.typed, "canonical": told.serial or told.reading.canonical, "verdict": told.verdict,
        "on": told.on.isoformat(), "country": owed.country,
        "device": _device(told.device), "day": owed.day, "missing": list(owed.missing),
        "coverages": [_coverage(coverage) for coverage in owed.coverages],
        "deadlines": [_deadline(deadline) for deadline in owed.deadlines],
        "trouble": _trouble(told.reading), "place": told.reading.place or None,
    }  # fmt: skip
    if told.reading.offered:
        found["offered"] = told.reading.offered
    if told.alike:
        found["ambiguous"] = list(told.alike)
    return found


def _trouble(reading: Reading) -> str | None:
    if reading.canonical is not None:
        return None
    return "check_digit" if reading.offered or reading.trouble == "none" else reading.trouble


def _device(device: Device | None) -> dict[str, str] | None:
    return None if device is None else {"product": device.product, "model": device.model, "line": device.line}


def _coverage(coverage: Coverage) -> dict[str, Any]:
    return {
        "kind": coverage.kind, "verdict": coverage.verdict, "start": _iso(coverage.start), "end": _iso(coverage.end),
        "basis": coverage.basis, "arithmetic": list(coverage.arithmetic), "responsible": coverage.responsible,
        "presumed_until": _iso(coverage.presumed_until), "added_days": coverage.added_days, "void": coverage.void,
        "tier": coverage.tier, "source": _source(coverage.source),
    }  # fmt: skip


def _deadline(deadline: Deadline) -> dict[str, Any]:
    return {
        "act": deadline.act, "by": _iso(deadline.by), "days": deadline.days, "counted": deadline.counted,
        "silence": deadline.silence, "source": _source(deadline.source),
    }  # fmt: skip


def _source(source: Source | None) -> dict[str, Any] | None:
    if source is None:
        return None
    return {
        "rule": source.rule, "country": source.country, "title": source.title, "source": source.source,
        "confidence": source.confidence, "checked": source.checked.isoformat(), "ask": source.ask,
    }  # fmt: skip


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def as_text(told: Explained) -> Iterator[str]:
    """The same to be read: the verdict first, then each coverage with its arithmetic and its rule."""
    yield f"{told.verdict.upper()} on {told.on}: {told.serial or told.reading.canonical or told.typed}"
    if told.device is None or told.assessment is None:
        yield from _nothing(told)
        return
    yield from _what(told.device, told.assessment)
    for coverage in told.assessment.coverages:
        yield from _coverage_lines(coverage)
    if told.assessment.deadlines:
        yield f"\nA claim made on {told.on}:"
    for deadline in told.assessment.deadlines:
        yield from _deadline_lines(deadline)


def _nothing(told: Explained) -> Iterator[str]:
    reading = told.reading
    if told.alike:
        yield f"Several devices look like this: {', '.join(told.alike)}; ask which one it is."
    elif reading.offered:
        yield f"The check digit is wrong; probably {reading.offered} was meant."
    elif reading.trouble == "letters" and reading.place:
        yield f"Place {reading.place} holds {reading.sign!r}, which is no sign of serials."
    elif reading.canonical is None:
        yield f"This is no serial: {told.verdict} ({_trouble(reading)})."
    else:
        yield "The registry does not know this serial."


def _what(device: Device, owed: Assessment) -> Iterator[str]:
    words = " ".join(word for word in (device.product, device.model) if word)
    counted = "" if owed.day is None else f", day {owed.day}"
    yield f"{words or 'a device'}; law of {owed.country or 'a country nobody told us'}{counted}"
    if owed.missing:
        yield f"To say more we need: {', '.join(owed.missing)}"


def _coverage_lines(coverage: Coverage) -> Iterator[str]:
    who = f", answers: {coverage.responsible}" if coverage.responsible else ""
    yield f"\n{KINDS[coverage.kind]}: {coverage.verdict}{_period(coverage)}{who}"
    for step in coverage.arithmetic:
        yield f"    {step}"
    if coverage.presumed_until:
        yield f"    a defect that shows until {coverage.presumed_until} counts as there from the start"
    if coverage.added_days:
        yield f"    {coverage.added_days} days added by repairs"
    if coverage.void:
        yield f"    void: {coverage.void}"
    if coverage.kind == "contract":
        yield f"    service level: {coverage.tier}"
    yield from _source_lines(coverage.source)


def _period(coverage: Coverage) -> str:
    if coverage.start is None and coverage.end is None:
        return ", no firm dates"
    return f", {coverage.start or 'an unknown day'} to {coverage.end or 'an unknown day'}"


def _source_lines(source: Source | None) -> Iterator[str]:
    if source is None:
        yield "    by our records"
        return
    sure = f"{source.confidence} ({SURE[source.confidence]})"
    yield f"    {source.title} [{source.rule}, {source.country}], sure: {sure}, checked {source.checked}"
    yield f"    source: {source.source}"
    if source.ask:
        yield f"    ask: {source.ask}"


def _deadline_lines(deadline: Deadline) -> Iterator[str]:
    silence = SILENCE[deadline.silence]
    by = deadline.by or "no firm date"
    yield f"  {deadline.act}: {by} ({deadline.days} {deadline.counted} days{f'; {silence}' if silence else ''})"
    yield from _source_lines(deadline.source)
