"""Queries about agents: the people who answer customers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from bot.storage.conversations import insert_once
from bot.storage.tables import agents

NAME_LIMIT = 120


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody who answers customers."""

    id: int
    name: str
    telegram_id: int | None
    is_removed: bool


def add_agent(connection: Connection, name: str, telegram_id: int | None, now: datetime) -> Agent:
    """An agent from now on; one who is known by their Telegram account comes back, under this name."""
    values = {"name": name[:NAME_LIMIT], "telegram_id": telegram_id, "created_at": now, "removed_at": None}
    fresh = insert_once(connection, agents, values)
    if fresh is None:
        back = {"name": name[:NAME_LIMIT], "removed_at": None}
        connection.execute(update(agents).where(agents.c.telegram_id == telegram_id).values(**back))
        fresh = connection.execute(select(agents.c.id).where(agents.c.telegram_id == telegram_id)).scalar_one()
    return _agent(connection.execute(select(agents).where(agents.c.id == fresh)).one())


def know_agent(connection: Connection, name: str, telegram_id: int, now: datetime) -> Agent:
    """The agent with this Telegram account, made at first sight; one who was removed stays removed."""
    found = agent_of_telegram(connection, telegram_id)
    return found if found is not None else add_agent(connection, name, telegram_id, now)


def remove_agent(connection: Connection, number: int, now: datetime) -> bool:
    """They answer nobody from now on; what they wrote stays. False where there is no such agent."""
    there = (agents.c.id == number) & agents.c.removed_at.is_(None)
    return connection.execute(update(agents).where(there).values(removed_at=now)).rowcount == 1


def list_agents(connection: Connection) -> list[Agent]:
    """All who were not removed, in the order they came."""
    rows = connection.execute(select(agents).where(agents.c.removed_at.is_(None)).order_by(agents.c.id))
    return [_agent(row) for row in rows]


def agent_of_telegram(connection: Connection, telegram_id: int) -> Agent | None:
    """The agent with this Telegram account, removed or not."""
    row = connection.execute(select(agents).where(agents.c.telegram_id == telegram_id)).one_or_none()
    return None if row is None else _agent(row)


def agents_named(connection: Connection, name: str) -> list[Agent]:
    """Agents whose name is this one, or else begins with it; letters great or small."""
    wanted = " ".join(name.split()).casefold()
    everybody = list_agents(connection)
    exact = [agent for agent in everybody if agent.name.casefold() == wanted]
    return exact or [agent for agent in everybody if wanted and agent.name.casefold().startswith(wanted)]


def _agent(row: Row[Any]) -> Agent:
    return Agent(row.id, row.name, row.telegram_id, row.removed_at is not None)
