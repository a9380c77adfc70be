"""Agents saw a customer's "yes, that one" without what it answers: the channel's reply was thrown away."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from bot.channels.telegram import inbound as read
from bot.storage.copies import add_copy
from bot.storage.store import Store
from bot.storage.tables import messages
from tests.bot.storage.rows import inbound, rows, take


@pytest.mark.parametrize(("quotes", "answered"), [("31", 2), ("30", 1), ("99", None), (None, None)])
async def test_what_is_answered_is_stored(sqlite_store: Store, quotes: str | None, answered: int | None) -> None:
    first = await take(sqlite_store, inbound("30", channel="telegram"))
    await take(sqlite_store, inbound("40", channel="telegram"))
    copy = partial(
        add_copy, channel="telegram", address="anna", external_id="31", conversation=first.conversation, seq=2
    )
    await sqlite_store.write(copy)
    await take(sqlite_store, replace(inbound("50", channel="telegram"), quotes=quotes))
    assert (await rows(sqlite_store, messages))[-1].reply_to == answered


def test_the_channel_hands_it_on() -> None:
    chat = {"id": 7, "type": "private", "first_name": "Anna"}
    sender = {"id": 7, "is_bot": False, "first_name": "Anna"}
    before = {"message_id": 31, "date": 0, "chat": chat, "text": "Which one?"}
    message = {
        "message_id": 50,
        "date": 0,
        "chat": chat,
        "from": sender,
        "text": "That one",
        "reply_to_message": before,
    }
    assert read({"update_id": 1, "message": message}).quotes == "31"
