"""The worker: one conversation in order, many at once, and a trouble that stays where it arose."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from bot import worker as module
from bot.storage.conversations import count_attempt
from bot.storage.conversations import unhandled as unhandled_rows
from bot.storage.store import Store
from bot.storage.tables import inbox, outbox
from bot.storage.writer import StorageAway
from tests.bot.storage.rows import inbound, rows, take
from tests.fakes.clock import NOON, Clock
from tests.fakes.spine import Puppet, Spine, answered_once_in_order, until


@pytest.fixture(autouse=True)
def _quick_sweeps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SWEEP_S", 0.05)


@asynccontextmanager
async def running(*spines: Spine) -> AsyncIterator[None]:
    """Sweeping, until everything handed over is handled."""
    tasks = [asyncio.create_task(spine.worker.run()) for spine in spines]
    yield
    for spine in spines:
        await spine.worker.drain(10)
    await asyncio.gather(*tasks)


async def unhandled(store: Store) -> list[Any]:
    return [row for row in await rows(store, inbox) if row.handled_at is None]


async def test_a_message_is_answered_once(store: Store, clock: Clock) -> None:
    spine = Spine(store, clock)
    heard: list[Any] = []
    spine.hub.listen("website:anna", heard.extend)
    assert await spine.say("hello") == 1
    await until(lambda: len(heard) == 2)
    answered_once_in_order(await spine.said(), ["hello"])
    assert [(posted.seq, posted.author) for posted in heard] == [(1, "customer"), (2, "bot")]
    assert heard == await spine.said()  # what is published is what is stored
    assert spine.woken == 0


async def test_one_conversation_is_answered_in_order(sqlite_store: Store, clock: Clock) -> None:
    spine = Spine(sqlite_store, clock)
    texts = [f"m{number}" for number in range(30)]
    await asyncio.gather(*(spine.say(text) for text in texts))
    assert await spine.worker.drain(10)
    said = await spine.said()
    assert spine.puppet.asked == texts
    assert [message.text for message in said if message.author == "bot"] == [f"re: {text}" for text in texts]


async def test_conversations_do_not_wait_for_each_other(sqlite_store: Store, clock: Clock) -> None:
    spine = Spine(sqlite_store, clock)
    for number in range(5):
        await spine.say("wait", address=f"slow{number}")
    await spine.say("hello", address="quick")
    await until(lambda: spine.puppet.thinking == 5)
    await until(lambda: "hello" in spine.puppet.asked)
    await asyncio.sleep(0.05)
    answered_once_in_order(await spine.said("quick"), ["hello"])
    assert spine.puppet.most >= 5
    spine.puppet.gate.set()
    assert await spine.worker.drain(10)
    answered_once_in_order(await spine.said("slow4"), ["wait"])


async def test_only_so_many_are_thought_about_at_once(
    sqlite_store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LANES", 3)
    spine = Spine(sqlite_store, clock)
    for number in range(8):
        await spine.say("wait", address=f"v{number}")
    await asyncio.sleep(0.1)
    assert spine.puppet.most == 3
    spine.puppet.gate.set()
    assert await spine.worker.drain(10)
    assert await unhandled(sqlite_store) == []


@pytest.mark.parametrize("trouble", ["fail", "unstorable"])
async def test_a_topic_that_breaks_is_apologised_for_and_the_next_message_goes_on(
    store: Store, clock: Clock, trouble: str
) -> None:
    """Whether it raises or answers with what no database takes: the lane must not stand still, or try for ever."""
    spine = Spine(store, clock)
    await spine.say("hello")
    await spine.say(trouble)
    await spine.say("more")
    assert await spine.worker.drain(10)
    said = await spine.said()
    assert [(message.text, message.reply_to) for message in said if message.author == "bot"] == [
        ("re: hello", 1),
        ("fallback.trouble [en]", said[[message.text for message in said].index(trouble)].seq),
        ("re: more", said[[message.text for message in said].index("more")].seq),
    ]
    apology = next(message for message in said if message.text.startswith("fallback"))
    assert [choice.id for choice in apology.choices] == ["person"]
    found = {row.payload["text"]: (row.parked, row.attempts) for row in await rows(store, inbox)}
    assert found["hello"] == found["more"] == (None, 0)
    assert found[trouble][0] in ("KeyError", "StatementError", "TypeError")
    assert found[trouble][1] == spine.puppet.asked.count(trouble) == module.TRIES


async def test_attempts_of_an_earlier_process_count(sqlite_store: Store, clock: Clock) -> None:
    """A message that keeps killing the process is not tried for ever."""
    spine = Spine(sqlite_store, clock)
    accepted = await take(sqlite_store, inbound(text="fail"))
    assert accepted.inbox_id is not None
    for _ in range(module.TRIES):
        await sqlite_store.write(partial(count_attempt, inbox_id=accepted.inbox_id))
    async with running(spine):
        await until(lambda: spine.hub.last("website:anna"))
    assert spine.puppet.asked == []
    (row,) = await rows(sqlite_store, inbox)
    assert (row.parked, row.handled_at is not None) == ("Interrupted", True)


def cut(store: Store) -> Callable[[], None]:
    """Make every transaction fail until the returned function is called."""

    def fail(_connection: Any) -> None:
        raise OperationalError("BEGIN", {}, Exception("the line is cut"))

    event.listen(store._engine, "begin", fail)
    return lambda: event.remove(store._engine, "begin", fail)


@pytest.mark.parametrize("known", [True, False])
async def test_a_database_away_is_waited_for(
    sqlite_store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch, known: bool
) -> None:
    """The turn is thought about, the database goes away, comes back: the answer is there, once."""
    sqlite_store._writer._patience = 0.02
    spine = Spine(sqlite_store, clock)
    if known:
        await spine.say("hello")
        await until(lambda: spine.hub.last("website:anna") == 2)
    await spine.say("wait")
    await until(lambda: spine.puppet.thinking)
    back = cut(sqlite_store)
    spine.puppet.gate.set()
    with pytest.raises(StorageAway):
        await spine.say("not stored")
    await asyncio.sleep(0.2)
    back()
    await spine.say("after")
    await until(lambda: "after" in spine.puppet.asked)
    assert await spine.worker.drain(10)
    texts = [message.text for message in await spine.said() if message.author == "bot"]
    assert texts == [*(["re: hello"] if known else []), "re: wait", "re: after"]


async def test_reading_from_a_database_away_is_waited_for(sqlite_store: Store, clock: Clock) -> None:
    """The sweep, and the first look at a conversation, read: neither may end the lane or the worker."""
    await take(sqlite_store, inbound(text="left"))
    spine = Spine(sqlite_store, clock)
    back = cut(sqlite_store)
    async with running(spine):
        await asyncio.sleep(0.2)
        back()
        await until(lambda: spine.hub.last("website:anna"))
    answered_once_in_order(await spine.said(), ["left"])


async def test_what_an_earlier_process_left_is_answered_at_the_start(store: Store, clock: Clock) -> None:
    texts = {f"v{number}": [f"m{index}" for index in range(7)] for number in range(3)}
    for who, wanted in texts.items():
        for text in wanted:
            await take(store, inbound(text, text, who))
    spine = Spine(store, clock)
    async with running(spine):
        await until(lambda: len(spine.puppet.asked) == 21)
    for who, wanted in texts.items():
        said = await spine.said(who)
        assert [message.text for message in said if message.author == "bot"] == [f"re: {text}" for text in wanted]


async def test_more_than_one_sweep_takes_is_answered_too(sqlite_store: Store, clock: Clock) -> None:
    await asyncio.gather(
        *(take(sqlite_store, inbound(f"m{number}", address=f"v{number % 9}")) for number in range(620))
    )
    spine = Spine(sqlite_store, clock)
    async with running(spine):
        await until(lambda: len(spine.puppet.asked) >= 500)
        clock.forward(60)
        await until(lambda: len(spine.puppet.asked) >= 620, 30)
    assert await unhandled(sqlite_store) == []
    assert len(spine.puppet.asked) == 620


async def test_fresh_rows_are_left_to_the_process_that_took_them(sqlite_store: Store, clock: Clock) -> None:
    """After the first look, the sweep takes only what lies longer than the grace."""
    spine = Spine(sqlite_store, clock)
    async with running(spine):
        await asyncio.sleep(0.1)
        await take(sqlite_store, inbound())
        await asyncio.sleep(0.2)
        assert spine.puppet.asked == []
        clock.forward(module.GRACE.total_seconds() + 1)
        await until(lambda: spine.puppet.asked)
    answered_once_in_order(await spine.said(), ["hello"])


async def test_drain_says_whether_all_was_done_and_leaves_the_rest_in_the_database(
    sqlite_store: Store, clock: Clock
) -> None:
    spine = Spine(sqlite_store, clock)
    await spine.say("hello")
    await spine.say("wait", address="boris")
    await spine.say("behind", address="boris")
    assert not await spine.worker.drain(0.3)
    answered_once_in_order(await spine.said("anna"), ["hello"])
    left = await unhandled(sqlite_store)
    assert [row.payload["text"] for row in left] == ["wait", "behind"]
    after = Spine(sqlite_store, clock)
    after.puppet.gate.set()
    async with running(after):
        await until(lambda: len(after.puppet.asked) == 2)
    answered = [message.text for message in await after.said("boris") if message.author == "bot"]
    assert answered == ["re: wait", "re: behind"]


async def test_replies_of_a_channel_that_pushes_go_to_the_outbox(store: Store, clock: Clock) -> None:
    spine = Spine(store, clock)
    await spine.say("hello", channel="telegram")
    assert await spine.worker.drain(10)
    (row,) = await rows(store, outbox)
    assert (row.channel, row.address, row.status, row.message["text"]) == ("telegram", "anna", "waiting", "re: hello")
    assert spine.woken == 1


@pytest.mark.parametrize("seed", range(3))
async def test_two_processes_on_one_database_answer_each_message_once_and_in_order(
    database_url: str, clock: Clock, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Customers switch between the processes as a balancer sends them, repeat themselves, and both sweep eagerly.

    Neither knows of the other: only what `record` refuses keeps them apart.
    """
    monkeypatch.setattr(module, "GRACE", timedelta(0))
    dice = random.Random(seed)
    one, two = Spine(Store(database_url), clock), Spine(Store(database_url), clock)
    texts = [f"m{number}" for number in range(15)]

    async def visitor(address: str) -> None:
        for text in texts:
            for _ in range(dice.choice((1, 1, 1, 2))):
                await dice.choice((one, two)).say(text, address)
            await asyncio.sleep(dice.random() * 0.01)

    try:
        async with running(one, two):
            await asyncio.gather(*(visitor(f"v{number}") for number in range(6)))
            async with asyncio.timeout(30):
                while await unhandled(one.store):  # noqa: ASYNC110 - two workers write the rows
                    await asyncio.sleep(0.05)
        for number in range(6):
            said = await one.said(f"v{number}")
            assert [message.seq for message in said] == list(range(1, 31))
            assert [message.text for message in said if message.author == "customer"] == texts
            numbers = [message.seq for message in said if message.author == "customer"]
            assert [message.reply_to for message in said if message.author == "bot"] == numbers
    finally:
        one.store.close()
        two.store.close()


