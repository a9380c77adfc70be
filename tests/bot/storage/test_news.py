"""News between two processes on one database: told with the commit, not without it, and not to oneself."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from bot.hub import Hub
from bot.storage import Connection, news
from bot.storage.news import announce
from bot.storage.store import Store
from tests.fakes.postgres import Postgres
from tests.fakes.spine import until

LANE = "website:anna"


@pytest.fixture
def url(postgres: Postgres) -> Iterator[str]:
    with postgres.database() as url:
        yield url


def as_another(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write what another process would."""
    with monkeypatch.context() as patch:
        patch.setattr(news, "_OWN", "another")
        announce(connection, LANE)


@pytest.mark.server
async def test_a_commit_of_another_process_is_heard(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str | None] = []
    store = Store(url)
    store.listen(heard.append)
    await until(lambda: heard == [None])  # listening now
    await store.write(lambda connection: as_another(connection, monkeypatch))
    await until(lambda: LANE in heard)
    store.close()


@pytest.mark.server
async def test_nothing_is_heard_of_a_write_that_failed(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str | None] = []
    store = Store(url)
    store.listen(heard.append)
    await until(lambda: heard == [None])

    def failing(connection: Connection) -> None:
        as_another(connection, monkeypatch)
        raise LookupError("no")

    with pytest.raises(LookupError):
        await store.write(failing)
    await asyncio.sleep(0.3)
    assert heard == [None]
    store.close()


@pytest.mark.server
async def test_our_own_news_is_no_news(url: str) -> None:
    heard: list[str | None] = []
    store = Store(url)
    store.listen(heard.append)
    await until(lambda: heard == [None])
    await store.write(lambda connection: announce(connection, LANE))
    await asyncio.sleep(0.3)
    assert heard == [None]
    store.close()


async def test_sqlite_has_one_process_and_no_news(sqlite_store: Store) -> None:
    heard: list[str | None] = []
    sqlite_store.listen(heard.append)
    await sqlite_store.write(lambda connection: announce(connection, LANE))
    assert heard == []


def test_a_hub_that_hears_forgets_what_it_knew_and_tells_listeners_to_read() -> None:
    hub, told = Hub(), []
    hub.saw(LANE, 7)
    hub.listen(LANE, told.append)
    hub.heard(LANE)
    assert hub.last(LANE) is None
    hub.heard(None)
    assert told == [(), ()]
