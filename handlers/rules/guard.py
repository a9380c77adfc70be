"""How much may be asked of the records, and what is still told while somebody guesses serials.

Four layers: a person, a network, serials that begin alike, and all strangers together. What an answer costs depends on
what was told, never on what was found: else the limits would tell what the answers hide. Who has proved that a device
is theirs is no stranger: no limit counts it, and no closing keeps it out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

# "own": to who had proved it before. "quiet": nothing, but not because of what was found: a code is on its way, say.
Told = Literal["own", "proved", "hit", "miss", "canary", "quiet", "closed", "paused"]
State = Literal["open", "closed", "paused"]
# Asked for what nobody owns; step by step; many at one series; from everywhere at once; too many misses; guessed proofs
# of one serial; one source that does not stop.
AlertKind = Literal["canary", "walk", "series", "rush", "misses", "proofs", "hammering"]

MINUTE, HOUR, DAY = 60, 3600, 86400  # seconds
HIT, MISS = 1, 2  # what an answer costs whoever asked
PAUSE = 10 * MINUTE  # the first one; each further one within a day is twice as long
HAMMERING = 10  # questions while paused that make the pause longer
PAUSES_TOLD = 3  # within a day, then staff hear of it
SERIES_SOURCES, SERIES_WINDOW, SERIES_BLOCK = 5, 10 * MINUTE, HOUR
RUSH_SOURCES, RUSH_WINDOW, RUSH_CLOSED = 6, 10, 10 * MINUTE
HOURLY = 200 * MISS  # of all strangers together
NEWCOMERS = MINUTE  # while closed, one stranger this often is served who asks for the first time
# For one serial, whoever tries: level 0 learns the month of the end, and with it the month of the purchase.
WRONG_PROOFS, PROOFS_WINDOW = 5, 30 * DAY


@dataclass(frozen=True, slots=True)
class Measure:
    """How much one identity may ask."""

    short: int  # cost within ten minutes
    day: int
    misses: int  # in a row, then it pauses


PERSON = Measure(short=5, day=20, misses=3)
NETWORK = Measure(short=8, day=40, misses=6)  # a few people behind one address


@dataclass(frozen=True, slots=True)
class Identity:
    """A person, or a network. Moments are seconds since 1970."""

    spent: tuple[tuple[int, int], ...] = ()  # when and how much, within the last day
    misses: int = 0  # in a row
    pauses: int = 0  # taken so far; a day without one forgets them
    until: int = 0  # it pauses
    refused: int = 0  # questions within the pause


@dataclass(frozen=True, slots=True)
class Series:
    """Serials that begin alike."""

    sources: tuple[tuple[str, int], ...] = ()  # who asked last when, each once
    blocks: int = 0
    until: int = 0  # it is blocked


@dataclass(frozen=True, slots=True)
class Tries:
    """A serial, known or not: when somebody gave a wrong proof for it."""

    wrong: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Everyone:
    """All strangers together."""

    minutes: tuple[tuple[int, int], ...] = ()  # which minute cost how much, within the last hour
    sources: tuple[tuple[str, int], ...] = ()  # who asked last when, each once
    until: int = 0  # closed
    newcomer: int = 0  # when one was last let in while closed, or when it closed


@dataclass(frozen=True, slots=True)
class Standings:
    """How much all who are concerned by one question have asked of late. `network` None: the channel has none."""

    person: Identity = Identity()
    network: Identity | None = None
    series: Series = Series()
    serial: Tries = Tries()
    everyone: Everyone = Everyone()


@dataclass(frozen=True, slots=True)
class Asking:
    """A question. `source`: who asks, the network where there is one, as a short hash. `walks`: it is one step
    further in a row of serials from the same source."""

    source: str
    has_proof: bool = False
    walks: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """`open`: what level 0 may see is told. `closed`: nothing, but to who proves more. `paused`: nothing, until then.

    `may_prove`: a proof is looked at.
    """

    state: State
    may_prove: bool = True
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """What staff must hear, once per key: one of a kind within an hour."""

    kind: AlertKind
    key: str


def judge(standings: Standings, asking: Asking, now: datetime) -> Judgement:
    """What this question may learn, before anybody looks what the answer is."""
    at = int(now.timestamp())
    identities = [(standings.person, PERSON)]
    if standings.network is not None:
        identities.append((standings.network, NETWORK))
    free = max(_free(identity, measure, at) for identity, measure in identities)
    if free > at:
        return Judgement("paused", may_prove=False, until=datetime.fromtimestamp(free, UTC))
    may_prove = len(_recent(standings.serial.wrong, at - PROOFS_WINDOW)) < WRONG_PROOFS
    if asking.walks or _is_blocked(standings.series, at):
        return Judgement("closed", may_prove)
    if _is_closed(standings.everyone, at) and (asking.has_proof or not _is_newcomer(standings, at)):
        return Judgement("closed", may_prove)
    return Judgement("open", may_prove)


def after(standings: Standings, asking: Asking, told: Told, now: datetime) -> tuple[Standings, tuple[Alert, ...]]:
    """How all stand once this was told, and what staff must hear of it."""
    at = int(now.timestamp())
    if told == "own":
        return standings, ()
    person, network = standings.person, standings.network
    # Sessions are free: while a network is refused, none of its persons is remembered.
    if network is None or told not in ("closed", "paused"):
        person = _charged(person, PERSON, told, at)
    if network is not None:
        network = _charged(network, NETWORK, told, at)
    series, everyone = standings.series, standings.everyone
    if told not in ("proved", "quiet", "paused") and (told != "closed" or asking.walks or _is_blocked(series, at)):
        series = _series_after(series, asking, at)
    if told not in ("proved", "quiet"):
        everyone = _everyone_after(everyone, asking, told, at)
    serial = standings.serial
    if asking.has_proof and told in ("miss", "canary", "hit"):
        serial = Tries((*_recent(serial.wrong, at - PROOFS_WINDOW), at)[-WRONG_PROOFS:])
    changed = Standings(person, network, series, serial, everyone)
    return changed, tuple(_alerts(standings, changed, told, asking, at))


def _free(identity: Identity, measure: Measure, at: int) -> int:
    """From when on this identity may ask."""
    short, day = _free_of(identity.spent, measure.short, PAUSE), _free_of(identity.spent, measure.day, DAY)
    return max(identity.until, short, day, at)


def _free_of(spent: tuple[tuple[int, int], ...], limit: int, window: int) -> int:
    """When less than `limit` was spent within a window: the moment the one that filled it is forgotten."""
    total = 0
    for moment, cost in reversed(spent):
        total += cost
        if total >= limit:
            return moment + window
    return 0


def _charged(identity: Identity, measure: Measure, told: Told, at: int) -> Identity:
    if told == "paused":
        return _hammering(identity, at)
    cost = MISS if told in ("miss", "canary") else HIT
    spent = tuple(one for one in identity.spent if one[0] > at - DAY)
    misses = identity.misses + 1 if told in ("miss", "canary") else 0 if told in ("hit", "proved") else identity.misses
    charged = replace(identity, spent=(*spent, (at, cost))[-measure.day :], misses=misses, refused=0)
    return _paused(charged, at) if misses >= measure.misses or told == "canary" else charged


def _hammering(identity: Identity, at: int) -> Identity:
    refused = identity.refused + 1
    return replace(identity, refused=refused) if refused < HAMMERING else _paused(identity, at)


def _paused(identity: Identity, at: int) -> Identity:
    pauses = 0 if at - identity.until > DAY else identity.pauses
    length = min(PAUSE * 2**pauses, DAY)
    return replace(identity, misses=0, refused=0, pauses=min(pauses + 1, 10), until=max(identity.until, at + length))


def _series_after(series: Series, asking: Asking, at: int) -> Series:
    sources = _seen(series.sources, asking.source, at, SERIES_WINDOW, SERIES_SOURCES)
    if series.until > at or not (asking.walks or len(sources) >= SERIES_SOURCES):
        return replace(series, sources=sources)
    blocks = 0 if at - series.until > DAY else series.blocks
    until = at + min(SERIES_BLOCK * 2**blocks, DAY)
    return Series(sources, min(blocks + 1, 10), until)


def _everyone_after(everyone: Everyone, asking: Asking, told: Told, at: int) -> Everyone:
    was_closed = _is_closed(everyone, at)
    sources = _seen(everyone.sources, asking.source, at, RUSH_WINDOW, RUSH_SOURCES)
    minutes = everyone.minutes
    if told in ("hit", "miss", "canary"):
        minutes = _spent_by_all(minutes, HIT if told == "hit" else MISS, at)
    until = at + RUSH_CLOSED if len(sources) >= RUSH_SOURCES else everyone.until
    changed = replace(everyone, minutes=minutes, sources=sources, until=until)
    let_in = was_closed and told in ("hit", "miss", "canary") and not asking.has_proof
    return replace(changed, newcomer=at) if let_in or (not was_closed and _is_closed(changed, at)) else changed


def _spent_by_all(minutes: tuple[tuple[int, int], ...], cost: int, at: int) -> tuple[tuple[int, int], ...]:
    this = at // MINUTE
    kept = tuple(one for one in minutes if one[0] > this - 60)
    if kept and kept[-1][0] == this:
        return (*kept[:-1], (this, kept[-1][1] + cost))
    return (*kept, (this, cost))


def _seen(
    sources: tuple[tuple[str, int], ...], source: str, at: int, window: int, most: int
) -> tuple[tuple[str, int], ...]:
    """Those who asked within the window, each once, the last `most` of them."""
    others = (one for one in sources if one[0] != source and one[1] > at - window)
    return (*others, (source, at))[-most:]


def _is_blocked(series: Series, at: int) -> bool:
    return series.until > at or sum(one[1] > at - SERIES_WINDOW for one in series.sources) >= SERIES_SOURCES


def _is_closed(everyone: Everyone, at: int) -> bool:
    hour = sum(cost for minute, cost in everyone.minutes if minute > at // MINUTE - 60)
    return everyone.until > at or hour >= HOURLY


def _is_newcomer(standings: Standings, at: int) -> bool:
    """Whether this may be the one stranger of the minute: nobody has seen them within a day."""
    source = standings.network if standings.network is not None else standings.person
    is_new = not any(moment > at - DAY for moment, _ in source.spent) and source.until < at - DAY
    return is_new and at - standings.everyone.newcomer >= NEWCOMERS


def _recent(moments: Iterable[int], since: int) -> tuple[int, ...]:
    return tuple(moment for moment in moments if moment > since)


def _alerts(before: Standings, now: Standings, told: Told, asking: Asking, at: int) -> Iterator[Alert]:
    for kind in _alarms(before, now, told, asking, at):
        yield Alert(kind, f"{kind}:{at // HOUR}")


def _alarms(before: Standings, now: Standings, told: Told, asking: Asking, at: int) -> Iterator[AlertKind]:
    if told == "canary":
        yield "canary"
    if now.series.until > before.series.until:
        yield "walk" if asking.walks else "series"
    if _is_closed(now.everyone, at) and not _is_closed(before.everyone, at):
        yield "rush" if now.everyone.until > at else "misses"
    if len(now.serial.wrong) >= WRONG_PROOFS > len(_recent(before.serial.wrong, at - PROOFS_WINDOW)):
        yield "proofs"
    if _pauses(now) >= PAUSES_TOLD > _pauses(before):
        yield "hammering"


def _pauses(standings: Standings) -> int:
    return (standings.network or standings.person).pauses


def to_json(standing: Identity | Series | Tries | Everyone) -> dict[str, Any]:
    """A standing as JSON keeps it: what is as at first is left out."""
    first = type(standing)()
    return {name: value for name in standing.__slots__ if (value := getattr(standing, name)) != getattr(first, name)}


def from_json(kind: type[Any], stored: dict[str, Any] | None) -> Any:
    """The standing again: JSON knows no tuples."""
    return kind(**{name: _tuples(value) for name, value in (stored or {}).items()})


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
