"""How much has been asked of the registry: standings, the log of look-ups, alerts; and what is forgotten of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, delete, insert, select, update

from bot.storage.conversations import insert_once
from bot.storage.registry.tables import alerts, codes, holders, look_up_limits, look_ups
from handlers.rules.guard import Alert, Everyone, Identity, Series, Standings, Tries, from_json, to_json

KEPT = timedelta(days=30)
ALL = "all"  # the row that whoever counts has locked: behind it nobody waits for anybody else's rows

Logged = Literal["hit", "miss", "refused", "canary"]


@dataclass(frozen=True, slots=True)
class Subjects:
    """Whose standings one question concerns: names of rows, each with a keyed hash in it."""

    person: str
    network: str | None
    series: str
    serial: str

    def names(self) -> dict[str, str]:
        """The row of each part of `Standings`."""
        parts = {"person": self.person, "network": self.network, "series": self.series, "serial": self.serial}
        return {part: name for part, name in parts.items() if name is not None} | {"everyone": ALL}


_KINDS: dict[str, Any] = {
    "person": Identity, "network": Identity, "series": Series, "serial": Tries, "everyone": Everyone,
}  # fmt: skip


def standings_of(connection: Connection, subjects: Subjects) -> Standings:
    """How all who are concerned stand."""
    names = subjects.names()
    stored = _stored(connection, names.values())
    return Standings(**{part: from_json(_KINDS[part], stored.get(name)) for part, name in names.items()})


def locked_standings_of(connection: Connection, subjects: Subjects, now: datetime) -> Standings:
    """The same, and nobody else counts until this transaction ends: on SQLite nobody writes beside it anyway."""
    if connection.dialect.name == "postgresql":
        insert_once(connection, look_up_limits, {"subject": ALL, "standing": {}, "updated_at": now})
        mine = select(look_up_limits.c.subject).where(look_up_limits.c.subject == ALL)
        connection.execute(mine.with_for_update())
    return standings_of(connection, subjects)


def keep_standings(
    connection: Connection, subjects: Subjects, before: Standings, after: Standings, now: datetime
) -> None:
    """Store what changed."""
    for part, name in subjects.names().items():
        standing = getattr(after, part)
        if standing != getattr(before, part):
            _keep(connection, name, {"standing": to_json(standing), "updated_at": now})


def log_look_up(
    connection: Connection, *, person: bytes, network: bytes, serial_key: bytes, outcome: Logged, now: datetime
) -> None:
    """Note that somebody asked: who, for which serial and what came of it, all as keyed hashes."""
    row = {"asker": person, "network": network, "serial_key": serial_key, "outcome": outcome, "at": now}
    connection.execute(insert(look_ups).values(**row))


def raise_alerts(
    connection: Connection, raised: Iterable[Alert], detail: dict[str, Any], now: datetime
) -> Sequence[Alert]:
    """Put down what staff must hear of; those of it that are new."""
    fresh = []
    for alert in raised:
        row = {"key": alert.key, "kind": alert.kind, "detail": detail, "at": now}
        if insert_once(connection, alerts, row) is not None:
            fresh.append(alert)
    return fresh


def forget_look_ups(connection: Connection, now: datetime) -> None:
    """Drop what is older than thirty days, and what was proved for a while that is over."""
    before = now - KEPT
    connection.execute(delete(look_ups).where(look_ups.c.at < before))
    connection.execute(delete(look_up_limits).where(look_up_limits.c.updated_at < before))
    connection.execute(delete(codes).where(codes.c.sent_at < before))
    connection.execute(delete(holders).where(holders.c.until < now))


def _stored(connection: Connection, names: Collection[str]) -> dict[str, Any]:
    query = select(look_up_limits.c.subject, look_up_limits.c.standing).where(look_up_limits.c.subject.in_(names))
    return {row.subject: row.standing for row in connection.execute(query)}


def _keep(connection: Connection, name: str, values: dict[str, Any]) -> None:
    known = update(look_up_limits).where(look_up_limits.c.subject == name).values(**values)
    if not connection.execute(known).rowcount:
        connection.execute(insert(look_up_limits).values(subject=name, **values))
