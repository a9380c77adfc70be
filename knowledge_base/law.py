"""The law of each country, read from `law/<country>.toml`: every mistake with its line.

A file has `country`, `ask` (whom to ask where we are not sure) and tables `[[liability]]`, `[[extension]]`,
`[[duty]]`: see `knowledge_base.statutes`.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path
from typing import Any, get_args

from knowledge_base.frontmatter import Problem
from knowledge_base.statutes import (
    WARRANTY,
    Act,
    Basis,
    Buyer,
    Confidence,
    Days,
    Duty,
    Effect,
    Extension,
    Goods,
    Law,
    LawBook,
    Liability,
    Responsible,
    Row,
    Silence,
    Starts,
    Under,
)

__all__ = ["HERE", "Law", "LawBook", "read_law", "read_law_file"]

HERE = Path(__file__).parent / "law"
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_HEADER, _KEY = re.compile(r"\[\[\s*(\w+)\s*\]\]"), re.compile(r"(\w+)\s*=")
_CODE, _NAME = re.compile(r"[A-Z]{2}"), re.compile(r"[a-z]{2}-[a-z0-9-]{1,40}")
_AT = re.compile(r" \(at line (\d+), column \d+\)| \(at end of document\)")

Reader = Callable[[Any], Any]
Place = tuple[str, int, str]  # table, its number from 0, key; ("", 0, key) above the tables


class Wrong(ValueError):
    """A value that can not be taken; the message says what to write."""


def read_law(folder: Path = HERE) -> LawBook:
    """The law of every country that has a file, and every mistake in the others."""
    laws: dict[str, Law] = {}
    problems: list[Problem] = []
    for file in sorted(folder.glob("*.toml")):
        law, mistakes = read_law_file(file)
        problems += mistakes
        if law is not None:
            laws[law.country] = law
    return LawBook(laws, tuple(problems))


def read_law_file(file: Path) -> tuple[Law | None, list[Problem]]:
    """One country's law; None with the mistakes where there are any."""
    try:
        text = file.read_text("utf-8")
        tables = tomllib.loads(text)
    except UnicodeDecodeError as error:
        return None, [Problem(file, error.object.count(b"\n", 0, error.start) + 1, "not UTF-8; save it as UTF-8")]
    except OSError as error:
        return None, [Problem(file, 1, f"can not be read: {error.strerror}")]
    except tomllib.TOMLDecodeError as error:
        found = _AT.search(str(error))
        line = int(found[1]) if found and found[1] else text.count("\n") + 1
        return None, [Problem(file, line, f"not valid TOML: {_AT.sub('', str(error))}")]
    lines = _lines(text)
    found_law, mistakes = _read(file.stem, tables)
    problems = [Problem(file, _line(lines, place), sentence) for place, sentence in mistakes]
    return (None if problems else found_law), problems


def _read(stem: str, tables: Mapping[str, Any]) -> tuple[Law | None, list[tuple[Place, str]]]:
    head = {key: value for key, value in tables.items() if key not in _ROWS}
    values, mistakes = _values("", 0, head, _HEAD, ("country", "ask"))
    rows: dict[str, list[Row]] = {table: [] for table in _ROWS}
    for table, (kind, readers) in _ROWS.items():
        found = tables.get(table, [])
        if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
            mistakes.append((("", 0, table), f"write [[{table}]] above each row"))
            continue
        for number, written in enumerate(found):
            row, wrong = _row(table, number, written, kind, readers)
            mistakes += wrong
            rows[table] += [] if row is None else [row]
    if mistakes:
        return None, mistakes
    law = Law(**values, liabilities=_of(rows, Liability), extensions=_of(rows, Extension), duties=_of(rows, Duty))
    return law, list(_clashes(stem, law))


def _of(rows: Mapping[str, list[Row]], kind: type[Any]) -> tuple[Any, ...]:
    return tuple(row for found in rows.values() for row in found if isinstance(row, kind))


def _row(
    table: str, number: int, written: Mapping[str, Any], kind: type[Row], readers: Mapping[str, Reader]
) -> tuple[Row | None, list[tuple[Place, str]]]:
    required = [field.name for field in fields(kind) if field.default is field.default_factory]  # neither: MISSING
    values, mistakes = _values(table, number, written, readers, required)
    if mistakes:
        return None, mistakes
    row = kind(**values)
    return row, [((table, number, key), sentence) for key, sentence in _against_sense(row)]


def _values(
    table: str, number: int, written: Mapping[str, Any], readers: Mapping[str, Reader], required: Any
) -> tuple[dict[str, Any], list[tuple[Place, str]]]:
    values: dict[str, Any] = {}
    mistakes = [((table, number, ""), f"{key} is missing") for key in required if key not in written]
    for key, value in written.items():
        try:
            if key not in readers:
                raise Wrong(f"no such key; the keys are {', '.join(readers)}")
            values[key] = readers[key](value)
        except Wrong as wrong:
            mistakes.append(((table, number, key), f"{key}: {wrong}"))
    return values, mistakes


