"""Where customers stand in troubleshooting flows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from bot.storage.tables import walks
from handlers.words import FlowMoved, WalkView
from knowledge_base.flows import Tried

VIEWS = 5
KEPT = timedelta(days=30)  # a walk nobody has gone on with for so long is not spoken of any more


def keep_walk(connection: Connection, conversation: int, moved: FlowMoved, now: datetime) -> None:
    """Note a step: of the walk through this flow that is not ended, else of a new one."""
    values: dict[str, Any] = {
        "walk": dict(moved.walk), "step": moved.step, "helped": moved.helped, "product": moved.product,
        "tried": [list(line) for line in moved.tried], "updated_at": now, "exit": moved.exit,
        "ended_at": None if moved.exit is None else now,
    }  # fmt: skip
    mine = (walks.c.conversation_id == conversation) & (walks.c.slug == moved.slug) & walks.c.ended_at.is_(None)
    if not connection.execute(update(walks).where(mine).values(**values)).rowcount:
        row = {"conversation_id": conversation, "slug": moved.slug, "started_at": now}
        connection.execute(insert(walks).values(**row, **values))


def walks_of(connection: Connection, conversation: int, now: datetime) -> tuple[WalkView, ...]:
    """The walks of a conversation that are not ended, the latest first."""
    mine = (walks.c.conversation_id == conversation) & walks.c.ended_at.is_(None) & (walks.c.updated_at > now - KEPT)
    query = select(walks.c.walk, walks.c.updated_at).where(mine).order_by(walks.c.updated_at.desc(), walks.c.id.desc())
    return tuple(WalkView(row.walk, row.updated_at) for row in connection.execute(query.limit(VIEWS)))


def tried_since(connection: Connection, conversation: int, since: datetime) -> list[tuple[str, Tried]]:
    """What was tried in all walks since then, the oldest first; of one thing the last result."""
    mine = (walks.c.conversation_id == conversation) & (walks.c.updated_at > since)
    rows = connection.execute(select(walks.c.tried).where(mine).order_by(walks.c.updated_at, walks.c.id))
    return list({what: (what, result) for row in rows for what, result in row.tried}.values())


def walk_figures(connection: Connection, now: datetime) -> list[Any]:
    """Per flow, product and step: how many walks were solved there, handed over there, left there.

    A walk nobody has gone on with for `KEPT` counts as left at its step.
    """
    at = func.coalesce(walks.c.helped, walks.c.step).label("at_step")
    how = func.coalesce(walks.c.exit, "left").label("how")
    done = walks.c.ended_at.is_not(None) | (walks.c.updated_at <= now - KEPT)
    columns = (walks.c.slug, walks.c.product, at, how)
    query = select(*columns, func.count().label("walks")).where(done).group_by(*columns).order_by(*columns)
    return list(connection.execute(query))
