"""Service levels: when the first reply and the resolution of a ticket are due, and which warnings with them.

The clock runs while something can be done here: not while the customer is waited for, and not once it is solved.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Literal

from handlers.rules.hours import Calendar, utc
from handlers.rules.tickets import Status, TicketChanged

ZERO = timedelta()
RUNNING: tuple[Status, ...] = ("new", "open", "waiting_third_party", "reopened")
DONE: tuple[Status, ...] = ("solved", "closed")

Name = Literal["first_reply", "resolution"]
TierName = Literal["basic", "extended", "premium"]
Run = tuple[datetime, datetime | None]  # the clock ran from, until; None: it runs on

_LENGTH = re.compile(r"(\d{1,4}) (working )?(minute|hour|day)s?")
_SHARE = re.compile(r"(\d{1,2}) ?%")
_UNITS = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}


class LevelWrong(ValueError):
    """A service level that can not be kept; the message says why and what to write."""


@dataclass(frozen=True, slots=True)
class Target:
    """How long something may take."""

    length: timedelta
    is_working: bool  # counted in working time; else by the clock on the wall, nights and holidays too
    warn_before: timedelta  # so much of `length` is left when the warning comes, counted in the same way


@dataclass(frozen=True, slots=True)
class Tier:
    """One level of service: basic, extended, premium."""

    first_reply: Target
    resolution: Target


@dataclass(frozen=True, slots=True)
class Promise:
    """One thing promised for a ticket, as it stands."""

    name: Name
    due: datetime | None  # None: the clock stands still, nothing is due until it runs again
    met: datetime | None  # when it was done; None: it is still owed
    is_broken: bool  # done too late, or not done and too late already
    left: timedelta  # of the promised length, in its own kind of time; zero once it is used up

    @property
    def is_owed(self) -> bool:
        return self.met is None


@dataclass(frozen=True, slots=True)
class LevelWarning:
    """Something the desk must hear. Kept by `key`, it is said once."""

    key: str  # "first_reply:soon", "resolution:broken" …; within one ticket
    at: datetime  # when it is to be said


@dataclass(frozen=True, slots=True)
class Clock:
    """Service levels of a ticket at a moment."""

    first_reply: Promise
    resolution: Promise
    is_running: bool
    warnings: tuple[LevelWarning, ...]  # to be said by now, if not said yet
    next_warning: datetime | None  # when to look again, if nothing else happens


def clock(events: Sequence[TicketChanged], tier: Tier, calendar: Calendar, now: datetime) -> Clock:
    """How the promises of a ticket stand. `events` is its whole log, from creating on.

    A ticket opened again goes on where its clock stood: its resolution was not one.
    """
    if not events:
        raise ValueError("a ticket without events has no clock; the first creates it")
    now = max(utc(now), utc(events[-1].at))  # clocks of two machines may differ
    replied = next((utc(event.at) for event in events if event.action == "agent_wrote"), None)
    runs = _runs(events)
    first = _promise("first_reply", tier.first_reply, calendar, runs, replied, now)
    resolution = _promise("resolution", tier.resolution, calendar, runs, _solved(events), now)
    coming = [
        warning
        for promise, target in ((first, tier.first_reply), (resolution, tier.resolution))
        if promise.is_owed
        for warning in _warnings(promise.name, target, calendar, runs)
    ]
    return Clock(
        first,
        resolution,
        is_running=events[-1].became in RUNNING,
        warnings=_told(coming, now),
        next_warning=min((warning.at for warning in coming if warning.at > now), default=None),
    )


def due_at(target: Target, calendar: Calendar, start: datetime) -> datetime:
    """When something is due that begins now: the honest time a customer is told."""
    return _forward(target, calendar, utc(start), target.length)


def read_target(written: str, warn_before: str) -> Target:
    """A target as written in the settings: "8 working hours", "48 hours", "2 days"; raises `LevelWrong`.

    `warn_before` is a length as well, or a share of this one that is left: "25%".
    """
    length, is_working = read_length(written)
    share = _SHARE.fullmatch(warn_before)
    before = length * int(share.group(1)) / 100 if share else read_length(warn_before, "30 minutes or 25%")[0]
    if not ZERO < before < length:
        raise LevelWrong(f"a warning {warn_before} before the end of {written} is none; write less than the whole")
    return Target(length, is_working, before)


def read_length(written: str, example: str = "8 working hours or 48 hours") -> tuple[timedelta, bool]:
    """A length of time as written in the settings, and whether it is working time. Raises `LevelWrong`."""
    found = _LENGTH.fullmatch(" ".join(written.split()))
    if found is None or not int(found.group(1)):
        raise LevelWrong(f"{written!r} is no length of time; write {example}")
    number, working, unit = found.groups()
    if working and unit == "day":
        raise LevelWrong(f"{written!r}: days of work are not equally long; write working hours")
    return int(number) * _UNITS[unit], working is not None


def _runs(events: Sequence[TicketChanged]) -> tuple[Run, ...]:
    """The times in which the clock ran, in order; one follows on another where something happened in between."""
    runs: list[Run] = []
    for event, following in zip_longest(events, events[1:]):
        start = utc(event.at)
        end = None if following is None else max(start, utc(following.at))
        if event.became in RUNNING:
            runs.append((start, end))
    return tuple(runs)


def _solved(events: Sequence[TicketChanged]) -> datetime | None:
    """When it was solved or closed for the last time; None where it was opened again since, or never."""
    solved: datetime | None = None
    for event in events:
        if event.became not in DONE:
            solved = None
        elif solved is None:
            solved = utc(event.at)
    return solved


def _promise(
    name: Name, target: Target, calendar: Calendar, runs: Sequence[Run], met: datetime | None, now: datetime
) -> Promise:
    end = now
    if met is not None:  # what happens afterwards does not move what was due
        runs, end = [(start, None if at is None or at >= met else at) for start, at in runs if start <= met], met
    due = _reached(target, calendar, runs, target.length)
    used = sum((_passed(target, calendar, start, at or end) for start, at in runs), ZERO)
    is_broken = due is not None and (end >= due if met is None else end > due)
    return Promise(name, due, met, is_broken, max(ZERO, target.length - used))


def _warnings(name: Name, target: Target, calendar: Calendar, runs: Sequence[Run]) -> list[LevelWarning]:
    steps: Mapping[str, timedelta] = {"soon": target.length - target.warn_before, "broken": target.length}
    found = ((kind, _reached(target, calendar, runs, used)) for kind, used in steps.items())
    return [LevelWarning(f"{name}:{kind}", at) for kind, at in found if at is not None]


def _told(coming: Iterable[LevelWarning], now: datetime) -> tuple[LevelWarning, ...]:
    """What is to be said by now. Where it is too late already, nobody needs to hear that it would be soon."""
    last: dict[str, LevelWarning] = {}
    for warning in coming:
        if warning.at <= now:
            last[warning.key.partition(":")[0]] = warning
    return tuple(last.values())


def _reached(target: Target, calendar: Calendar, runs: Iterable[Run], used: timedelta) -> datetime | None:
    """When so much of the target is used up; None where the clock stands still before that."""
    for start, end in runs:
        passed = None if end is None else _passed(target, calendar, start, end)
        if passed is None or used <= passed:
            return _forward(target, calendar, start, used)
        used -= passed
    return None


def _passed(target: Target, calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    return calendar.between(start, end) if target.is_working else end - start


def _forward(target: Target, calendar: Calendar, start: datetime, length: timedelta) -> datetime:
    return calendar.add(start, length) if target.is_working else start + length
