"""How the database is opened: what keeps an acknowledged message through a power cut."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from bot.storage.conversations import contacts, messages
from bot.storage.engine import open_engine
from bot.storage.store import Store, alive
from tests.fakes.clock import NOON


def pragmas(connection: Connection) -> dict[str, Any]:
    names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
    return {name: connection.execute(text(f"PRAGMA {name}")).scalar() for name in names}


async def test_the_writer_and_every_reader_of_sqlite_are_durable(sqlite_store: Store) -> None:
    """synchronous=FULL is 2. NORMAL (1) loses acknowledged messages in a power cut."""
    safe = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
    assert await sqlite_store.write(pragmas) == safe
    for _ in range(6):  # more than there are reader threads
        assert await sqlite_store.read(pragmas) == safe


async def test_postgresql_commits_synchronously(store: Store) -> None:
    if store.dialect != "postgresql":
        return
    how = await store.write(lambda connection: connection.execute(text("SHOW synchronous_commit")).scalar())
    assert how == "on"


async def test_foreign_keys_are_watched(store: Store) -> None:
    lonely = {
        "conversation_id": 4711, "seq": 1, "author": "bot", "visibility": "public", "text": "", "choices": [],
        "attachments": [], "at": NOON,
    }  # fmt: skip
    with pytest.raises(IntegrityError):
        await store.write(lambda connection: connection.execute(insert(messages), lonely))


@pytest.mark.parametrize("wrong", [{"owner": "nobody"}])
async def test_the_database_refuses_what_is_on_no_list(store: Store, wrong: dict[str, str]) -> None:
    def write(connection: Connection) -> None:
        connection.execute(insert(contacts), {"channel": "website", "address": "a", "created_at": NOON})
        row = connection.execute(select(contacts.c.id)).scalar_one()
        connection.execute(
            text(
                "INSERT INTO conversations (contact_id, owner, state, offered, version, created_at, updated_at)"
                " VALUES (:contact, :owner, '{}', '[]', 0, '2026-01-01', '2026-01-01')"
            ),
            {"contact": row, **wrong},
        )

    with pytest.raises(IntegrityError, match="ck_conversations_owner"):
        await store.write(write)


async def test_times_come_back_aware_and_naive_ones_are_refused(store: Store) -> None:
    def write(connection: Connection, at: datetime) -> None:
        connection.execute(insert(contacts), {"channel": "website", "address": str(at), "created_at": at})

    with pytest.raises(StatementError, match="without a zone"):
        await store.write(partial(write, at=NOON.replace(tzinfo=None)))
    await store.write(partial(write, at=NOON))
    found = await store.read(lambda connection: connection.execute(select(contacts.c.created_at)).scalar_one())
    assert found == NOON
    assert found.tzinfo is not None


async def test_the_database_answers(store: Store) -> None:
    assert await store.read(alive)


async def test_secrets_are_made_once(database_url: str) -> None:
    first = Store(database_url)
    second = Store(database_url)
    try:
        made = first.secret("visitors")
        assert len(made) == 32
        assert first.secret("visitors") == second.secret("visitors") == made
        assert first.secret("other") != made
    finally:
        first.close()
        second.close()


def test_the_folder_of_an_sqlite_file_is_made(tmp_path: Path) -> None:
    open_engine(f"sqlite:///{tmp_path}/new/folder/a.db").dispose()
    assert (tmp_path / "new" / "folder").is_dir()
