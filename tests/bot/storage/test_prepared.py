"""Statements on the driver's own cursor do what Core would do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError

from bot.storage.conversations import contacts, conversations, insert_once
from bot.storage.engine import open_engine
from bot.storage.events import answers
from bot.storage.migrate import migrate
from bot.storage.prepared import Prepared

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
CONTACT = {"channel": "website", "address": "anna", "created_at": NOON}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path}/a.db")
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        yield connection


def test_values_are_converted_as_core_would(connection: Connection) -> None:
    later = NOON.astimezone(timezone(timedelta(hours=5)))
    contact = Prepared(insert(contacts).returning(contacts.c.id)).value(connection, CONTACT | {"created_at": later})
    talk = {"contact_id": contact, "owner": "bot", "state": {"ә": [1]}, "offered": [], "version": 0}
    Prepared(insert(conversations)).count(connection, talk | {"created_at": NOON, "updated_at": NOON})
    row = connection.execute(select(conversations, contacts.c.created_at.label("met")).join(contacts)).one()
    assert (row.state, row.offered, row.language, row.met) == ({"ә": [1]}, [], None, NOON)


def test_rows_are_counted_and_values_used_anew_each_time(connection: Connection) -> None:
    for address in "abc":
        insert_once(connection, contacts, CONTACT | {"address": address})
    rename = Prepared(update(contacts).where(contacts.c.address == bindparam("old")).values(channel=bindparam("new")))
    assert [rename.count(connection, {"old": old, "new": f"to-{old}"}) for old in ("a", "x", "c")] == [1, 0, 1]
    found = connection.execute(select(contacts.c.channel).order_by(contacts.c.id)).scalars().all()
    assert found == ["to-a", "website", "to-c"]


def test_a_row_that_is_there_gives_no_key(connection: Connection) -> None:
    assert insert_once(connection, contacts, CONTACT) == 1
    assert insert_once(connection, contacts, CONTACT) is None


def test_errors_are_those_of_sqlalchemy(connection: Connection) -> None:
    with pytest.raises(IntegrityError):
        Prepared(insert(conversations)).count(connection, {"contact_id": 99})
    with pytest.raises((StatementError, ValueError), match="zone"):
        Prepared(insert(contacts)).count(connection, CONTACT | {"created_at": NOON.replace(tzinfo=None)})


def test_a_missing_table_is_said_as_such(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE answers")
        with pytest.raises(OperationalError):
            Prepared(insert(answers)).count(connection, {"question": "?"})


def test_many_rows_are_written_and_converted_as_core_would(connection: Connection) -> None:
    later = NOON.astimezone(timezone(timedelta(hours=5)))
    statement = Prepared(insert(contacts))
    statement.many(connection, [CONTACT | {"address": str(number), "created_at": later} for number in range(3)])
    statement.many(connection, [])
    found = connection.execute(select(contacts.c.address, contacts.c.created_at).order_by(contacts.c.address)).all()
    assert [tuple(row) for row in found] == [("0", NOON), ("1", NOON), ("2", NOON)]


def test_one_wrong_row_of_many_is_an_error_of_core(connection: Connection) -> None:
    with pytest.raises(IntegrityError):
        Prepared(insert(contacts)).many(connection, [CONTACT, CONTACT])
