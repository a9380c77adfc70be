"""The schema: walked up, down and up on both databases, and always the one the tables describe."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Engine, ForeignKeyConstraint, UniqueConstraint, inspect, text

from bot.storage.columns import metadata
from bot.storage.engine import open_engine
from bot.storage.migrate import FOLDER, HEAD, alembic_config, current, migrate
from bot.storage.store import Store


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    opened = open_engine(database_url)
    yield opened
    opened.dispose()


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def differences(engine: Engine) -> list[Any]:
    with engine.begin() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, metadata))


def test_up_down_and_up_again(engine: Engine) -> None:
    assert current(engine) is None
    migrate(engine)
    assert current(engine) == HEAD
    assert tables(engine) == set(metadata.tables)
    migrate(engine, "base")
    assert current(engine) is None
    assert tables(engine) == set()
    migrate(engine)
    assert tables(engine) == set(metadata.tables)


def test_each_step_alone(engine: Engine) -> None:
    steps = [script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()]
    for revision in reversed(steps):
        migrate(engine, revision)
        assert current(engine) == revision
    for revision in [*steps[1:], "base"]:
        migrate(engine, revision)
        assert current(engine) == (None if revision == "base" else revision)


def test_the_migrations_make_what_the_tables_say(engine: Engine) -> None:
    migrate(engine)
    assert differences(engine) == []


def test_a_table_without_a_migration_is_noticed(engine: Engine) -> None:
    """Shows that the comparison above can fail."""
    migrate(engine)
    with engine.begin() as connection:
        connection.execute(text("DROP INDEX uq_tickets_live"))
    assert differences(engine) != []


def test_head_is_the_newest_file() -> None:
    assert ScriptDirectory.from_config(alembic_config()).get_current_head() == HEAD
    assert max(file.name for file in (FOLDER / "versions").glob("0*.py")).startswith(HEAD)


def test_every_constraint_has_a_name_in_the_tables_and_in_the_database(engine: Engine) -> None:
    migrate(engine)
    found = inspect(engine)
    for table in metadata.tables.values():
        described: dict[type, set[Any]] = {}
        for constraint in table.constraints:
            assert constraint.name, f"{table.name}: {constraint}"
            described.setdefault(type(constraint), set()).add(str(constraint.name))
        stored = found.get_unique_constraints(table.name)
        assert {one["name"] for one in stored} == described.get(UniqueConstraint, set())
        assert {one["name"] for one in found.get_check_constraints(table.name)} == described.get(CheckConstraint, set())
        foreign = {one["name"] for one in found.get_foreign_keys(table.name)}
        assert foreign == described.get(ForeignKeyConstraint, set())
        assert found.get_pk_constraint(table.name)["name"] == f"pk_{table.name}"


def test_a_database_at_head_is_left_alone(engine: Engine) -> None:
    migrate(engine)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO secrets (name, value) VALUES ('kept', 'x')"))
    migrate(engine)
    with engine.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM secrets")).scalar() == 1


def test_two_processes_may_start_at_once_on_an_empty_database(database_url: str) -> None:
    """Both find it empty; one sets it up, the other waits for that and goes on."""
    errors: list[BaseException] = []
    stores: list[Store] = []
    gate = threading.Barrier(3)

    def start() -> None:
        gate.wait()
        try:
            stores.append(Store(database_url))
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=start) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for store in stores:
        store.close()
    assert errors == []
    assert len(stores) == 3
