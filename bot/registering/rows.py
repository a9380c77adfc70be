"""The rows of a registry file, with the byte behind each: where reading may go on another time."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from bot.registering.columns import DELIMITERS, Header, HeaderWrong, header_of

BOM = b"\xef\xbb\xbf"
LONGEST = 32 * 1024  # bytes of a row: what is longer is a quotation mark that nobody closed
CHUNK = 1 << 20
NOT_UTF8 = "is not UTF-8 text; save the file as “CSV UTF-8”"
QUOTES = "has a quotation mark that opens no cell or closes none; within a cell in quotation marks write it twice"


class FileUnreadable(Exception):
    """Nothing of this file can be read; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `trouble` says why its cells can not be told apart; then there are none."""

    number: int  # as a spreadsheet counts: the header is 1
    end: int  # the byte behind it
    cells: list[str]
    trouble: str = ""


class Sheet:
    """A registry file, its header read. Raises `FileUnreadable`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.size = path.stat().st_size
            with path.open("rb") as file:
                self.header, self.start = _header(file)
        except OSError as error:
            raise FileUnreadable(f"{path}: can not be read: {error.strerror}") from None
        except HeaderWrong as wrong:
            raise FileUnreadable(f"{path}: {wrong}") from None

    def digest(self) -> str:
        """SHA-256 of the bytes: another file is another digest."""
        found = hashlib.sha256()
        with self.path.open("rb") as file:
            while chunk := file.read(CHUNK):
                found.update(chunk)
        return found.hexdigest()

    def rows(self, offset: int = 0, read: int = 0) -> Iterator[Row]:
        """The rows behind a byte that lies between two of them; `read` rows lie before it. At 0: all."""
        with self.path.open("rb") as file:
            yield from _rows(file, self.header, max(offset, self.start), read + 2)


def _header(file: BinaryIO) -> tuple[Header, int]:
    """The header, and the byte behind it."""
    first = file.read(4096)
    _refuse_other_formats(first)
    start = len(BOM) if first.startswith(BOM) else 0
    found: list[tuple[int, Header, int]] = []
    wrong: HeaderWrong | None = None
    for delimiter in DELIMITERS:
        lines = _Lines(file, start)
        try:
            cells = next(csv.reader(lines, delimiter=delimiter, strict=True), [])
            header = header_of(cells, delimiter)
        except HeaderWrong as error:
            # Of the ways to cut the line the one with the most cells was meant.
            wrong = error if wrong is None or len(cells) > 1 else wrong
        except (csv.Error, _TooLong):
            wrong = wrong or HeaderWrong("the first line is no header; write there for example serial;product;country")
        else:
            if lines.garbled:
                raise HeaderWrong(f"the first line {NOT_UTF8}")
            found.append((len(cells), header, lines.end))
    if not found:
        raise wrong or HeaderWrong("the file is empty")
    _, header, end = max(found, key=lambda one: one[0])
    return header, end


def _refuse_other_formats(first: bytes) -> None:
    if not first.strip():
        raise HeaderWrong("the file is empty; its first line must name the columns, serial among them")
    if first.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise HeaderWrong("this is a workbook and no CSV file; save it as “CSV UTF-8”")
    if first.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in first:
        raise HeaderWrong("this is UTF-16 or no text at all; save the file as “CSV UTF-8”")


class _TooLong(Exception):
    """More bytes than any row has."""


class _Lines:
    """Lines for a csv reader, which takes as many as a row has and no more: `end` is the byte behind them."""

    def __init__(self, file: BinaryIO, offset: int) -> None:
        self._file = file
        self.back_to(offset)

    def back_to(self, offset: int) -> None:
        self._file.seek(offset)
        self.end = offset
        self.begin()

    def begin(self) -> None:
        """A row begins here."""
        self._start = self.end
        self.first_end = self.end  # behind the first line of the row
        self.garbled = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._file.readline(LONGEST)
        if not line:
            raise StopIteration
        self.end += len(line)
        if self.first_end == self._start:
            self.first_end = self.end
        if self.end - self._start >= LONGEST:
            self._pass_over(line)
            raise _TooLong
        try:
            return line.decode()
        except UnicodeDecodeError:
            self.garbled = True
            return line.decode(errors="replace")

    def _pass_over(self, line: bytes) -> None:
        """Go behind the rest of a line without end."""
        is_first = self.first_end == self.end
        while line and not line.endswith(b"\n"):
            line = self._file.readline(LONGEST)
            self.end += len(line)
        if is_first:
            self.first_end = self.end


def _rows(file: BinaryIO, header: Header, offset: int, number: int) -> Iterator[Row]:
    lines = _Lines(file, offset)
    reader = csv.reader(lines, delimiter=header.delimiter, strict=True)
    width = len(header.places)
    while True:
        lines.begin()
        trouble = ""
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, _TooLong) as error:
            cells, trouble = [], _unseparable(error)
        if not trouble and cells and len(cells) != width:
            trouble = _width(cells, width, header.delimiter)
        if trouble and lines.end != lines.first_end:
            # A quotation mark that nobody closed must not swallow the rows below it.
            lines.back_to(lines.first_end)
            trouble = QUOTES
        elif lines.garbled:
            trouble = NOT_UTF8
        if cells or trouble:  # else a blank line
            yield Row(number, lines.end, [] if trouble else cells, trouble)
        number += 1


def _unseparable(error: Exception) -> str:
    if isinstance(error, _TooLong):
        return f"is longer than {LONGEST // 1024} KiB; one line is one device"
    if "new-line" in str(error):
        return "has line ends of an old Macintosh (CR); save the file as “CSV UTF-8”"
    return QUOTES


def _width(cells: list[str], width: int, delimiter: str) -> str:
    hint = f"put a cell with a {DELIMITERS[delimiter]} in it into quotation marks"
    return f"has {len(cells)} cells where the header has {width}; {hint}"
