"""Of several processes one has the lease: else everything would be posted twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.storage.lease import LENGTH, Lease
from bot.storage.store import Store
from tests.fakes.clock import NOON

SECOND = timedelta(seconds=1)


async def test_where_there_is_one_process_it_has_it(sqlite_store: Store) -> None:
    assert await Lease(sqlite_store, "desk").hold(NOON)
    assert await Lease(sqlite_store, "desk").hold(NOON)


@pytest.mark.server
async def test_one_has_it_as_long_as_it_renews_it(postgresql_store: Store) -> None:
    first, second = Lease(postgresql_store, "desk"), Lease(postgresql_store, "desk")
    now = NOON
    for _ in range(100):
        assert await first.hold(now)
        assert not await second.hold(now + SECOND)
        now += 10 * SECOND
    assert not await second.hold(now)
    assert await second.hold(now + LENGTH)  # the first is gone
    assert not await first.hold(now + LENGTH + SECOND)


@pytest.mark.server
async def test_who_lets_go_makes_room_at_once(postgresql_store: Store) -> None:
    first, second = Lease(postgresql_store, "desk"), Lease(postgresql_store, "desk")
    assert await first.hold(NOON)
    assert await Lease(postgresql_store, "another").hold(NOON)
    await first.let_go(NOON + SECOND)
    assert await second.hold(NOON + SECOND)
    assert not await first.hold(NOON + 2 * SECOND)
    await first.let_go(NOON + 3 * SECOND)  # it has none: nothing happens to the second's
    assert not await first.hold(NOON + 4 * SECOND)
