"""The database as the rest of the bot sees it: `write` through the one writer, `read` beside it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection, Engine, select, text
from sqlalchemy.exc import DBAPIError

from bot.logs import masked
from bot.ports import Unusable
from bot.storage.conversations import insert_once
from bot.storage.engine import open_engine
from bot.storage.migrate import migrate
from bot.storage.news import Heard, News
from bot.storage.tables import keys
from bot.storage.writer import StorageAway, Writer, is_away

T = TypeVar("T")
READERS = 3


class Store:
    """Opens and migrates the database. `close()` finishes what was handed over."""

    def __init__(self, url: str) -> None:
        self._engine = ready_engine(url)
        self._writer = Writer(self._engine)
        self._news: News | None = None
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="reader")

    @property
    def dialect(self) -> str:
        return self._engine.dialect.name

    async def write(self, write: Callable[[Connection], T]) -> T:
        """The result of a write, once it is durable. Raises `StorageAway`, or what the write raised."""
        return await self._writer.run(write)

    async def read(self, query: Callable[[Connection], T]) -> T:
        """The result of a query, off the event loop. Raises `StorageAway`, or what the query raised."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, query)

    async def claim(self, query: Callable[[Connection], T]) -> T:
        """The result of a query that takes rows for this process: written down where other processes look, too.

        Raises `StorageAway`, or what the query raised.
        """
        return await (self.write if self.dialect == "postgresql" else self.read)(query)

    def listen(self, heard: Heard) -> None:
        """Hear of what other processes store, from now until `close`: `heard` is called on this event loop."""
        if self.dialect == "postgresql":
            loop = asyncio.get_running_loop()
            url = self._engine.url.render_as_string(hide_password=False)
            self._news = News(url, lambda lane: _pass_on(loop, heard, lane))

    def secret(self, name: str) -> bytes:
        """A random key of 32 bytes, made at the first call ever and the same for all processes since."""
        with self._engine.begin() as connection:
            made = {"name": name, "value": secrets.token_bytes(32)}
            insert_once(connection, keys, made)
            return bytes(connection.execute(select(keys.c.value).where(keys.c.name == name)).scalar_one())

    def close(self) -> None:
        if self._news is not None:
            self._news.close()
        self._readers.shutdown()
        self._writer.close()
        self._engine.dispose()

    def _read(self, query: Callable[[Connection], T]) -> T:
        try:
            with self._engine.connect().execution_options(reading=True) as connection:
                return query(connection)
        except DBAPIError as error:
            if is_away(error):
                raise StorageAway("the database did not answer") from error
            raise


def ready_engine(url: str, revision: str = "head") -> Engine:
    """The database, at this version's schema (or at a revision). Raises `Unusable` with what to do."""
    engine = open_engine(url)
    try:
        migrate(engine, revision)
    except DBAPIError as error:
        said = str(error.orig).strip().splitlines()
        shown = masked(url)
        raise Unusable(
            f"the database {shown} can not be opened ({said[0] if said else 'no reason given'})"
            "; check [storage] url, and that the server runs and the folder can be written"
        ) from error
    return engine


def reading(url: str, query: Callable[[Connection], T]) -> T:
    """The result of one query on a database of which nothing else is wanted."""
    engine = ready_engine(url)
    try:
        with engine.connect().execution_options(reading=True) as connection:
            return query(connection)
    finally:
        engine.dispose()


def _pass_on(loop: asyncio.AbstractEventLoop, heard: Heard, lane: str | None) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(heard, lane)


def alive(connection: Connection) -> bool:
    """Whether the database answers."""
    return bool(connection.execute(text("SELECT 1")).scalar() == 1)
