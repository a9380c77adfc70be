"""Who wrote nothing but /human got a request named "/human", for good: in the topic's title, in lists, as last words.

Found by the journeys through Telegram.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.storage.store import Store
from bot.storage.tables import tickets
from tests.bot.storage.rows import rows
from tests.bot.test_talk_about_tickets import Customer


@pytest.mark.parametrize(
    ("said", "subject", "last_words"),
    [
        (["/human"], "", ""),
        (["/human", "the kettle leaks since Monday"], "the kettle leaks since Monday", ""),
        (["/human the kettle leaks"], "the kettle leaks", ""),
        (["hello there", "/human"], "", "hello there"),
    ],
)
async def test_its_subject_is_the_first_thing_that_was_said(
    sqlite_store: Store, tmp_path: Path, said: list[str], subject: str, last_words: str
) -> None:
    anna = Customer(sqlite_store, tmp_path)
    for words in said:
        await anna.say(words)
    (ticket,) = await rows(sqlite_store, tickets)
    assert (ticket.subject, ticket.packet["last_words"]) == (subject, last_words)
