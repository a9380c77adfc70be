"""Where customers stand in flows: one walk a flow, the latest first, nothing tried is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from bot.storage.conversations import ensure_conversation
from bot.storage.store import Store
from bot.storage.walks import KEPT, keep_walk, tried_since, walk_figures, walks_of
from handlers.words import FlowMoved

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)
RESET = FlowMoved("laptop-dead", {"step": "look"}, "look", (("Reset", "did_not_help"),), product="laptop")


async def talk_in(store: Store) -> int:
    return await store.write(partial(ensure_conversation, channel="website", address="visitor", now=NOON))


async def moved(store: Store, talk: int, step: FlowMoved, now: datetime) -> None:
    await store.write(partial(keep_walk, conversation=talk, moved=step, now=now))


async def test_a_walk_is_one_row_until_it_ends(store: Store) -> None:
    talk = await talk_in(store)
    await moved(store, talk, replace(RESET, step="reset", tried=()), NOON)
    await moved(store, talk, RESET, NOON + DAY)
    await moved(store, talk, replace(RESET, slug="wifi"), NOON)
    found = await store.read(partial(walks_of, conversation=talk, now=NOON + 2 * DAY))
    assert [(view.walk, view.at) for view in found] == [(RESET.walk, NOON + DAY), (RESET.walk, NOON)]
    await moved(store, talk, replace(RESET, step="solved", helped="reset", exit="solved"), NOON + DAY)
    assert len(await store.read(partial(walks_of, conversation=talk, now=NOON + 2 * DAY))) == 1
    await moved(store, talk, RESET, NOON + 3 * DAY)
    assert len(await store.read(partial(walks_of, conversation=talk, now=NOON + 3 * DAY))) == 2


async def test_a_walk_of_long_ago_is_not_spoken_of(store: Store) -> None:
    talk = await talk_in(store)
    await moved(store, talk, RESET, NOON)
    assert await store.read(partial(walks_of, conversation=talk, now=NOON + KEPT - DAY))
    assert not await store.read(partial(walks_of, conversation=talk, now=NOON + KEPT))


async def test_what_was_tried_in_all_walks_is_told_once_with_its_last_result(store: Store) -> None:
    talk = await talk_in(store)
    await moved(store, talk, RESET, NOON)
    more = (("Reset", "helped"), ("Cable changed", "not_possible"))
    await moved(store, talk, replace(RESET, slug="wifi", tried=more), NOON + DAY)
    assert await store.read(partial(tried_since, conversation=talk, since=NOON - DAY)) == [
        ("Reset", "helped"), ("Cable changed", "not_possible"),
    ]  # fmt: skip
    assert await store.read(partial(tried_since, conversation=talk, since=NOON + DAY)) == []


async def test_the_figures_say_where_walks_were_solved_and_where_they_were_left(store: Store) -> None:
    talk = await talk_in(store)
    await moved(store, talk, replace(RESET, step="solved", helped="reset", exit="solved"), NOON)
    await moved(store, talk, replace(RESET, step="broken", exit="ticket"), NOON)
    await moved(store, talk, RESET, NOON)
    figures = [tuple(row) for row in await store.read(partial(walk_figures, now=NOON + DAY))]
    assert figures == [
        ("laptop-dead", "laptop", "broken", "ticket", 1),
        ("laptop-dead", "laptop", "reset", "solved", 1),
    ]
    later = [tuple(row) for row in await store.read(partial(walk_figures, now=NOON + KEPT))]
    assert ("laptop-dead", "laptop", "look", "left", 1) in later
