"""Statements of the hot path: written with Core, compiled once, run on SQLite's own cursor.

Core's way to run a statement costs three to four times what SQLite needs for it, and every turn runs six.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Executable
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler

Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Form:
    """A compiled statement. `slots`: name, value where the caller gives none, conversion, in the order of the marks."""

    sql: str
    slots: tuple[tuple[str, Any, Convert | None], ...]

    def row(self, values: Mapping[str, Any]) -> list[Any]:
        found = ((values.get(name, constant), convert) for name, constant, convert in self.slots)
        return [value if convert is None else convert(value) for value, convert in found]


class Prepared:
    """A statement for use within a transaction that has begun, with the same names of values each time."""

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._form: _Form | None = None

    def value(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        """The first column of the only row; None where there is none."""
        cursor = self._run(connection, values)
        if cursor is None:
            return connection.execute(self._statement, values).scalar()
        row = cursor.fetchall()
        return row[0][0] if row else None

    def count(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """How many rows it changed."""
        cursor = self._run(connection, values)
        return cursor.rowcount if cursor is not None else connection.execute(self._statement, values).rowcount

    def many(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run it once for each of these rows."""
        driver = connection.connection.dbapi_connection
        if not isinstance(driver, sqlite3.Connection):
            connection.execute(self._statement, rows)
        elif rows:
            form = self._form = self._form or _compile(self._statement, connection, tuple(rows[0]))
            try:
                driver.executemany(form.sql, map(form.row, rows))
            except sqlite3.Error as error:
                raise _as_core_says(error, form) from error

    def _run(self, connection: Connection, values: Mapping[str, Any]) -> sqlite3.Cursor | None:
        """None where it is for Core to run, which knows other databases. Raises SQLAlchemy's own errors."""
        driver = connection.connection.dbapi_connection
        if not isinstance(driver, sqlite3.Connection):
            return None
        if self._form is None:
            self._form = _compile(self._statement, connection, tuple(values))
        try:
            return driver.execute(self._form.sql, self._form.row(values))
        except sqlite3.Error as error:
            raise _as_core_says(error, self._form) from error


def _as_core_says(error: sqlite3.Error, form: _Form) -> BaseException:
    return DBAPIError.instance(form.sql, None, error, sqlite3.Error, hide_parameters=True)


def _compile(statement: Executable, connection: Connection, names: tuple[str, ...]) -> _Form:
    if not isinstance(statement, ClauseElement):
        raise TypeError("a statement of Core is needed, not text")
    dialect = connection.dialect
    compiled = statement.compile(dialect=dialect, column_keys=list(names))
    if not isinstance(compiled, SQLCompiler) or compiled.positiontup is None:
        raise TypeError("a statement with ? for its values is needed")
    slots = []
    for name in compiled.positiontup:
        convert = compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect)
        slots.append((name, compiled.params.get(name), convert))
    return _Form(str(compiled), tuple(slots))