async def test_two_processes_in_a_seeded_race_of_offers(database_url: str, clock: Clock) -> None:
    """Both are handed every row at once, in any order: the worst a sweep can do."""
    one, two = Spine(Store(database_url), clock), Spine(Store(database_url), clock)
    dice = random.Random(7)
    try:
        taken = [await take(one.store, inbound(f"m{n}", f"m{n}", f"v{n % 4}")) for n in range(40)]
        assert len(taken) == 40
        waiting = await one.store.read(partial(unhandled_rows, before=NOON))
        for spine in (one, two):
            for row in dice.sample(waiting, len(waiting)):
                spine.worker.offer(row)
        await asyncio.gather(one.worker.drain(30), two.worker.drain(30))
        for number in range(4):
            said = await one.said(f"v{number}")
            answers = [message.reply_to for message in said if message.author == "bot"]
            assert answers == list(range(1, 11))
    finally:
        one.store.close()
        two.store.close()


async def test_a_lane_that_breaks_altogether_does_not_take_the_worker_along(
    sqlite_store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    puppet = Puppet()
    spine = Spine(sqlite_store, clock, puppet)

    def broken(*_args: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(spine.worker._conversation, "trouble", broken)
    await spine.say("fail")
    await spine.say("hello", address="boris")
    assert await spine.worker.drain(10)
    answered_once_in_order(await spine.said("boris"), ["hello"])
    assert len(await unhandled(sqlite_store)) == 1
