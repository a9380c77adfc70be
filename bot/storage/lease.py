"""A lease: of several processes on one PostgreSQL one does a piece of work, and another takes over when it is gone."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection, update

from bot.storage.conversations import insert_once
from bot.storage.store import Store
from bot.storage.tables import reminders

LENGTH = timedelta(seconds=30)  # after a crash nobody works for so long
RENEWED = timedelta(seconds=20)  # left of it when it is renewed


class Lease:
    """Held for a while at a time. The moment it ends tells whose it is: nobody else wrote the same one."""

    def __init__(self, store: Store, name: str) -> None:
        self._store, self._key = store, f"lease:{name}"
        self._until: datetime | None = None

    async def hold(self, now: datetime) -> bool:
        """Whether this process has it; on SQLite there is no other. Raises `StorageAway`."""
        if self._store.dialect != "postgresql":
            return True
        if self._until is None or self._until - now < RENEWED:
            until = now + LENGTH
            has = await self._store.write(partial(_take, key=self._key, mine=self._until, until=until, now=now))
            self._until = until if has else None
        return self._until is not None

    async def let_go(self, now: datetime) -> None:
        """Another may have it at once. Raises `StorageAway`."""
        if self._until is not None:
            await self._store.write(partial(_take, key=self._key, mine=self._until, until=now, now=now))
            self._until = None


def _take(connection: Connection, key: str, mine: datetime | None, until: datetime, now: datetime) -> bool:
    if insert_once(connection, reminders, {"key": key, "told_at": until}) is not None:
        return True
    free = (
        (reminders.c.told_at <= now) if mine is None else (reminders.c.told_at <= now) | (reminders.c.told_at == mine)
    )
    taken = update(reminders).where(reminders.c.key == key, free).values(told_at=until)
    return connection.execute(taken).rowcount == 1
