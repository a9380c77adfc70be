"""Working time: opening hours, public holidays and exceptions, exact to the moment over changes of the clock.

Hours are what the clock on the wall shows; sums are made in UTC, between the moments at which slots open and close.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

ZERO = timedelta()
DAY = timedelta(days=1)
MIDNIGHT = 24 * 60  # the end of a day, in minutes
HORIZON = 3 * 366  # days without one open slot after which nothing is looked for any more

_SLOT = re.compile(r"(\d{1,2})[:.](\d\d) ?[-–—] ?(\d{1,2})[:.](\d\d)")

Span = tuple[datetime, datetime]  # from, until; UTC


class HoursWrong(ValueError):
    """Opening hours that can not be kept; the message says which and what to write."""


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """Open from one minute of the day until another, by the clock on the wall; `closes` is at most 24 * 60."""

    opens: int
    closes: int


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """When somebody works. Days of `exceptions` have the slots given there, holidays or not; () is a closed day."""

    zone: ZoneInfo
    week: tuple[tuple[Slot, ...], ...]  # Monday to Sunday
    country: str | None = None  # ISO code; its public holidays are closed days. None: no holidays
    region: str | None = None  # of the country, where regions have holidays of their own: "BY" of "DE"
    exceptions: Mapping[date, tuple[Slot, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.week) != 7 or not any(self.week):
            raise HoursWrong("no day of the week has opening hours; write some, or nothing is ever due")

    def slots(self, day: date) -> tuple[Slot, ...]:
        """The opening hours of one day."""
        if day in self.exceptions:
            return self.exceptions[day]
        if self.country is not None and day in holidays_of(self.country, self.region, day.year):
            return ()
        return self.week[day.weekday()]

    def is_open(self, at: datetime) -> bool:
        """Whether somebody works at this moment. The moment of closing is closed."""
        at = utc(at)
        day = self._day(at)  # put back over midnight, the clock shows this day once more when the next has begun
        return any(start <= at < end for start, end in (*self._spans_of(day), *self._spans_of(day + DAY)))

    def next_open(self, at: datetime) -> datetime:
        """This moment if somebody works, else the next at which somebody will."""
        at = utc(at)
        return max(at, next(start for start, end in self._spans(at)))

    def add(self, start: datetime, working: timedelta) -> datetime:
        """The first moment at which so much working time has passed since `start`."""
        at = utc(start)
        if working < ZERO:
            raise ValueError("working time to add is at least zero")
        if working == ZERO:
            return at
        for opens, closes in self._spans(at):
            begin = max(at, opens)
            if working <= closes - begin:
                return begin + working
            working -= closes - begin
        raise AssertionError("spans never end by themselves")

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Working time from one moment to another; negative where the second is the earlier one."""
        first, last = utc(start), utc(end)
        if last < first:
            return -self.between(last, first)
        total, day, until = ZERO, self._day(first), self._day(last) + DAY
        while day <= until:
            for opens, closes in self._spans_of(day):
                total += max(ZERO, min(last, closes) - max(first, opens))
            day += DAY
        return total

    def _day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def _spans_of(self, day: date) -> tuple[Span, ...]:
        return _spans(self.zone, self.slots(day), day)

    def _spans(self, at: datetime) -> Iterator[Span]:
        """Spans that end after a moment, in order, without end. Raises `HoursWrong` where none comes for years."""
        day, closed = self._day(at), 0
        while closed < HORIZON:
            closed += 1
            for span in self._spans_of(day):
                if span[1] > at:
                    closed = 0
                    yield span
            day += DAY
        raise HoursWrong(f"nobody works in the {HORIZON // 366} years before {day}; look at the exceptions")


def read_slots(written: Iterable[str]) -> tuple[Slot, ...]:
    """Opening hours of a day, as written in the settings: `["9:00-12:00", "13:00-17:30"]`. Raises `HoursWrong`."""
    slots = tuple(sorted(map(_read_slot, written)))
    for before, after in pairwise(slots):
        if after.opens < before.closes:
            raise HoursWrong(f"{shown(before)} and {shown(after)} overlap; write them as one, or apart")
    return slots


def read_days(written: str) -> tuple[date, ...]:
    """A date or a range of dates: `2026-12-24`, `2026-12-24/2026-12-31`. Raises `HoursWrong`."""
    first, _, last = written.partition("/")
    try:
        begin, end = date.fromisoformat(first.strip()), date.fromisoformat((last or first).strip())
    except ValueError:
        raise HoursWrong(f"{written!r} is no date; write 2026-12-24, or 2026-12-24/2026-12-31 for a range") from None
    if not 0 <= (end - begin).days < 366:
        raise HoursWrong(f"{written!r} ends before it begins or lasts more than a year")
    return tuple(begin + number * DAY for number in range((end - begin).days + 1))


def shown(slot: Slot) -> str:
    """`9:00-17:30`."""
    return "-".join(f"{minutes // 60}:{minutes % 60:02d}" for minutes in (slot.opens, slot.closes))


@lru_cache(maxsize=64)
def holidays_of(country: str, region: str | None, year: int) -> frozenset[date]:
    """Public holidays of a year. Raises `HoursWrong` for a country or region nobody counted."""
    import holidays  # 20 MB: only a process that asks what is due pays for it

    try:
        return frozenset(holidays.country_holidays(country, subdiv=region, years=year))
    except NotImplementedError:
        where = country if region is None else f"{country}, region {region}"
        raise HoursWrong(f"public holidays of {where} are not known; switch them off and write exceptions") from None


def _read_slot(written: str) -> Slot:
    match = _SLOT.fullmatch(written.strip())
    hour, minute, until_hour, until_minute = map(int, match.groups()) if match else (99, 0, 0, 0)
    slot = Slot(hour * 60 + minute, until_hour * 60 + until_minute)
    if max(minute, until_minute) > 59 or slot.opens >= MIDNIGHT or slot.closes > MIDNIGHT:
        raise HoursWrong(f"{written!r} is no time of a day; write it like 9:00-17:30")
    if slot.closes <= slot.opens:
        early, late = f"{hour}:{minute:02d}-24:00", f"0:00-{until_hour}:{until_minute:02d}"
        raise HoursWrong(f"{written!r} ends before it begins; over midnight write {early}, and {late} on the next day")
    return slot


def utc(at: datetime) -> datetime:
    """The same moment in UTC: two times of one zone are subtracted by the clock on the wall, changes overlooked."""
    if at.tzinfo is None:
        raise ValueError("a time without a zone was asked about; pass an aware one")
    return at.astimezone(UTC)


@lru_cache(maxsize=1024)
def _spans(zone: ZoneInfo, slots: tuple[Slot, ...], day: date) -> tuple[Span, ...]:
    """Slots of a day as moments. One within an hour that the clock leaves out is not there."""
    spans = ((_moment(zone, day, slot.opens), _moment(zone, day, slot.closes)) for slot in slots)
    return tuple(span for span in spans if span[0] < span[1])


def _moment(zone: ZoneInfo, day: date, minutes: int) -> datetime:
    """The first moment at which the clock on the wall shows this time of the day, or, where it jumps over it, later.

    In the hour that comes twice it is the first; borders so stay in order, and slots never overlap.
    """
    if minutes == MIDNIGHT:
        day, minutes = day + DAY, 0
    wall = datetime.combine(day, time(minutes // 60, minutes % 60))
    before, after = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return _jump(zone, after, before) if after < before else before


def _jump(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The moment between two at which the clock is put forward, to the second."""
    offset = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low).total_seconds() // 2)
        if middle.astimezone(zone).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return high
