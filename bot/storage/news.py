"""News between processes on one PostgreSQL: which lane has new messages. On SQLite there is one process and no news.

A note only saves time, as the hub does: whoever missed one reads by number. It travels with the commit of the write.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url

if TYPE_CHECKING:
    import psycopg

CHANNEL = "aftercare_news"
PAUSE_S = 1.0  # between attempts to listen again
CHECK_S = 0.5  # how often the thread looks whether it shall end

Heard = Callable[[str | None], None]  # a lane; None: some may have been missed, look at all

_OWN = secrets.token_hex(8)  # marks what this process wrote itself: its hub has told it already

log = structlog.get_logger()


def announce(connection: Connection, lane: str) -> None:
    """Tell the other processes, if and when this transaction commits."""
    if connection.dialect.name == "postgresql":
        note = {"channel": CHANNEL, "note": f"{_OWN} {lane}"}
        connection.execute(text("SELECT pg_notify(:channel, :note)"), note)


class News:
    """Listens in a thread from now until `close`, and listens again after every loss of the line."""

    def __init__(self, url: str, heard: Heard) -> None:
        self._url = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._heard = heard
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._work, name="news", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread."""
        self._closing.set()
        self._thread.join()

    def _work(self) -> None:
        import psycopg  # here: on SQLite nobody needs it

        while not self._closing.is_set():
            try:
                with psycopg.connect(self._url, autocommit=True, connect_timeout=5) as line:
                    line.execute(f"LISTEN {CHANNEL}")
                    self._heard(None)
                    self._listen(line)
            except psycopg.Error as error:
                log.warning("news_lost", action="news", error=type(error).__name__)
                self._closing.wait(PAUSE_S)

    def _listen(self, line: psycopg.Connection) -> None:
        while not self._closing.is_set():
            for note in line.notifies(timeout=CHECK_S):
                writer, _, lane = note.payload.partition(" ")
                if writer != _OWN:
                    self._heard(lane)
