"""What every test shares: one thread for BLAS, derandomised Hypothesis, and a database of each kind."""

from __future__ import annotations

import os

# Before numpy loads: BLAS with several threads is many times slower on a busy machine.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bot.storage.store import Store
from tests.fakes.clock import Clock
from tests.fakes.postgres import Postgres, postgres_server

settings.register_profile("ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ci")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL for the whole run."""
    with postgres_server() as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.server)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/aftercare.db"
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.database() as url:
        yield url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A migrated database of each kind, closed at the end."""
    opened = Store(database_url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Store]:
    """A migrated SQLite database, where the kind makes no difference."""
    opened = Store(f"sqlite:///{tmp_path}/aftercare.db")
    yield opened
    opened.close()


@pytest.fixture
def postgresql_store(postgres: Postgres) -> Iterator[Store]:
    """A migrated PostgreSQL database, for what several processes do to each other. Mark the test as `server`."""
    with postgres.database() as url:
        opened = Store(url)
        yield opened
        opened.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()
