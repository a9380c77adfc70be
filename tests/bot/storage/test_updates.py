"""Updates in the database: each once, in order, claimed where several processes look, forgotten in the end."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from bot.storage.store import Store
from bot.storage.tables import updates
from bot.storage.updates import (
    CLAIM,
    KEPT,
    KEPT_PARKED,
    Later,
    Received,
    forget_old,
    handled,
    park,
    store_updates,
    take,
    try_again,
    waiting_lanes,
)
from tests.bot.storage.rows import rows
from tests.fakes.clock import NOON

SECOND = timedelta(seconds=1)


def a_raw(update_id: int, text: str = "", album: str | None = None) -> dict[str, Any]:
    message = {"text": text or f"u{update_id}"} | ({"media_group_id": album} if album else {})
    return {"update_id": update_id, "message": message}


async def put(store: Store, *raws: dict[str, Any], lane: str = "7", bot: int = 1, after: timedelta = SECOND * 0) -> Any:
    received = [Received(raw, lane, NOON + after) for raw in raws]
    return await store.write(partial(store_updates, bot_id=bot, received=received, now=NOON))


async def taken(store: Store, lane: str = "7", now: Any = NOON, bot: int = 1, albums_from: Any = NOON) -> Any:
    query = partial(take, bot_id=bot, lane=lane, now=now, albums_from=albums_from)
    return await store.write(query)


async def texts(store: Store, **how: Any) -> list[str]:
    found = await taken(store, **how)
    return [one.raw["message"]["text"] for one in found or ()]


async def test_each_update_of_a_bot_is_stored_once(store: Store) -> None:
    assert await put(store, a_raw(1), a_raw(2), a_raw(1)) == ["7", "7"]
    assert await put(store, a_raw(2), a_raw(3), lane="8") == ["8"]
    assert await put(store, a_raw(1), bot=2) == ["7"]
    assert [(row.bot_id, row.update_id, row.lane) for row in await rows(store, updates)] == [
        (1, 1, "7"), (1, 2, "7"), (1, 3, "8"), (2, 1, "7"),
    ]  # fmt: skip


async def test_what_telegram_wrote_is_kept_to_the_letter(store: Store) -> None:
    """Also what no version of a framework knows yet; of what no database takes, a question mark stays."""
    raw = {"update_id": 2**52, "new_kind": {"a": [1, 2.5, None, True, "тест \u0000 🐈 یخچال"]}}
    await put(store, raw)
    await put(store, {"update_id": 5, "message": {"text": "half \ud83d"}}, lane="8")
    assert [row.payload for row in await rows(store, updates)] == [
        raw, {"update_id": 5, "message": {"text": "half ?"}},
    ]  # fmt: skip


async def test_a_lane_gives_its_lowest_number_first_however_they_came(store: Store) -> None:
    await put(store, a_raw(9), a_raw(7))
    await put(store, a_raw(8))
    seen = []
    while found := await taken(store, now=NOON + 9 * CLAIM * len(seen)):
        seen += [one.raw["update_id"] for one in found]
        await store.write(partial(handled, ids=[one.id for one in found], now=NOON))
    assert seen == [7, 8, 9]


async def test_an_album_comes_whole_and_only_when_all_of_it_rests(store: Store) -> None:
    await put(store, a_raw(1, album="a"))
    await put(store, a_raw(2, album="a"), after=SECOND)
    await put(store, a_raw(3, "text behind"))
    assert await taken(store) == Later(NOON + SECOND)
    assert await taken(store, now=NOON + SECOND, albums_from=NOON + 2 * SECOND) == Later(NOON + 2 * SECOND)
    assert await texts(store, now=NOON + 2 * SECOND, albums_from=NOON + 2 * SECOND) == ["u1", "u2"]


async def test_two_albums_in_a_row_stay_two(store: Store) -> None:
    await put(store, a_raw(1, album="a"), a_raw(2, album="a"), a_raw(3, album="b"))
    assert await texts(store) == ["u1", "u2"]


async def test_lanes_with_work_are_found_and_those_that_wait_are_not(store: Store) -> None:
    await put(store, a_raw(1), lane="now")
    await put(store, a_raw(2), lane="later", after=SECOND)
    await put(store, a_raw(3), lane="done")
    await put(store, a_raw(4), lane="other", bot=2)
    done = await taken(store, lane="done")
    await store.write(partial(handled, ids=[one.id for one in done], now=NOON))
    assert await store.read(partial(waiting_lanes, bot_id=1, now=NOON)) == ["now"]
    assert set(await store.read(partial(waiting_lanes, bot_id=1, now=NOON + SECOND))) == {"now", "later"}


async def test_a_failed_one_holds_its_lane_until_its_next_try_and_a_parked_one_does_not(store: Store) -> None:
    await put(store, a_raw(1), a_raw(2))
    (first,) = await taken(store)
    await store.write(partial(try_again, ids=[first.id], at=NOON + SECOND))
    assert await taken(store) == Later(NOON + SECOND)
    (again,) = await taken(store, now=NOON + SECOND)
    assert (again.id, again.attempts) == (first.id, 1)
    await store.write(partial(park, ids=[first.id], error="KeyError" + "x" * 100, now=NOON))
    assert await texts(store, now=NOON + 2 * CLAIM) == ["u2"]
    row = (await rows(store, updates))[0]
    assert (row.attempts, row.parked[:9], row.handled_at) == (2, "KeyErrorx", NOON)


@pytest.mark.server
async def test_what_one_process_took_another_leaves_alone(postgresql_store: Store) -> None:
    await put(postgresql_store, a_raw(1), a_raw(2))
    assert await texts(postgresql_store) == ["u1"]
    assert await taken(postgresql_store) == Later(NOON + CLAIM)
    assert await texts(postgresql_store, now=NOON + CLAIM) == ["u1"]  # that process died


async def test_old_ones_are_forgotten_but_not_what_waits(store: Store) -> None:
    await put(store, a_raw(1), lane="old")
    await put(store, a_raw(2), lane="parked")
    await put(store, a_raw(3), lane="waits")
    await put(store, a_raw(4), lane="other", bot=2)
    for lane, bot in (("old", 1), ("other", 2)):
        await store.write(partial(handled, ids=[one.id for one in await taken(store, lane, bot=bot)], now=NOON))
    found = await taken(store, "parked")
    await store.write(partial(park, ids=[found[0].id], error="KeyError", now=NOON))

    async def forget(now: Any) -> int:
        return await store.write(partial(forget_old, bot_id=1, now=now))

    assert await forget(NOON + KEPT) == 0
    assert await forget(NOON + KEPT + SECOND) == 1
    assert await forget(NOON + KEPT_PARKED + SECOND) == 1
    assert [row.lane for row in await rows(store, updates)] == ["waits", "other"]