def _against_sense(row: Row) -> Iterator[tuple[str, str]]:
    """Values of one row that do not go together: key, sentence."""
    if row.valid_from and row.valid_to and row.valid_to < row.valid_from:
        yield "valid_to", f"valid_to: {row.valid_to} is before valid_from"
    if isinstance(row, Liability) and row.months and row.days:
        yield "days", "days: the period has months already; write one of them"
    if isinstance(row, Extension) and (row.effect == "plus_months_once") != (row.months is not None):
        yield "months", "months: write how many plus_months_once adds; no other effect has any"


def _clashes(stem: str, law: Law) -> Iterator[tuple[Place, str]]:
    """What is wrong between rows, or with the name of the file."""
    if stem != law.country.lower():
        yield ("", 0, "country"), f"country: the file is {stem}.toml; write {stem.upper()!r}"
    counts = Counter(row.name for row in law.rows)
    liabilities = {row.name for row in law.liabilities}
    for table, rows in (("liability", law.liabilities), ("extension", law.extensions), ("duty", law.duties)):
        for number, row in enumerate(rows):
            if not row.name.startswith(f"{stem}-") or counts[row.name] > 1:
                yield (table, number, "name"), f"name: write one that begins with {stem}- and is there once"
            for name in row.extends if isinstance(row, Extension) else ():
                if name not in liabilities and name != WARRANTY:
                    known = ", ".join([WARRANTY, *sorted(liabilities)])
                    yield (table, number, "extends"), f"extends: there is no {name!r}; known: {known}"


def _lines(text: str) -> dict[Place, int]:
    """On which line each key stands; key "" is the header of a table."""
    places: dict[Place, int] = {("", 0, ""): 1}
    seen: Counter[str] = Counter()
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            table = header[1]
            seen[table] += 1
            places[table, seen[table] - 1, ""] = number
        elif key := _KEY.match(line):
            places.setdefault((table, max(0, seen[table] - 1), key[1]), number)
    return places


def _line(places: Mapping[Place, int], place: Place) -> int:
    return places.get(place) or places.get((*place[:2], "")) or 1


def _words(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Wrong('write words in "quotes"')
    return value.strip()


def _text(value: object) -> str:
    return "" if value == "" else _words(value)


def _code(value: object) -> str:
    if not isinstance(value, str) or not _CODE.fullmatch(value):
        raise Wrong('write a country\'s code of two capitals, such as "CZ"')
    return value


def _name(value: object) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise Wrong('use a-z, 0-9 and -, the country first, such as "cz-consumer-2023"')
    return value


def _day(value: object) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise Wrong("write a date without quotes, such as 2026-11-22")
    return value


def _number(least: int, most: int) -> Reader:
    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise Wrong(f"write a whole number from {least} to {most}")
        return value

    return read


def _switch(value: object) -> bool:
    if not isinstance(value, bool):
        raise Wrong("write true or false")
    return value


def _one_of(kind: Any) -> Reader:
    allowed = get_args(kind)

    def read(value: object) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise Wrong(f"is {value!r}; write one of {', '.join(allowed)}")
        return value

    return read


def _many(reader: Reader) -> Reader:
    def read(value: object) -> tuple[Any, ...]:
        if not isinstance(value, list) or not value:
            raise Wrong('write a list such as ["…"]')
        return tuple(map(reader, value))

    return read


def _weekday(value: object) -> int:
    if not isinstance(value, str) or value not in WEEK:
        raise Wrong(f"is {value!r}; write days such as {WEEK[5]}")
    return WEEK.index(value)


_COMMON: Mapping[str, Reader] = {
    "name": _name, "title": _words, "sources": _many(_words), "confidence": _one_of(Confidence), "checked_on": _day,
    "reviewer": _text, "ask": _words, "buyer": _one_of(Buyer), "goods": _many(_one_of(Goods)), "valid_from": _day,
    "valid_to": _day, "region": _code,
}  # fmt: skip
_MONTHS, _DAYS = _number(1, 240), _number(0, 366)
_HEAD: Mapping[str, Reader] = {"country": _code, "ask": _words, "weekend": _many(_weekday), "members": _many(_code)}
_ROWS: Mapping[str, tuple[type[Row], Mapping[str, Reader]]] = {
    "liability": (
        Liability,
        {
            **_COMMON, "months": _MONTHS, "days": _number(1, 366), "presumption_months": _MONTHS,
            "presumes_whole": _switch, "basis": _one_of(Basis), "responsible": _one_of(Responsible),
            "notes": _many(_words),
        },
    ),
    "extension": (
        Extension,
        {
            **_COMMON, "effect": _one_of(Effect), "extends": _many(_words), "counts": _many(_one_of(Under)),
            "months": _MONTHS,
        },
    ),
    "duty": (
        Duty,
        {
            **_COMMON, "acts": _many(_one_of(Act)), "days": _DAYS, "counted": _one_of(Days),
            "silence": _one_of(Silence), "starts": _one_of(Starts), "moves": _switch,
        },
    ),
}  # fmt: skip
