"""The one writer: many writes, one transaction, one commit.

A caller hands over its write as a function of a connection and awaits the result, which comes back only after
the commit. The functions waiting at one moment run in one transaction. The group first runs without savepoints;
when one of them raises, everything is rolled back and the group runs again with a savepoint each, so that the one
that fails spoils no other. A write must therefore be repeatable: it reads, writes and returns values, nothing else.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

T = TypeVar("T")
Write = Callable[[Connection], T]

GROUP = 256  # writes per commit at most
WAITING = 10_000  # writes in the queue at most: beyond it the caller is told at once
PATIENCE_S = 10.0  # how long a group is tried again while the database is away
CLOSING_S = 1.0  # the same, once the bot is stopping

log = structlog.get_logger()


class StorageAway(Exception):
    """The database did not answer in time; nothing of this write was stored. Try again later."""


def is_away(error: DBAPIError) -> bool:
    """Whether an error says that the database is away or busy, and not that a statement is wrong."""
    if isinstance(error.orig, sqlite3.Error) and error.orig.sqlite_errorcode & 0xFF == sqlite3.SQLITE_ERROR:
        return False  # SQLite's word for a wrong statement; the driver makes an OperationalError of it
    return isinstance(error, (OperationalError, InterfaceError))


@dataclass(slots=True)
class _Job:
    write: Write[Any]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None


class Writer:
    """Runs writes in a thread of its own. `close()` finishes what was handed over."""

    def __init__(self, engine: Engine, *, patience: float = PATIENCE_S) -> None:
        self._engine = engine
        self._patience = patience
        self._jobs: queue.Queue[_Job | None] = queue.Queue(WAITING)
        self._closed = False
        self._handing_over = threading.Lock()  # nothing may come behind the mark that ends the queue
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
        self._thread.start()

    async def run(self, write: Write[T]) -> T:
        """The result of `write`, once it is durable.

        Raises what `write` raised, or `StorageAway` when the database or the queue can not take it.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        with self._handing_over:
            if self._closed:
                raise StorageAway("the database is closed")
            try:
                self._jobs.put_nowait(_Job(write, loop, future))
            except queue.Full:
                raise StorageAway("too many writes are waiting") from None
        return await future

    def close(self) -> None:
        """Finish every write handed over before this call, then end the thread."""
        with self._handing_over:
            closing, self._closed = not self._closed, True
            self._patience = min(self._patience, CLOSING_S)
        if closing:
            self._jobs.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            group = [job]
            last = False
            while len(group) < GROUP:
                try:
                    following = self._jobs.get_nowait()
                except queue.Empty:
                    break
                if following is None:
                    last = True
                    break
                group.append(following)
            self._commit_with_patience(group)
            _tell(group)
            if last:
                return

    def _commit_with_patience(self, group: list[_Job]) -> None:
        started = time.monotonic()
        pause = 0.02
        while True:
            try:
                return _commit(self._engine, group)
            except Exception as error:
                if not (isinstance(error, DBAPIError) and is_away(error)):  # a damaged file: no use in trying again
                    return _fail(group, error, error)
                if time.monotonic() - started > self._patience:
                    return _fail(group, error, StorageAway("the database did not answer"))
            time.sleep(pause)
            pause = min(pause * 2, 1.0)


def _fail(group: list[_Job], cause: Exception, told: Exception) -> None:
    log.error("commit_failed", action="write", error=type(cause).__name__, writes=len(group))
    for job in group:
        job.error = told


def _commit(engine: Engine, group: list[_Job]) -> None:
    """Commit the group. Raises only what concerns all of it: the database being away or broken."""
    for job in group:
        job.result = job.error = None
    try:
        with engine.begin() as connection:
            for job in group:
                job.result = job.write(connection)
        return
    except Exception as error:
        if isinstance(error, DBAPIError) and is_away(error):
            raise
        if len(group) == 1:
            group[0].error = error
            return
    with engine.begin() as connection:
        for job in group:
            _run_in_savepoint(connection, job)


def _run_in_savepoint(connection: Connection, job: _Job) -> None:
    try:
        with connection.begin_nested():
            job.result = job.write(connection)
    except Exception as error:
        if isinstance(error, DBAPIError) and is_away(error):
            raise
        job.error = error


def _tell(group: list[_Job]) -> None:
    """Hand results to the event loops, one call per loop: a wake-up costs more than a result."""
    by_loop: dict[asyncio.AbstractEventLoop, list[_Job]] = {}
    for job in group:
        by_loop.setdefault(job.loop, []).append(job)
    for loop, jobs in by_loop.items():
        with contextlib.suppress(RuntimeError):  # that loop is closed: nobody waits for the result any more
            loop.call_soon_threadsafe(_resolve, jobs)


def _resolve(jobs: list[_Job]) -> None:
    for job in jobs:
        if job.future.done():  # the caller went away; the write stands all the same
            continue
        if job.error is not None:
            job.future.set_exception(job.error)
        else:
            job.future.set_result(job.result)
