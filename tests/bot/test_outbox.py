"""The outbox: in order per lane, patient, and never held up by one that fails."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest
from sqlalchemy import Connection, event, select
from sqlalchemy.exc import OperationalError

from bot import outbox as module
from bot.outbox import Outbox
from bot.ports import Arrived, Outgoing, Posted, SendFailed
from bot.storage.outbox import send_later
from bot.storage.store import Store
from bot.storage.tables import outbox
from tests.bot.storage.rows import inbound, rows, stands, take
from tests.fakes.clock import NOON, Clock
from tests.fakes.spine import Pushing, until


async def queue(store: Store, *messages: tuple[str, str], channel: str = "push") -> None:
    """Rows to be sent: (address, text)."""
    for address, text in messages:
        accepted = await take(store, inbound(text, address=address, channel=channel))
        to = await stands(store, accepted.conversation)
        posted = [Posted(accepted.seq, "bot", text, (), (), "en", NOON)]
        await store.write(partial(send_later, to=to, conversation=accepted.conversation, posted=posted, now=NOON))


async def statuses(store: Store) -> dict[str, tuple[str, int]]:
    return {row.message["text"]: (row.status, row.attempts) for row in await rows(store, outbox)}


async def test_each_lane_is_sent_in_order(store: Store, clock: Clock) -> None:
    await queue(store, ("anna", "a1"), ("boris", "b1"), ("anna", "a2"), ("anna", "a3"), ("boris", "b2"))
    channel = Pushing()
    await Outbox(store, {"push": channel}, clock).flush()
    assert [text for who, text in channel.sent if who == "anna"] == ["a1", "a2", "a3"]
    assert [text for who, text in channel.sent if who == "boris"] == ["b1", "b2"]
    assert {row.status for row in await rows(store, outbox)} == {"sent"}
    assert {row.sent_at for row in await rows(store, outbox)} == {NOON}


async def test_retry_after_is_respected_and_the_lane_waits_with_it(sqlite_store: Store, clock: Clock) -> None:
    await queue(sqlite_store, ("anna", "a1"), ("anna", "a2"))
    channel = Pushing(SendFailed("429", retry_after=30))
    sender = Outbox(sqlite_store, {"push": channel}, clock)
    await sender.flush()
    clock.forward(29.9)
    await sender.flush()
    assert (channel.calls, channel.sent) == (1, [])
    clock.forward(0.1)
    await sender.flush()
    assert channel.sent == [("anna", "a1"), ("anna", "a2")]
    assert (await statuses(sqlite_store))["a1"] == ("sent", 1)


async def test_failing_again_and_again_it_waits_longer_but_not_for_ever(sqlite_store: Store, clock: Clock) -> None:
    await queue(sqlite_store, ("anna", "a1"))
    failures = 1200  # more doublings than a number has room for
    channel = Pushing(*(SendFailed("down", retry_after=0) for _ in range(12)))
    sender = Outbox(sqlite_store, {"push": channel}, clock)
    pauses = []
    for _ in range(12):
        await sender.flush()
        (row,) = await rows(sqlite_store, outbox)
        pauses.append((row.not_before - clock.now).total_seconds())
        clock.now = row.not_before
    assert pauses[:4] == [2, 4, 8, 16]
    assert max(pauses) == pauses[-1] < 600
    await sqlite_store.write(lambda c: c.execute(outbox.update().values(attempts=failures)))
    channel._errors = [SendFailed("down", retry_after=0)]
    await sender.flush()
    assert (await statuses(sqlite_store))["a1"] == ("waiting", failures + 1)


async def test_what_can_never_be_sent_is_marked_and_the_next_one_goes(store: Store, clock: Clock) -> None:
    await queue(store, ("anna", "a1"), ("anna", "a2"))
    channel = Pushing(SendFailed("blocked by the customer", retry_after=None))
    await Outbox(store, {"push": channel}, clock).flush()
    assert channel.sent == [("anna", "a2")]
    assert await statuses(store) == {"a1": ("failed", 1), "a2": ("sent", 0)}


async def test_a_channel_with_a_mistake_of_its_own_is_given_up_after_a_while(sqlite_store: Store, clock: Clock) -> None:
    """An unknown error must neither stop the outbox nor hold a lane for ever."""
    await queue(sqlite_store, ("anna", "a1"), ("anna", "a2"), ("boris", "b1"))
    channel = Pushing(*(KeyError("oops"), None, *[KeyError("oops")] * (module.TRIES - 1)))
    sender = Outbox(sqlite_store, {"push": channel}, clock)
    await sender.flush()
    assert channel.sent == [("boris", "b1")]
    for _ in range(module.TRIES):
        clock.forward(1000)
        await sender.flush()
    assert channel.sent == [("boris", "b1"), ("anna", "a2")]
    assert (await statuses(sqlite_store))["a1"] == ("failed", module.TRIES)


async def test_a_slow_lane_holds_up_no_other(sqlite_store: Store, clock: Clock) -> None:
    gate = asyncio.Event()

    class Slow(Pushing):
        async def send(self, outgoing: Outgoing, arrived: Arrived) -> None:
            if outgoing.address == "slow":
                await gate.wait()
            await super().send(outgoing, arrived)

    channel = Slow()
    sender = Outbox(sqlite_store, {"push": channel}, clock)
    await queue(sqlite_store, ("slow", "s1"), ("anna", "a1"), ("anna", "a2"))
    running = asyncio.create_task(sender.run())
    await until(lambda: len(channel.sent) == 2)
    await queue(sqlite_store, ("anna", "a3"), ("slow", "s2"))
    sender.wake()
    await until(lambda: len(channel.sent) == 3)
    assert [text for _, text in channel.sent] == ["a1", "a2", "a3"]
    gate.set()
    await until(lambda: len(channel.sent) == 5)
    assert [text for _, text in channel.sent[3:]] == ["s1", "s2"]
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_it_wakes_at_once_and_looks_by_itself_now_and_then(
    sqlite_store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = Pushing()
    sender = Outbox(sqlite_store, {"push": channel}, clock)
    monkeypatch.setattr(module, "POLL_S", 60)
    running = asyncio.create_task(sender.run())
    await asyncio.sleep(0.05)
    await queue(sqlite_store, ("anna", "a1"))
    sender.wake()
    await until(lambda: channel.sent, 2)
    monkeypatch.setattr(module, "POLL_S", 0.02)
    sender.wake()
    await asyncio.sleep(0.05)
    await queue(sqlite_store, ("anna", "a2"))
    await until(lambda: len(channel.sent) == 2, 2)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_crash_between_send_and_commit_sends_again(sqlite_store: Store, clock: Clock) -> None:
    """At least once: a rare duplicate, never a loss."""
    await queue(sqlite_store, ("anna", "a1"))
    channel = Pushing()
    dying = Outbox(sqlite_store, {"push": channel}, clock)

    async def hang(_write: object) -> None:
        await asyncio.Event().wait()

    dying._note = hang  # type: ignore[method-assign,assignment]
    running = asyncio.create_task(dying.run())
    await until(lambda: channel.sent)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert channel.sent == [("anna", "a1")]
    assert (await statuses(sqlite_store))["a1"] == ("waiting", 0)
    await Outbox(sqlite_store, {"push": channel}, clock).flush()
    assert channel.sent == [("anna", "a1")] * 2
    assert (await statuses(sqlite_store))["a1"] == ("sent", 0)


async def test_a_database_away_after_the_send_does_not_send_again(
    sqlite_store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message is out: what is waited for is the commit."""
    monkeypatch.setattr(module, "POLL_S", 0.02)
    sqlite_store._writer._patience = 0.02
    await queue(sqlite_store, ("anna", "a1"))

    cut = asyncio.Event()

    class Cutting(Pushing):
        async def send(self, outgoing: Outgoing, arrived: Arrived) -> None:
            await super().send(outgoing, arrived)
            cut.set()

    def fail(_connection: object) -> None:
        if cut.is_set():
            raise OperationalError("BEGIN", {}, Exception("the line is cut"))

    # Never removed: the writer's thread may be walking through the listeners just then.
    event.listen(sqlite_store._engine, "begin", fail)
    channel = Cutting()
    running = asyncio.create_task(Outbox(sqlite_store, {"push": channel}, clock).run())
    await until(lambda: channel.sent)
    await asyncio.sleep(0.2)
    cut.clear()
    async with asyncio.timeout(5):
        while (await statuses(sqlite_store))["a1"][0] != "sent":  # noqa: ASYNC110 - a row knows of no event
            await asyncio.sleep(0.02)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert channel.calls == 1


