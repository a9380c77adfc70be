"""Queries of alerts: what staff must hear of people who guess serials."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select, update

from bot.storage.registry.tables import alerts, look_ups

PAGE = 20  # told together
BEFORE = timedelta(hours=1)  # what was asked within it is counted


@dataclass(frozen=True, slots=True)
class Alert:
    """Something staff must hear of, with what was asked in the hour before it."""

    id: int
    kind: str
    at: datetime
    asked: int  # questions
    askers: int  # people, or windows of a browser
    missed: int  # questions about serials that our records do not know


def untold(connection: Connection) -> list[Alert]:
    """What nobody was told yet, the oldest first."""
    query = select(alerts).where(alerts.c.told_at.is_(None)).order_by(alerts.c.id).limit(PAGE)
    return [_counted(connection, row.id, row.kind, row.at) for row in connection.execute(query).all()]


def alert_told(connection: Connection, number: int, now: datetime) -> None:
    """Staff has it in front of them."""
    connection.execute(update(alerts).where(alerts.c.id == number).values(told_at=now))


def count_untold(connection: Connection, *, since: datetime) -> int:
    """How many of the alerts since then nobody was told."""
    fresh = select(func.count()).select_from(alerts).where(alerts.c.told_at.is_(None), alerts.c.at > since)
    return int(connection.execute(fresh).scalar_one())


def _counted(connection: Connection, number: int, kind: str, at: datetime) -> Alert:
    hour = (look_ups.c.at > at - BEFORE) & (look_ups.c.at <= at)
    asked = select(func.count(), func.count(look_ups.c.asker.distinct())).where(hour)
    missed = select(func.count()).select_from(look_ups).where(hour, look_ups.c.outcome.in_(("miss", "canary")))
    return Alert(number, kind, at, *connection.execute(asked).one(), connection.execute(missed).scalar_one())
