"""A question about a serial: which rows it concerns, how its asker stands, which devices it may mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.storage.registry.devices import NOBODY, Ambiguous, Found, find_device
from bot.storage.registry.keys import key_of
from bot.storage.registry.limits import (
    Logged,
    Subjects,
    keep_standings,
    log_look_up,
    raise_alerts,
    standings_of,
)
from handlers.rules.guard import Alert, Asking, Standings, Told, after, judge
from handlers.rules.sequences import series_of
from handlers.rules.serials.makers import bare, root

SOURCE = 16  # signs of the hash by which a source is told from others
BEGINS = 4  # signs of a serial that staff are shown
NOTHING = Found(NOBODY, "", is_canary=False)

_LOGGED: dict[Told, Logged] = {
    "own": "hit", "proved": "hit", "hit": "hit", "miss": "miss", "canary": "canary", "quiet": "miss",
    "closed": "refused", "paused": "refused",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """Who asks about which serial."""

    serials: tuple[str, ...]  # canonical; other forms of the same one behind it
    skeletons: tuple[str, ...]
    conversation: int
    person: str
    network: str  # "": the channel does not tell
    proof: str | None = None
    walks: bool = False  # see `handlers.rules.guard.Asking`


def subjects_of(question: Question, secret: bytes) -> Subjects:
    """The rows of those whose standing the question concerns."""
    serial = question.serials[0]
    return Subjects(
        person=_subject("person", question.person, secret),
        network=_subject("network", question.network, secret) if question.network else None,
        series=_subject("series", series_of(bare(serial)), secret),
        serial=_subject("serial", root(serial), secret),
    )


def asking_of(question: Question, secret: bytes) -> Asking:
    """The question as the guard judges it."""
    kind, who = ("network", question.network) if question.network else ("person", question.person)
    return Asking(_hash(kind, who, secret).hex()[:SOURCE], question.proof is not None, question.walks)


def may_ask(connection: Connection, question: Question, *, secret: bytes, now: datetime) -> bool:
    """Whether this question would be looked at, counting nothing: to spare the company's own system the others."""
    standings = standings_of(connection, subjects_of(question, secret))
    return judge(standings, asking_of(question, secret), now).state != "paused"


def devices_of(connection: Connection, question: Question, secret: bytes) -> list[Found]:
    """The devices the serial may be: one, several that look alike, or one that is none."""
    found = find_device(connection, question.serials, question.skeletons, secret)
    if isinstance(found, Ambiguous):
        each = (find_device(connection, (serial,), (), secret) for serial in found.serials)
        return [one for one in each if isinstance(one, Found)]
    return [found or NOTHING]


def the_device_of(connection: Connection, question: Question, secret: bytes) -> int:
    """The one device of a serial; `NOBODY`: there is none, or there are several."""
    found = devices_of(connection, question, secret)
    return found[0].device if len(found) == 1 else NOBODY


def count(
    connection: Connection, question: Question, before: Standings, told: Told, *, secret: bytes, now: datetime
) -> Sequence[Alert]:
    """Count what was told, log it, and put down what staff must hear; what of it is new."""
    subjects, asking = subjects_of(question, secret), asking_of(question, secret)
    standings, raised = after(before, asking, told, now)
    keep_standings(connection, subjects, before, standings, now)
    if told != "paused" or not (before.network or before.person).refused:  # of many the first: else they fill the log
        log_look_up(
            connection,
            person=_hash("person", question.person, secret),
            network=_hash("network", question.network, secret) if question.network else b"",
            serial_key=key_of(question.serials[0], secret),
            outcome=_LOGGED[told],
            now=now,
        )
    return raise_alerts(connection, raised, {"begins": question.serials[0][:BEGINS]}, now)


def _subject(kind: str, value: str, secret: bytes) -> str:
    return f"{kind}:{_hash(kind, value, secret).hex()}"


def _hash(kind: str, value: str, secret: bytes) -> bytes:
    return key_of(f"{kind}\n{value}", secret)
