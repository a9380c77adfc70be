"""The file of refused rows: for the operator, who opens it with a spreadsheet program."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from bot.ports import Unusable
from bot.registering.entries import Refused
from bot.spreadsheets import harmless

COLUMNS = ("row", "column", "reason")


class RefusedFile:
    """Where refused rows are written. `read`: rows of the registry file that are in already; what was written of the
    rows behind them, before a crash, will be written again. Raises `Unusable` where it can not be written."""

    def __init__(self, path: Path, read: int) -> None:
        self._path = path
        with self._writable():
            self._file = self._opened(path, read)

    def write(self, refused: Sequence[Refused]) -> None:
        with self._writable():
            csv.writer(self._file).writerows((one.row, one.column, harmless(one.reason)) for one in refused)
            self._file.flush()

    def _opened(self, path: Path, read: int) -> TextIO:
        kept = list(_of_earlier(path, read + 1)) if read and path.exists() else []
        fresh = path.with_name(f"{path.name}.new")
        with fresh.open("w", encoding="utf-8-sig", newline="") as file:  # the mark makes Excel read UTF-8
            csv.writer(file).writerows([COLUMNS, *kept])
        os.replace(fresh, path)
        return path.open("a", encoding="utf-8", newline="")

    @contextmanager
    def _writable(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise Unusable(f"{self._path}: can not be written: {error.strerror}; name another file") from None

    def __enter__(self) -> RefusedFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


def _of_earlier(path: Path, last: int) -> list[list[str]]:
    """What an earlier run wrote of the rows up to `last`. A line a crash cut off is none of them."""
    with path.open(encoding="utf-8-sig", newline="", errors="replace") as file:
        rows = list(csv.reader(file))
    return [row for row in rows if len(row) == len(COLUMNS) and row[0].isdecimal() and int(row[0]) <= last]
