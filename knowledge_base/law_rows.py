"""Rows of law as they stand in a file: each value read, and what is wrong with it said."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import MISSING, fields
from datetime import date, datetime
from typing import Any, get_args

from knowledge_base.statutes import (
    Act,
    Basis,
    Buyer,
    Confidence,
    Days,
    Duty,
    Effect,
    Extension,
    Goods,
    Liability,
    Responsible,
    Row,
    Silence,
    Starts,
    Under,
)

Reader = Callable[[Any], Any]
Mistake = tuple[str, str]  # the key, empty where it is missing; the sentence

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_CODE, _NAME = re.compile(r"[A-Z]{2}"), re.compile(r"[a-z]{2}-[a-z0-9-]{1,40}")


def read_row(table: str, written: Mapping[str, Any]) -> tuple[Row | None, list[Mistake]]:
    """One row of a table; None with its mistakes."""
    kind, readers = ROWS[table]
    required = [one.name for one in fields(kind) if one.default is MISSING and one.default_factory is MISSING]
    values, mistakes = read_values(written, readers, required)
    if mistakes:
        return None, mistakes
    row = kind(**values)
    mistakes = list(_against_sense(row))
    return (None if mistakes else row), mistakes


def read_values(
    written: Mapping[str, Any], readers: Mapping[str, Reader], required: Collection[str]
) -> tuple[dict[str, Any], list[Mistake]]:
    """The values that can be taken, and the mistakes of the others."""
    values: dict[str, Any] = {}
    mistakes = [("", f"{key}: is missing") for key in required if key not in written]
    for key, value in written.items():
        try:
            if key not in readers:
                raise _Wrong(f"no such key; the keys are {', '.join(readers)}")
            values[key] = readers[key](value)
        except _Wrong as wrong:
            mistakes.append((key, f"{key}: {wrong}"))
    return values, mistakes


def _against_sense(row: Row) -> Iterator[tuple[str, str]]:
    """Values of one row that do not go together: key, sentence."""
    if row.valid_from and row.valid_to and row.valid_to < row.valid_from:
        yield "valid_to", f"valid_to: {row.valid_to} is before valid_from"
    if isinstance(row, Liability) and row.months and row.days:
        yield "days", "days: the period has months already; write one of them"
    if isinstance(row, Extension) and (row.effect == "plus_months_once") != (row.months is not None):
        yield "months", "months: write how many plus_months_once adds; no other effect has any"


class _Wrong(ValueError):
    """A value that can not be taken; the message says what to write."""


def _words(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _Wrong('write words in "quotes"')
    return value.strip()


def _text(value: object) -> str:
    return "" if value == "" else _words(value)


def _code(value: object) -> str:
    if not isinstance(value, str) or not _CODE.fullmatch(value):
        raise _Wrong('write a country\'s code of two capitals, such as "CZ"')
    return value


def _name(value: object) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise _Wrong('use a-z, 0-9 and -, the country first, such as "cz-consumer-2023"')
    return value


def _day(value: object) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise _Wrong("write a date without quotes, such as 2026-11-22")
    return value


def _number(least: int, most: int) -> Reader:
    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise _Wrong(f"write a whole number from {least} to {most}")
        return value

    return read


def _switch(value: object) -> bool:
    if not isinstance(value, bool):
        raise _Wrong("write true or false")
    return value


def _one_of(kind: Any) -> Reader:
    allowed = get_args(kind)

    def read(value: object) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise _Wrong(f"is {value!r}; write one of {', '.join(allowed)}")
        return value

    return read


def _many(reader: Reader) -> Reader:
    def read(value: object) -> tuple[Any, ...]:
        if not isinstance(value, list) or not value:
            raise _Wrong('write a list such as ["…"]')
        return tuple(map(reader, value))

    return read


def _weekday(value: object) -> int:
    if not isinstance(value, str) or value not in WEEK:
        raise _Wrong(f"is {value!r}; write days such as {WEEK[5]}")
    return WEEK.index(value)


_COMMON: Mapping[str, Reader] = {
    "name": _name, "title": _words, "sources": _many(_words), "confidence": _one_of(Confidence), "checked_on": _day,
    "reviewer": _text, "ask": _words, "buyer": _one_of(Buyer), "goods": _many(_one_of(Goods)), "valid_from": _day,
    "valid_to": _day, "region": _code,
}  # fmt: skip
_MONTHS, _DAYS = _number(1, 240), _number(0, 366)
HEAD: Mapping[str, Reader] = {
    "country": _code, "ask": _words, "weekend": _many(_weekday), "members": _many(_code), "longer": _many(_code),
}  # fmt: skip
ROWS: Mapping[str, tuple[type[Row], Mapping[str, Reader]]] = {
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