async def test_rows_of_a_channel_that_is_not_here_are_left_alone(store: Store, clock: Clock) -> None:
    await queue(store, *((f"v{number}", f"t{number}") for number in range(4)), channel="elsewhere")
    await queue(store, ("anna", "a1"))
    channel = Pushing()
    await Outbox(store, {"push": channel}, clock).flush()
    assert channel.sent == [("anna", "a1")]
    assert (await statuses(store))["t0"] == ("waiting", 0)


async def test_cancelled_in_mid_send_the_row_stays(sqlite_store: Store, clock: Clock) -> None:
    await queue(sqlite_store, ("anna", "a1"))
    started = asyncio.Event()

    class Hanging(Pushing):
        async def send(self, outgoing: Outgoing, arrived: Arrived) -> None:
            started.set()
            await asyncio.Event().wait()

    running = asyncio.create_task(Outbox(sqlite_store, {"push": Hanging()}, clock).run())
    await started.wait()
    running.cancel()
    await asyncio.wait_for(asyncio.gather(running, return_exceptions=True), 2)
    assert (await statuses(sqlite_store))["a1"] == ("waiting", 0)


async def test_two_looks_at_once_send_nothing_twice(sqlite_store: Store, clock: Clock) -> None:
    """A stop flushes while the outbox runs."""
    await queue(sqlite_store, *((f"v{number % 5}", f"t{number}") for number in range(20)))
    channel = Pushing()
    sender = Outbox(sqlite_store, {"push": channel}, clock)
    running = asyncio.create_task(sender.run())
    await asyncio.gather(sender.flush(), sender.flush())
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert len(channel.sent) == len(set(channel.sent)) == 20


async def test_who_wrote_hears_what_could_never_be_sent(sqlite_store: Store, clock: Clock) -> None:
    """An agent's answer that Telegram refuses for good; of the bot's own words the log is enough."""
    await queue(sqlite_store, ("anna", "a1"))
    await sqlite_store.write(lambda c: c.execute(outbox.update().values(message=as_agents(c))))
    await queue(sqlite_store, ("boris", "b1"))
    told: list[tuple[int, bool]] = []

    async def lost(conversation: int, *, is_gone: bool = True) -> None:
        told.append((conversation, is_gone))

    refused = SendFailed("bad request", retry_after=None)
    sender = Outbox(sqlite_store, {"push": Pushing(refused, refused)}, clock)
    sender.lost = lost
    await sender.flush()
    assert told == [(1, False)]


def as_agents(connection: Connection) -> dict[str, object]:
    """The only message that waits, as if a person had written it."""
    return {**connection.execute(select(outbox.c.message)).scalar_one(), "author": "agent"}
