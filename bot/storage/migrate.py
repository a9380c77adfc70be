"""Bringing a database to the schema of this version, with Alembic."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from bot.ports import Unusable

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).parent / "migrations"
LOCK = 0x61667465  # a number of our own among a database's advisory locks
HEAD = "0004"  # a test compares it with the newest file; it saves importing Alembic at every start


def migrate(engine: Engine, revision: str = "head") -> None:
    """Upgrade to `revision` ("head": the newest), downgrade to a revision or "base" below the present one."""
    found = _known(current(engine))
    if revision == "head" and found == HEAD:
        return
    from alembic import command

    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":  # two processes may start at once; SQLite locks by itself
            connection.execute(text("SET LOCAL lock_timeout = 0"))
            connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
        config = alembic_config()
        config.attributes["connection"] = connection
        if revision == "head" or (_revision(connection) or "") < revision != "base":
            command.upgrade(config, revision)
        else:
            command.downgrade(config, revision)


def current(engine: Engine) -> str | None:
    """The revision the database stands at; None for an empty one."""
    with engine.connect().execution_options(reading=True) as connection:
        return _revision(connection)


def _known(revision: str | None) -> str | None:
    """The same revision. Raises `Unusable` where it is of a later version of the bot than this one."""
    if revision is not None and revision > HEAD:
        sentence = f"the database stands at {revision}, this version of the bot knows it up to {HEAD}"
        raise Unusable(f"{sentence}; install the later version again, or restore the backup made before it")
    return revision


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def alembic_config() -> Config:
    """Alembic's configuration without a file: only where the scripts are."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return config
