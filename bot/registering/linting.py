"""What is wrong with a registry file, found before anything of it is taken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b

from bot.registering.entries import SERIAL, Entry, Refused, entry_of
from bot.registering.records import Record, impossible, merged
from bot.registering.rows import Row, Sheet
from bot.registering.serials import REFUSED, Serials, sentence

FEW = 3  # serials one behind the other: that many may be chance
SHARE = 0.1  # of all serials: from there on they were counted up
LAST_DIGITS = re.compile(r"[0-9]+(?=[^0-9]*$)")


def lint_sheet(sheet: Sheet, serials: Serials, today: date, *, is_strict: bool) -> Iterator[Refused]:
    """Everything that is wrong, with what to do, in the order of the rows; what concerns the whole file at the end.

    `is_strict`: serials that can be guessed do no harm, as they alone tell nobody anything.
    """
    seen = _Seen()
    for row in sheet.rows():
        entry = entry_of(row, sheet.header, serials.read)
        if not isinstance(entry, Entry):
            yield from entry
            continue
        yield from _of_the_serial(row, sheet, serials)
        trouble = impossible(merged(Record(), entry), today)
        if trouble is not None:
            yield Refused(row.number, *trouble)
        yield from seen.look_alike(entry, serials)
        seen.count(entry, serials)
    if not is_strict:
        yield from seen.counted_up()


def _of_the_serial(row: Row, sheet: Sheet, serials: Serials) -> Iterator[Refused]:
    """What an import would take all the same."""
    cells = dict(zip(sheet.header.places, row.cells, strict=True))
    line = cells.get("line", "").strip()
    for fault in serials.faults(cells[SERIAL], line):
        if fault.kind not in REFUSED:
            yield Refused(row.number, SERIAL, sentence(cells[SERIAL], fault))


@dataclass(slots=True)
class _Seen:
    """The serials so far, as numbers: of a million about 200 MB."""

    looks: dict[int, tuple[int, int]] = field(default_factory=dict)  # skeleton: serial, row
    bodies: set[int] = field(default_factory=set)  # serials without their check digits
    nexts: set[int] = field(default_factory=set)  # what they would be counted up to

    def look_alike(self, entry: Entry, serials: Serials) -> Iterator[Refused]:
        """Whether another serial of this file differs only in signs that look alike."""
        skeleton = serials.skeleton(entry.serial, entry.values.get("line", ""))
        serial = _number(entry.serial)
        other, row = self.looks.setdefault(_number(skeleton), (serial, entry.row))
        if other != serial:
            said = f"differs from row {row} only in signs that look alike, such as 0 and O; correct it if it is wrong"
            yield Refused(entry.row, SERIAL, f"{said}, else customers will be asked which one they mean")

    def count(self, entry: Entry, serials: Serials) -> None:
        body = serials.body(entry.serial)
        self.bodies.add(_number(body))
        if digits := LAST_DIGITS.search(body):
            following = str(int(digits[0]) + 1).rjust(len(digits[0]), "0")
            self.nexts.add(_number(body[: digits.start()] + following + body[digits.end() :]))

    def counted_up(self) -> Iterator[Refused]:
        """Whether the serials of this file follow one another, so that who has one can guess others."""
        following = len(self.bodies & self.nexts)
        if following >= FEW and following >= SHARE * len(self.bodies):
            said = f"{following} of {len(self.bodies)} serials follow one another, so that they can be guessed"
            yield Refused(1, SERIAL, f"{said}; set [warranty] strict = true, which tells nothing without a proof")


def _number(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest())
