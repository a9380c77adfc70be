"""One look-up, in one transaction: who asks, what there is, what they have proved, what may be told, what it costs.

A serial that is there and one that is not ask the database the same questions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from bot.storage.registry.devices import NOBODY, Found, device_of, proofs_of
from bot.storage.registry.holders import holds, holds_some, level_of
from bot.storage.registry.keys import key_of
from bot.storage.registry.limits import locked_standings_of
from bot.storage.registry.questions import Question, asking_of, count, devices_of, subjects_of, the_device_of
from handlers.rules.disclosure import Level
from handlers.rules.facts import Device, Sale
from handlers.rules.guard import Alert, Told, judge
from handlers.rules.proof import Facts
from handlers.rules.serials import agreement
from handlers.rules.telling import Answered, Candidate, tell

MONTH_FIRST = ("US",)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What the company's own system says of the serial."""

    device: Device | None = None  # None: nothing
    level: Level = 0  # what the asker has proved of it
    is_away: bool = False  # it does not answer


@dataclass(frozen=True, slots=True)
class Answer:
    """What is told. `candidate`: of which device, at `level`; an empty one where none is shown."""

    answered: Answered
    told: Told
    candidate: Candidate
    level: Level = 0
    alike: tuple[str, ...] = ()  # serials that look like the one asked for, to choose from
    agreed: str = ""  # the one asked for, with the signs on which those agree
    until: datetime | None = None
    alerts: Sequence[Alert] = ()  # that are new


@dataclass(frozen=True, slots=True)
class Addressed:
    """Where a one-time code goes. `address` None: nowhere, which nobody may notice."""

    address: str | None
    alerts: Sequence[Alert] = ()


def look_up(
    connection: Connection, question: Question, *, elsewhere: Elsewhere, secret: bytes, strict: bool, now: datetime
) -> Answer:
    """Answer a question, and count it."""
    before = locked_standings_of(connection, subjects_of(question, secret), now)
    judgement = judge(before, asking_of(question, secret), now)
    candidates = [Candidate(is_there=False)]
    # Who is refused in any case costs little: that hangs on who asks, not on what is asked for.
    if judgement.state != "paused" or holds_some(connection, question.conversation, now):
        found = devices_of(connection, question, secret)
        candidates = [_candidate(connection, question, one, elsewhere, now) for one in found]
    telling = tell(judgement, candidates, question.proof, partial(key_of, secret=secret), strict=strict)
    shown = telling.candidate or Candidate(is_there=False)
    if telling.told == "proved" and shown.row:
        holds(connection, question.conversation, shown.row, now)
    # While the company's own system is away, a miss is nobody's fault; nor is it told from what is not theirs to see.
    told: Told = "quiet" if telling.answered == "hidden" and elsewhere.is_away else telling.told
    alerts = count(connection, question, before, told, secret=secret, now=now)
    alike = tuple(one.serial for one in candidates) if telling.answered == "ambiguous" else ()
    until = judgement.until if telling.answered == "paused" else None
    agreed = agreement(question.serials[0], alike) if alike else ""
    return Answer(telling.answered, told, shown, telling.level, alike, agreed, until, alerts)


def address_of(connection: Connection, question: Question, *, secret: bytes, now: datetime) -> Addressed | None:
    """The contact on file of a serial, for a code. None: too often."""
    before = locked_standings_of(connection, subjects_of(question, secret), now)
    proofs = proofs_of(connection, the_device_of(connection, question, secret))
    is_paused = judge(before, asking_of(question, secret), now).state == "paused"
    alerts = count(connection, question, before, "paused" if is_paused else "quiet", secret=secret, now=now)
    return None if is_paused else Addressed(proofs.email, alerts)


def _candidate(
    connection: Connection, question: Question, found: Found, elsewhere: Elsewhere, now: datetime
) -> Candidate:
    device, proofs = device_of(connection, found.device), proofs_of(connection, found.device)
    level = level_of(connection, question.conversation, found.device, now)
    if found.device != NOBODY:
        facts = _facts(device.sale, proofs.invoice, proofs.label_code)
        return Candidate(device, level, facts, found.is_canary, row=found.device, serial=found.serial)
    if elsewhere.device is not None:
        return Candidate(elsewhere.device, elsewhere.level, _facts(elsewhere.device.sale))
    return Candidate(is_there=False)


def _facts(sale: Sale, invoice: str | None = None, label: bytes | None = None) -> Facts:
    days = frozenset(filter(None, (sale.purchased or sale.delivered,)))  # one day: two would be guessed twice as soon
    return Facts(days, invoice or "", bytes(label or b""), month_first=sale.country in MONTH_FIRST)
