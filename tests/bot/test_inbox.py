"""The inbox: stored once, published once, offered once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot import inbox as module
from bot.hub import Hub
from bot.inbox import Inbox
from bot.ports import Inbound, Posted
from bot.storage.conversations import Waiting, messages
from bot.storage.store import Store
from bot.storage.writer import StorageAway
from handlers.words import Message
from tests.bot.storage.rows import inbound, rows, waiting_rows
from tests.fakes.clock import NOON, Clock


class Desk:
    """An inbox with what it published and offered."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.offered: list[Waiting] = []
        self.heard: list[Posted] = []
        self.hub = Hub()
        self.inbox = Inbox(store, self.hub, self.offered.append, clock)

    def listen(self, address: str) -> None:
        def hear(posted: Sequence[Posted]) -> None:
            self.heard.extend(posted)

        self.hub.listen(f"website:{address}", hear)


@pytest.fixture
def desk(store: Store, clock: Clock) -> Desk:
    return Desk(store, clock)


async def test_a_message_is_stored_published_and_offered(desk: Desk, store: Store) -> None:
    desk.listen("anna")
    accepted = await desk.inbox.accept(inbound())
    assert accepted.seq == 1
    assert desk.offered == await waiting_rows(store)
    assert [(posted.seq, posted.author, posted.text, posted.at) for posted in desk.heard] == [
        (1, "customer", "hello", NOON)
    ]


async def test_the_same_again_is_neither_published_nor_offered(desk: Desk) -> None:
    desk.listen("anna")
    found = await asyncio.gather(*(desk.inbox.accept(inbound()) for _ in range(20)))
    assert {accepted.seq for accepted in found} == {1}
    assert len(desk.offered) == len(desk.heard) == 1


async def test_numbers_are_published_in_order(desk: Desk) -> None:
    desk.listen("anna")
    await asyncio.gather(*(desk.inbox.accept(inbound(f"m{number}")) for number in range(50)))
    assert [posted.seq for posted in desk.heard] == list(range(1, 51))


async def test_the_sender_s_language_and_time_are_kept(desk: Desk, clock: Clock, store: Store) -> None:
    clock.forward(90)
    await desk.inbox.accept(Inbound("website", "anna", "anna:1", Message("salam", language_hint="kk-KZ")))
    (row,) = await rows(store, messages)
    assert row.at == NOON + timedelta(seconds=90)
    assert desk.offered[0].message.language_hint == "kk-KZ"


async def test_more_customers_than_are_remembered(
    sqlite_store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "KNOWN", 3)
    desk = Desk(sqlite_store, clock)
    for _ in range(2):
        for number in range(6):
            await desk.inbox.accept(inbound(f"{len(desk.offered)}", address=f"v{number}"))
    assert len(desk.inbox._known) == 3
    assert len({waiting.conversation for waiting in desk.offered}) == 6


async def test_a_customer_who_hangs_up_while_the_message_is_stored(sqlite_store: Store, clock: Clock) -> None:
    """It stands, unoffered: the sweep finds it."""
    desk = Desk(sqlite_store, clock)
    task = asyncio.create_task(desk.inbox.accept(inbound()))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    again = await desk.inbox.accept(inbound())
    assert (again.seq, again.inbox_id) == (1, None)
    assert len(await waiting_rows(sqlite_store)) == 1


async def test_what_can_not_be_stored_is_not_offered(sqlite_store: Store, clock: Clock) -> None:
    desk = Desk(sqlite_store, clock)
    desk.listen("anna")
    sqlite_store._writer.close()
    with pytest.raises(StorageAway):
        await desk.inbox.accept(inbound())
    assert (desk.offered, desk.heard) == ([], [])
