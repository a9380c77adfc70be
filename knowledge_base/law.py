"""The law of each country, read from `law/<country>.toml`: every mistake with its line.

A file has `country`, `ask` (whom to ask where we are not sure), `weekend`, `members` and `longer` where they are
needed, and tables `[[liability]]`, `[[extension]]`, `[[duty]]`: see `knowledge_base.statutes`.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from knowledge_base.frontmatter import Problem, text_of
from knowledge_base.law_rows import HEAD, ROWS, read_row, read_values
from knowledge_base.statutes import WARRANTY, Duty, Extension, Law, LawBook, Liability, Row
from knowledge_base.toml_file import where_and_why

__all__ = ["HERE", "Law", "LawBook", "read_law", "read_law_file"]

HERE = Path(__file__).parent / "law"

_HEADER, _KEY = re.compile(r"\[\[?\s*(\w+)"), re.compile(r"(\w+)\s*=")

_Kind = TypeVar("_Kind", bound=Row)

Place = tuple[str, int, str]  # table, its number from 0, key; ("", 0, key) above the tables
Mistake = tuple[Place, str]


def read_law(*folders: Path) -> LawBook:
    """The law of every country that has a file in these folders, the later before the earlier; without any: ours.

    A file with mistakes gives no law.
    """
    laws: dict[str, Law] = {}
    problems: list[Problem] = []
    named = dict.fromkeys(folder.resolve() for folder in folders or (HERE,))  # the company's own may be ours
    for file in (file for folder in named for file in sorted(folder.glob("*.toml"))):
        law, mistakes = read_law_file(file)
        problems += mistakes
        if law is not None:
            laws[law.country] = law
    return LawBook(laws, tuple(problems))


def read_law_file(file: Path) -> tuple[Law | None, list[Problem]]:
    """One country's law; None with the mistakes where there are any."""
    text = text_of(file)
    if isinstance(text, Problem):
        return None, [text]
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line, why = where_and_why(error, text)
        return None, [Problem(file, line, f"not valid TOML: {why}")]
    law, mistakes = _read(file.stem, tables)
    lines = _lines(text)
    problems = [Problem(file, _line(lines, place), sentence) for place, sentence in mistakes]
    return (None if problems else law), problems


def _read(stem: str, tables: Mapping[str, Any]) -> tuple[Law | None, list[Mistake]]:
    head = {key: value for key, value in tables.items() if key in HEAD}
    values, wrong = read_values(head, HEAD, ("country", "ask"))
    mistakes: list[Mistake] = [(("", 0, key), sentence) for key, sentence in wrong]
    allowed = ", ".join([*HEAD, *(f"[[{table}]]" for table in ROWS)])
    unknown = [key for key in tables if key not in HEAD and key not in ROWS]
    mistakes += [(("", 0, key), f"{key}: no such key; write one of {allowed}") for key in unknown]
    rows: list[Row] = []
    for table in ROWS:
        found, wrong_rows = _rows(table, tables.get(table, []))
        rows += found
        mistakes += wrong_rows
    if mistakes:
        return None, mistakes
    law = Law(**values, liabilities=_of(Liability, rows), extensions=_of(Extension, rows), duties=_of(Duty, rows))
    return law, list(_clashes(stem, law))


def _rows(table: str, written: Any) -> tuple[list[Row], list[Mistake]]:
    if not isinstance(written, list) or not all(isinstance(row, dict) for row in written):
        return [], [(("", 0, table), f"{table}: write [[{table}]] above each row")]
    read = [read_row(table, row) for row in written]
    mistakes = [((table, number, key), sentence) for number, (_, wrong) in enumerate(read) for key, sentence in wrong]
    return [row for row, _ in read if row is not None], mistakes


def _of(kind: type[_Kind], rows: list[Row]) -> tuple[_Kind, ...]:
    return tuple(row for row in rows if isinstance(row, kind))


def _clashes(stem: str, law: Law) -> Iterator[Mistake]:
    """What is wrong between rows, or with the name of the file."""
    if stem != law.country.lower():
        yield ("", 0, "country"), f"country: the file is {stem}.toml; write {stem.upper()!r}"
    if len(set(law.weekend)) == 7:
        yield ("", 0, "weekend"), "weekend: leave a day on which somebody works"
    if strangers := sorted(set(law.longer) - set(law.members)):
        yield ("", 0, "longer"), f"longer: {', '.join(strangers)} is no member; write it there too"
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
    return places.get(place) or places.get((place[0] or place[2], place[1], "")) or 1
