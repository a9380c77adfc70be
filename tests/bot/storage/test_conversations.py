"""Receiving and recording: once, numbered without a gap, in order, and never on an outdated conversation."""

from __future__ import annotations

import asyncio
import dataclasses
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ports import Accepted, Posted, storable
from bot.storage.conversations import (
    PAGE,
    TurnOvertaken,
    conversation_of,
    count_attempt,
    inbox,
    message_of,
    messages,
    posted_after,
    posted_from_json,
    posted_to_json,
    record,
    unhandled,
    waiting_of,
)
from bot.storage.store import Store
from handlers.words import TICKET, Attachment, Choice, Message
from tests.bot.storage.rows import inbound, rows, stands, take, turn, waiting_rows
from tests.fakes.clock import NOON

YES = Choice("yes", "Ano")


async def test_the_same_message_again_is_the_same_number_and_no_second_row(store: Store) -> None:
    first = await take(store, inbound("m1"))
    again = await take(store, inbound("m1", text="other words"))
    assert first.seq == again.seq == 1
    assert again.inbox_id is None
    assert again.conversation == first.conversation
    assert len(await rows(store, inbox)) == len(await rows(store, messages)) == 1
    assert (await rows(store, messages))[0].text == "hello"


async def test_the_same_message_twenty_times_at_once(store: Store) -> None:
    found = await asyncio.gather(*(take(store, inbound("m1")) for _ in range(20)))
    assert {one.seq for one in found} == {1}
    assert sum(one.inbox_id is not None for one in found) == 1
    assert len(await rows(store, messages)) == 1


async def test_two_customers_may_use_the_same_id(store: Store) -> None:
    anna, boris = await take(store, inbound(address="anna")), await take(store, inbound(address="boris"))
    assert (anna.seq, boris.seq) == (1, 1)
    assert anna.conversation != boris.conversation


async def test_two_hundred_at_once_are_numbered_without_a_gap(store: Store) -> None:
    """Five customers, forty messages each, all handed over at the same moment, some twice."""
    sent_by = {f"visitor{number}": [f"m{index}" for index in range(40)] for number in range(5)}
    wanted = [inbound(id, text=id, address=who) for who, ids in sent_by.items() for id in ids]
    found = await asyncio.gather(*(take(store, message) for message in wanted + wanted[::7]))
    assert len(found) == 229
    for who, ids in sent_by.items():
        said = await store.read(partial(posted_after, channel="website", address=who, after=0))
        assert [message.seq for message in said] == list(range(1, 41))
        assert [message.text for message in said] == ids  # in the order they were handed over


async def test_a_turn_is_recorded_whole(store: Store) -> None:
    accepted = await take(store, inbound())
    (waiting,) = await waiting_rows(store)
    posted = await store.write(partial(record, turn=turn(waiting, 0, "one", "two", choices=(YES,))))
    assert [(message.seq, message.text, message.reply_to) for message in posted] == [(2, "one", 1), (3, "two", 1)]
    now = await stands(store, accepted.conversation)
    assert now.version == 1
    assert now.snapshot.language == "cs"
    assert now.snapshot.state == {"rung": 1}
    assert now.snapshot.offered == (YES,)
    assert await waiting_rows(store) == []
    said = await store.read(partial(posted_after, channel="website", address="anna", after=1))
    assert said == posted


async def test_a_handled_row_is_refused(store: Store) -> None:
    await take(store, inbound())
    (waiting,) = await waiting_rows(store)
    await store.write(partial(record, turn=turn(waiting, 0, "one")))
    with pytest.raises(TurnOvertaken):
        await store.write(partial(record, turn=turn(waiting, 1, "again")))
    assert len(await rows(store, messages)) == 2


async def test_a_reply_names_the_ticket_its_own_turn_opened(store: Store) -> None:
    """There is no number before the ticket is written; the customer must read it all the same."""
    await take(store, inbound())
    (waiting,) = await waiting_rows(store)
    write = turn(waiting, 0, f"Your request is {TICKET}.")
    (posted,) = await store.write(partial(record, turn=write, keep_events=lambda: 7))
    assert posted.text == "Your request is AC-000007."
    assert (await rows(store, messages))[1].text == posted.text


async def test_a_row_before_its_turn_is_refused(store: Store) -> None:
    await take(store, inbound("m1"))
    await take(store, inbound("m2"))
    first, second = await waiting_rows(store)
    with pytest.raises(TurnOvertaken):
        await store.write(partial(record, turn=turn(second, 0, "too early")))
    await store.write(partial(record, turn=turn(first, 0, "one")))
    await store.write(partial(record, turn=turn(second, 1, "two")))
    assert [row.reply_to for row in await rows(store, messages) if row.author == "bot"] == [1, 2]


async def test_an_outdated_conversation_is_refused_and_nothing_of_the_turn_stays(store: Store) -> None:
    accepted = await take(store, inbound())
    (waiting,) = await waiting_rows(store)
    with pytest.raises(TurnOvertaken):
        await store.write(partial(record, turn=turn(waiting, 7, "from the past")))
    assert await waiting_rows(store) == [waiting]  # not handled: the whole write was undone
    assert (await stands(store, accepted.conversation)).version == 0
    assert len(await rows(store, messages)) == 1


