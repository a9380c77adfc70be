"""A TOML file read with its lines, so that a mistake in it can be told as file:line and what to write."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from knowledge_base.frontmatter import Problem, text_of

_AT = re.compile(r" \(at line (\d+), column \d+\)| \(at end of document\)")
_HEADER = re.compile(r"^\s*\[+\s*([^\]]+?)\s*\]+")
_KEY = re.compile(r'^\s*("[^"]*"|[A-Za-z0-9_-]+)\s*=')


class TomlFile:
    """The values of a file, and every mistake found in them so far."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self.values: dict[str, Any] = {}
        self._lines: dict[tuple[str, ...], int] = {}
        text = text_of(path)
        if isinstance(text, Problem):
            self.problems.append(text)
            return
        try:
            self.values = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            line, why = where_and_why(error, text)
            self.problems.append(Problem(path, line, f"not readable as TOML: {why}"))
        else:
            self._lines = _lines_of(text)

    def line(self, *keys: str) -> int:
        """The line on which these keys stand, or the nearest that does: its table's, else 1."""
        while keys and keys not in self._lines:
            keys = keys[:-1]
        return self._lines.get(keys, 1)

    def mistake(self, sentence: str, *keys: str) -> None:
        """Something is wrong with the value of these keys."""
        self.problems.append(Problem(self.path, self.line(*keys), sentence))

    def known(self, table: Mapping[str, Any], names: tuple[str, ...], *keys: str) -> None:
        """Every key of this table must be one of these names."""
        for name in table:
            if name not in names:
                self.mistake(f"unknown key {name}; known: {', '.join(names)}", *keys, name)

    def text(self, table: Mapping[str, Any], name: str, *keys: str, needed: bool = False) -> str:
        """A text; "" where there is none."""
        value = table.get(name)
        if value is None and not needed:
            return ""
        if not isinstance(value, str) or (needed and not value.strip()):
            self.mistake(f'{name} is {"missing" if value is None else "no text"}; write {name} = "…"', *keys, name)
            return ""
        return value

    def texts(self, table: Mapping[str, Any], name: str, *keys: str) -> tuple[str, ...]:
        """A list of texts; empty where there is none."""
        value = table.get(name, [])
        if not isinstance(value, list) or not all(isinstance(part, str) and part.strip() for part in value):
            self.mistake(f'{name} is no list of texts; write {name} = ["…", "…"]', *keys, name)
            return ()
        return tuple(value)

    def table(self, table: Mapping[str, Any], name: str, *keys: str) -> dict[str, Any]:
        """A table within; empty where there is none."""
        value = table.get(name, {})
        if not isinstance(value, dict):
            self.mistake(f"{name} is no table; write {name} = {{ … }}", *keys, name)
            return {}
        return value


def where_and_why(error: tomllib.TOMLDecodeError, text: str) -> tuple[int, str]:
    """The line of a mistake in TOML, the last one where the text ends too soon, and what is wrong there."""
    at = _AT.search(str(error))
    return int(at[1]) if at and at[1] else max(1, len(text.splitlines())), _AT.sub("", str(error))


def _lines_of(text: str) -> dict[tuple[str, ...], int]:
    """The first line of each table and key. A line inside a text of several lines may be taken for a key: the table
    it stands in is right all the same."""
    found: dict[tuple[str, ...], int] = {}
    above: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            above = tuple(part.strip().strip('"') for part in header[1].split("."))
            found.setdefault(above, number)
        elif name := _KEY.match(line):
            found.setdefault((*above, name[1].strip('"')), number)
    return found
