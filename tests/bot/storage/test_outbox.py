"""What is to be sent: the heads of the lanes, part by part, and by one process at a time."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import pytest

from bot.ports import Posted
from bot.storage.outbox import CLAIM, Due, back, due, gone, not_sent, part_arrived, send_later, sent
from bot.storage.store import Store
from bot.storage.tables import contacts, copies, outbox
from tests.bot.storage.rows import inbound, rows, stands, take
from tests.fakes.clock import NOON

LATER = [NOON + number * CLAIM for number in range(5)]  # a claim is over each time


async def queue(store: Store, *messages: tuple[str, str]) -> None:
    """Outbox rows (address, text) of a channel that pushes."""
    for number, (address, text) in enumerate(messages):
        accepted = await take(store, inbound(f"q{number}", address=address, channel="telegram"))
        to = await stands(store, accepted.conversation)
        posted = [Posted(accepted.seq, "bot", text, (), (), "en", NOON)]
        await store.write(partial(send_later, to=to, conversation=accepted.conversation, posted=posted, now=NOON))


async def look(store: Store, at: datetime, *channels: str, besides: tuple[int, ...] = (), limit: int = 10) -> list[Due]:
    return await store.write(partial(due, now=at, channels=channels or ("telegram",), besides=besides, limit=limit))


def texts(found: list[Due]) -> list[str]:
    return [one.outgoing.message.text for one in found]


async def test_only_the_head_of_each_lane_is_due(store: Store) -> None:
    await queue(store, ("anna", "a1"), ("boris", "b1"), ("anna", "a2"))
    heads = await look(store, LATER[0])
    assert texts(heads) == ["a1", "b1"]
    await store.write(partial(sent, row=heads[0].id, now=NOON))
    assert texts(await look(store, LATER[1])) == ["b1", "a2"]


async def test_a_head_that_failed_for_now_holds_its_lane_and_no_other(store: Store) -> None:
    await queue(store, ("anna", "a1"), ("boris", "b1"), ("anna", "a2"))
    head = (await look(store, LATER[0]))[0]
    await store.write(partial(not_sent, row=head.id, again_at=LATER[1] + timedelta(seconds=30)))
    assert texts(await look(store, LATER[1])) == ["b1"]
    later = await look(store, LATER[2] + timedelta(seconds=30))
    assert [(one.outgoing.message.text, one.attempts) for one in later] == [("a1", 1), ("b1", 0)]


async def test_a_head_that_failed_for_ever_lets_the_next_one_go(store: Store) -> None:
    await queue(store, ("anna", "a1"), ("anna", "a2"))
    (head,) = await look(store, LATER[0])
    await store.write(partial(not_sent, row=head.id, again_at=None))
    assert texts(await look(store, LATER[1])) == ["a2"]
    assert [row.status for row in await rows(store, outbox)] == ["failed", "waiting"]


async def test_rows_of_other_channels_take_no_room_among_the_due(store: Store) -> None:
    """However many wait for a channel that this process does not have."""
    await queue(store, *((f"visitor{number}", "x") for number in range(5)))
    assert await look(store, LATER[0], "console", limit=3) == []
    heads = await look(store, LATER[0], "console", "telegram", limit=3)
    assert len(heads) == 3
    rest = await look(store, LATER[1], besides=tuple(head.id for head in heads))
    assert len(rest) == 2


@pytest.mark.server
async def test_a_row_that_another_process_sends_is_not_due(postgresql_store: Store) -> None:
    await queue(postgresql_store, ("anna", "a1"), ("anna", "a2"), ("boris", "b1"))
    assert texts(await look(postgresql_store, NOON)) == ["a1", "b1"]
    assert await look(postgresql_store, NOON) == []
    assert texts(await look(postgresql_store, NOON + CLAIM)) == ["a1", "b1"], "that process died"


async def test_each_part_that_arrived_is_known(store: Store) -> None:
    await queue(store, ("anna", "a1"))
    (head,) = await look(store, LATER[0])
    await store.write(partial(part_arrived, row=head, external_id="11"))
    await store.write(partial(part_arrived, row=head, external_id="12"))
    (again,) = await look(store, LATER[1])
    assert again.outgoing.parts == 2
    assert [(row.external_id, row.seq) for row in await rows(store, copies)] == [("11", 1), ("12", 1)]


async def test_an_address_that_is_gone_gets_nothing_more_until_it_is_back(store: Store) -> None:
    await queue(store, ("anna", "a1"), ("anna", "a2"), ("boris", "b1"))
    leave = partial(gone, channel="telegram", address="anna", now=NOON)
    assert await store.write(leave)
    assert not await store.write(leave), "that is no news"
    assert texts(await look(store, LATER[0])) == ["b1"]
    assert {row.address: row.blocked_at for row in await rows(store, contacts)} == {"anna": NOON, "boris": None}
    assert await store.write(partial(back, channel="telegram", address="anna"))
    assert not await store.write(partial(back, channel="telegram", address="anna"))
