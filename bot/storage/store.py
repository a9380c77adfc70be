"""The database as the rest of the bot sees it: `write` through the one writer, `read` beside it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar, cast

from sqlalchemy import Connection, Table, select, text

from bot.storage.conversations import insert_once
from bot.storage.engine import open_engine
from bot.storage.migrate import migrate
from bot.storage.tables import Secret
from bot.storage.writer import Writer

T = TypeVar("T")
READERS = 3


class Store:
    """Opens and migrates the database. `close()` finishes what was handed over."""

    def __init__(self, url: str) -> None:
        self._engine = open_engine(url)
        migrate(self._engine)
        self._writer = Writer(self._engine)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="reader")

    @property
    def dialect(self) -> str:
        return self._engine.dialect.name

    async def write(self, write: Callable[[Connection], T]) -> T:
        """The result of a write, once it is durable. Raises `StorageAway`, or what the write raised."""
        return await self._writer.run(write)

    async def read(self, query: Callable[[Connection], T]) -> T:
        """The result of a query, off the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, query)

    def secret(self, name: str) -> bytes:
        """A random key of 32 bytes, made at the first call ever and the same for all processes since."""
        table = cast(Table, Secret.__table__)
        with self._engine.begin() as connection:
            made = {"name": name, "value": secrets.token_bytes(32)}
            connection.execute(insert_once(connection, table), made)
            return bytes(connection.execute(select(table.c.value).where(table.c.name == name)).scalar_one())

    def close(self) -> None:
        self._readers.shutdown()
        self._writer.close()
        self._engine.dispose()

    def _read(self, query: Callable[[Connection], T]) -> T:
        with self._engine.connect().execution_options(reading=True) as connection:
            return query(connection)


def reading(url: str, query: Callable[[Connection], T]) -> T:
    """The result of one query on a database of which nothing else is wanted."""
    engine = open_engine(url)
    try:
        migrate(engine)
        with engine.connect().execution_options(reading=True) as connection:
            return query(connection)
    finally:
        engine.dispose()


def alive(connection: Connection) -> bool:
    """Whether the database answers."""
    return bool(connection.execute(text("SELECT 1")).scalar() == 1)