async def test_two_that_record_the_same_row_at_once_answer_once(database_url: str) -> None:
    """Two processes took one message. On PostgreSQL both transactions really run at the same time."""
    one, two = Store(database_url), Store(database_url)
    try:
        for round in range(10):
            accepted = await take(one, inbound(f"m{round}"))
            (waiting,) = await waiting_rows(two)
            write = partial(record, turn=turn(waiting, round, "answer"))
            found = await asyncio.gather(one.write(write), two.write(write), return_exceptions=True)
            assert sorted(type(each).__name__ for each in found) == ["TurnOvertaken", "list"]
            assert (await stands(one, accepted.conversation)).version == round + 1
    finally:
        one.close()
        two.close()


async def test_two_processes_number_one_conversation_without_a_gap(database_url: str) -> None:
    """Both take messages of one customer at the same time: the next number is made in one place at a time."""
    one, two = Store(database_url), Store(database_url)
    try:
        first = await take(one, inbound("first"))

        async def pour(store: Store, name: str) -> list[Accepted]:
            return [await take(store, inbound(f"{name}{number}"), first.conversation) for number in range(40)]

        found = [accepted for poured in await asyncio.gather(pour(one, "a"), pour(two, "b")) for accepted in poured]
        assert sorted(each.seq for each in found) == list(range(2, 82))
        by_id = sorted((each.inbox_id, each.seq) for each in found)
        assert [seq for _, seq in by_id] == sorted(seq for _, seq in by_id)  # the inbox keeps the same order
    finally:
        one.close()
        two.close()


async def test_what_waits_is_given_oldest_first_and_only_once_it_is_old_enough(store: Store) -> None:
    accepted = [await take(store, inbound(f"m{number}")) for number in range(3)]
    assert await store.read(partial(unhandled, before=NOON - timedelta(seconds=1))) == []
    found = await store.read(partial(unhandled, before=NOON))
    assert [each.inbox_id for each in found] == [each.inbox_id for each in accepted]
    assert [each.seq for each in found] == [1, 2, 3]
    assert await store.read(partial(waiting_of, conversation=accepted[0].conversation)) == found
    assert len(await store.read(partial(unhandled, before=NOON, limit=2))) == 2


async def test_attempts_are_counted(store: Store) -> None:
    accepted = await take(store, inbound())
    assert accepted.inbox_id is not None
    await store.write(partial(count_attempt, inbox_id=accepted.inbox_id))
    await store.write(partial(count_attempt, inbox_id=accepted.inbox_id))
    (waiting,) = await waiting_rows(store)
    assert waiting.attempts == 2


async def test_a_message_comes_back_as_it_was(store: Store) -> None:
    file = Attachment("f1", "účet.pdf", "application/pdf", 3)
    whole = Message("Ahoj \U0001f44b سلام", "yes", (file,), "cs")
    await take(store, dataclasses.replace(inbound(), message=whole))
    (waiting,) = await waiting_rows(store)
    assert waiting.message == whole
    (said,) = await store.read(partial(posted_after, channel="website", address="anna", after=0))
    assert (said.text, said.attachments, said.author) == (whole.text, (file,), "customer")


async def test_reading_is_by_number_a_page_at_a_time(store: Store) -> None:
    await asyncio.gather(*(take(store, inbound(f"m{number}")) for number in range(PAGE + 5)))
    first = await store.read(partial(posted_after, channel="website", address="anna", after=0))
    rest = await store.read(partial(posted_after, channel="website", address="anna", after=first[-1].seq))
    assert [len(first), len(rest)] == [PAGE, 5]
    assert await store.read(partial(posted_after, channel="website", address="boris", after=0)) == []
    assert await store.read(partial(posted_after, channel="telegram", address="anna", after=0)) == []


async def test_an_address_nobody_wrote_from_has_no_conversation(store: Store) -> None:
    assert await store.read(partial(conversation_of, channel="website", address="nobody")) is None


def test_a_stored_payload_holds_every_part_of_a_message() -> None:
    """A part added to Message must be stored too."""
    payload = dataclasses.asdict(Message("a", "b", (), "cs"))
    assert message_of(payload) == Message("a", "b", (), "cs")
    assert set(payload) == {field.name for field in dataclasses.fields(Message)}


words = st.text(max_size=30)
choices = st.lists(st.builds(Choice, words, words), max_size=3).map(tuple)
files = st.lists(st.builds(Attachment, words, words, words, st.integers(0, 9)), max_size=2).map(tuple)
posteds = st.builds(
    Posted, st.integers(1, 9), st.sampled_from(("customer", "bot", "agent")), words, choices, files,
    st.none() | words, st.datetimes().map(lambda at: at.replace(tzinfo=NOON.tzinfo)), st.none() | st.integers(1, 9),
)  # fmt: skip


@given(posteds)
def test_a_posted_message_goes_to_json_and_back(message: Posted) -> None:
    assert posted_from_json(posted_to_json(message)) == message


async def test_texts_no_database_would_take_are_made_storable(store: Store) -> None:
    """PostgreSQL refuses NUL, both refuse lone surrogates: the door cleans them, and then they are stored."""
    text = storable("a\0b\ud800c\U0010ffff")
    await take(store, inbound(text=text))
    (said,) = await store.read(partial(posted_after, channel="website", address="anna", after=0))
    assert said.text == text == "ab?c\U0010ffff"
