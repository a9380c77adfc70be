"""An address as a channel meets it: known or new, spoken to once, its words changed before they are thought about."""

from __future__ import annotations

from functools import partial
from typing import Any

from bot.ports import Inbound
from bot.storage.contacts import Known, known, reword, say_once
from bot.storage.conversations import record
from bot.storage.outbox import gone
from bot.storage.store import Store
from bot.storage.tables import inbox, messages, outbox, tickets
from bot.storage.tickets import open_or_extend
from handlers.words import Attachment, Choice, Message, TicketWanted
from tests.bot.storage.rows import inbound, rows, take, turn, waiting_rows
from tests.fakes.clock import NOON

ANNA = partial(inbound, channel="telegram")
PHOTO = Attachment("f", "photo.jpg", "image/jpeg", 5)


async def known_of(store: Store, external_id: str = "anna:m1") -> Known:
    return await store.read(partial(known, channel="telegram", address="anna", external_id=external_id))


async def test_a_stranger_and_then_not(store: Store) -> None:
    assert await known_of(store) == Known()
    accepted = await take(store, ANNA())
    assert await known_of(store) == Known(accepted.conversation, 1)
    (waiting,) = await waiting_rows(store)
    choices = (Choice("person", "A person"),)
    await store.write(partial(record, turn=turn(waiting, 0, "hi", choices=choices)))
    await store.write(partial(gone, channel="telegram", address="anna", now=NOON))
    assert await known_of(store, "anna:m2") == Known(accepted.conversation, None, "cs", "bot", choices, True)


async def say(store: Store, key: str = "anna:m1:refused") -> Any:
    def words(language: str | None) -> str:
        return f"No in {language}"

    return await store.write(partial(say_once, to=ANNA(), key=key, words=words, now=NOON))


async def test_words_beside_a_turn_are_said_once_and_to_a_stranger_too(store: Store) -> None:
    told = await say(store)
    assert (told.posted.seq, told.posted.text, told.conversation) == (1, "No in None", 1)
    assert await say(store) is None
    assert (await say(store, "anna:m2:refused")).posted.seq == 2
    assert [row.message["text"] for row in await rows(store, outbox)] == ["No in None"] * 2


async def test_the_desk_sees_what_was_said(store: Store) -> None:
    accepted = await take(store, ANNA())
    wanted = TicketWanted("asked_for_person", "help")
    await store.write(lambda connection: open_or_extend(connection, accepted.conversation, "cs", wanted, NOON))
    await say(store)
    assert [row.version for row in await rows(store, tickets)] == [2]


async def test_words_are_changed_until_they_are_thought_about(store: Store) -> None:
    await take(store, Inbound("telegram", "anna", "anna:m1", Message("ordre", None, (PHOTO,), "en")))
    await take(store, ANNA("m2", "other"))
    await store.write(partial(reword, edited=ANNA("m1", "order")))
    assert [waiting.message for waiting in await waiting_rows(store)] == [
        Message("order", None, (PHOTO,), "en"), Message("other"),
    ]  # fmt: skip
    (first, _) = await waiting_rows(store)
    await store.write(partial(record, turn=turn(first, 0, "hi")))
    await store.write(partial(reword, edited=ANNA("m1", "too late")))
    await store.write(partial(reword, edited=ANNA("m9", "never came")))
    assert [row.payload["text"] for row in await rows(store, inbox)] == ["order", "other"]
    assert len([row for row in await rows(store, messages) if row.author == "customer"]) == 2
