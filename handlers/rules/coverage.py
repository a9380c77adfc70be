"""What is owed for a device on a day: the company's promises and the law's periods, the best first.

Nothing here refuses for what nobody told us: an unknown day or country gives "unknown". A rule we are not sure of
(confidence C, or of a region nobody named) moves no date; while it might still help, the verdict is "unknown".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from handlers.rules.days import add_months
from handlers.rules.deadlines import deadlines_of
from handlers.rules.facts import Assessment, Coverage, Device, Kind, Sale, Term, Verdict
from handlers.rules.law import NO_LAW, Case, extensions, is_sure, liabilities, source_of
from handlers.rules.periods import Length, Period, Start, period_from, start_of, with_repairs
from knowledge_base.statutes import WARRANTY, Extension, LawBook, Liability

BEST: tuple[Verdict, ...] = ("covered", "unknown", "void", "expired", "malformed")
# Where two end on one day: the law first, which no company can call void.
KINDS: tuple[Kind, ...] = ("statutory", "warranty", "extended", "contract")


def assess(device: Device, book: LawBook, on: date, country: str | None = None) -> Assessment:
    """Everything owed for a device on a day. `country`: what the customer answered, where the sale has none."""
    where = device.sale.country or country
    case = Case(device, on, where, book.law_of(where) or NO_LAW)
    owed = [coverage for term in device.terms for coverage in _promised(term, case)]
    by_law = [coverage for row in liabilities(case) for coverage in _by_law(row, case)]
    coverages = sorted([*owed, *by_law], key=lambda coverage: _rank(coverage, on))
    is_owed = any(one.kind in ("statutory", "warranty") and one.verdict in ("covered", "unknown") for one in coverages)
    return Assessment(
        verdict=_overall(coverages, knows_law=bool(by_law)),
        on=on,
        country=where,
        coverages=tuple(coverages),
        deadlines=tuple(deadlines_of(case, is_owed=is_owed)),
        day=_day(case),
        missing=tuple(_missing(case)),
    )


def usual_law(book: LawBook, on: date, country: str | None) -> Coverage | None:
    """What the law of a country gives whoever buys a new thing for themselves on this day: it tells of no sale."""
    usual = assess(Device(sale=Sale(purchased=on, country=country)), book, on)
    return next((one for one in usual.coverages if one.kind == "statutory"), None)


@dataclass(frozen=True, slots=True)
class _Run:
    """A period with its repairs: what is sure, what might be, and why it might."""

    period: Period
    latest: date  # the last day if every rule we are not sure of were law
    doubts: tuple[Extension, ...] = ()

    def verdict(self, on: date) -> Verdict:
        if on <= self.period.end:
            return "covered"
        return "unknown" if on <= self.latest else "expired"


def _run(period: Period, rules: Sequence[Extension], case: Case) -> _Run:
    repairs, on = case.device.repairs, case.on
    sure = [rule for rule in rules if is_sure(rule, case)]
    firm = with_repairs(period, sure, repairs, on)
    doubts = [rule for rule in rules if rule not in sure and with_repairs(firm, [rule], repairs, on).end > firm.end]
    latest = with_repairs(period, [*sure, *doubts], repairs, on).end
    return _Run(firm, max(firm.end, latest), tuple(doubts))


def _by_law(row: Liability, case: Case) -> Iterator[Coverage]:
    """What one row gives: its own period, and what might be added to it."""
    bare = Coverage("statutory", "unknown", responsible=row.responsible, source=source_of(row, case))
    length = Length(row.months, row.days or 0) if row.months or row.days else None
    start = start_of(case.device.sale, case.device.made, row.basis)
    if length is None or start is None or not is_sure(row, case):
        yield replace(bare, arithmetic=row.notes)
    elif not start.is_sure:
        is_running = row.is_law_on(start.day) and case.on <= length.after(start.day)
        yield replace(_estimated(bare, start, length, is_running=is_running), arithmetic=(*start.steps, *row.notes))
    else:
        run = _run(period_from(start, length), extensions(case, row.name), case)
        coverage = replace(_dated(bare, run, case.on), presumed_until=_presumed(row, run.period))
        if coverage.verdict == "expired" and case.may_be_longer:
            coverage = replace(coverage, verdict="unknown", source=replace(source_of(row, case), ask=case.law.ask))
        yield replace(coverage, arithmetic=(*coverage.arithmetic, *row.notes))
        yield from _doubtful(coverage, run, case)


def _promised(term: Term, case: Case) -> Iterator[Coverage]:
    """What one promise of the company gives."""
    responsible = "maker" if term.kind == "warranty" else ""
    bare = Coverage(term.kind, "unknown", responsible=responsible, void=term.void, tier=term.tier)
    start = Start(term.starts, "fixed") if term.starts else None
    if start is None and term.basis != "fixed":
        start = start_of(case.device.sale, case.device.made, term.basis)
    period = _period(term, start)
    if period is not None:
        run = _run(period, extensions(case, WARRANTY) if term.kind == "warranty" else (), case)
        coverage = _dated(bare, run, case.on)
        yield coverage
        yield from _doubtful(coverage, run, case)
    elif start is not None and term.months is not None:
        length = Length(term.months)
        yield _estimated(bare, start, length, is_running=case.on <= length.after(start.day))
    else:
        yield _voided(bare)


def _period(term: Term, start: Start | None) -> Period | None:
    """The period of a promise; None where its last day can not be told."""
    known = start if start is not None and start.is_sure else None
    if term.ends is not None:
        since = known.day if known is not None and known.day <= term.ends else None
        length = Length(term.months) if term.months else Length(days=(term.ends - since).days) if since else None
        return Period(since, term.ends, "fixed", (f"until {term.ends} by the company's records",), length)
    return period_from(known, Length(term.months)) if known is not None and term.months is not None else None


def _dated(bare: Coverage, run: _Run, on: date) -> Coverage:
    period = run.period
    return _voided(
        replace(
            bare,
            verdict=run.verdict(on),
            start=period.start,
            end=period.end,
            basis=period.basis,
            arithmetic=period.steps,
            added_days=period.added_days,
        )
    )


def _estimated(bare: Coverage, start: Start, length: Length, *, is_running: bool) -> Coverage:
    """From a day that can only be too early: never a reason to refuse, and no date to rely on."""
    return _voided(replace(bare, verdict="covered" if is_running else "unknown", arithmetic=start.steps))


def _voided(coverage: Coverage) -> Coverage:
    return replace(coverage, verdict="void") if coverage.void else coverage


def _doubtful(coverage: Coverage, run: _Run, case: Case) -> Iterator[Coverage]:
    """What rules we are not sure of might add: no date, and whom to ask."""
    if coverage.void or case.on > run.latest:
        return
    for rule in run.doubts:
        source = source_of(rule, case)
        step = f"a repair may have moved the end ({run.period.end}): please check with {source.ask}"
        yield Coverage(coverage.kind, "unknown", arithmetic=(step,), responsible=coverage.responsible, source=source)


def _presumed(row: Liability, period: Period) -> date | None:
    if row.presumes_whole:
        return period.end
    if row.presumption_months is None or period.start is None:
        return None
    return min(period.end, add_months(period.start, row.presumption_months))


def _rank(coverage: Coverage, on: date) -> tuple[int, bool, int, int]:
    """Best first: by the verdict; what has begun; the later end, no date last; the law before the maker.

    What begins later is owed already, so it is "covered"; its first day is told.
    """
    begins = coverage.start is not None and coverage.start > on
    end = coverage.end.toordinal() if coverage.end else 0
    return BEST.index(coverage.verdict), begins, -end, KINDS.index(coverage.kind)


def _overall(coverages: Sequence[Coverage], *, knows_law: bool) -> Verdict:
    """The best verdict; where we know no law, more may be owed than we can see."""
    best = coverages[0].verdict if coverages else "unknown"
    return best if knows_law or best == "covered" else "unknown"


def _day(case: Case) -> int | None:
    since = case.device.sale.delivered or case.device.sale.purchased
    return None if since is None or since > case.on else (case.on - since).days


def _missing(case: Case) -> Iterator[str]:
    """What somebody should tell us, because the answer hangs on it."""
    sale, terms = case.device.sale, case.device.terms
    bases = {term.basis for term in terms if term.ends is None}
    if case.country is None:
        yield "country"
    law_counts = any(is_sure(row, case) and (row.months or row.days) for row in liabilities(case))
    if case.bought is None and (case.country is None or law_counts or bases & {"delivery", "purchase"}):
        yield "purchased"
    if sale.activated is None and bases & {"activation", "first_use"}:
        yield "activated"
