"""Serials as a registry file writes them: which can be kept, and under what."""

from __future__ import annotations

from dataclasses import dataclass

from bot.registering.cells import CellWrong
from handlers.rules.serials import LONGEST, Check, Fault, Line, canonical, faults, line_of, skeleton

REFUSED = ("empty", "letters", "length", "check_digit")  # nobody who types such a serial would be understood

# Check digits at the end of a serial.
WIDTH: dict[Check, int] = {"none": 0, "luhn": 1, "mod37_36": 1, "crockford37": 1, "mod97_10": 2}


@dataclass(frozen=True, slots=True)
class Serials:
    """The serials of a company, by its product lines."""

    lines: tuple[Line, ...] = ()

    def read(self, cell: str, line: str) -> str:
        """The canonical serial of a cell, with the name of the line beside it. Raises `CellWrong`."""
        for fault in self.faults(cell, line):
            if fault.kind in REFUSED:
                raise CellWrong(sentence(cell, fault))
        return canonical(cell)

    def faults(self, cell: str, line: str) -> tuple[Fault, ...]:
        """What is wrong with the serial of a cell."""
        named = self._named(line)
        return faults(cell, (named,) if named else self.lines)

    def skeleton(self, serial: str, line: str) -> str:
        """Under what a canonical serial is found by those who mistake one sign for another."""
        found = self._named(line) or line_of(serial, self.lines)
        return skeleton(serial, found.fold if found else ())

    def body(self, serial: str) -> str:
        """A canonical serial without its check digits."""
        found = line_of(serial, self.lines)
        return serial if found is None else serial[: len(serial) - WIDTH[found.check]]

    def _named(self, name: str) -> Line | None:
        return next((line for line in self.lines if line.name == name), None)


def sentence(cell: str, fault: Fault) -> str:
    """A fault in words, with what to do."""
    if "E+" in cell.upper():
        return f"{cell[:40]!r} is a number a spreadsheet has rounded; format the column as text and export it again"
    said = {
        "empty": "holds no sign of a serial; write the serial",
        "letters": f"holds {fault.sign!r} at place {fault.place}, which no serial has; write Latin letters and digits",
        "scripts": f"mixes alphabets: {fault.sign!r} at place {fault.place} is no Latin letter; write it as it is on "
        "the device",
        "length": f"is too short or too long for a serial (4 to {LONGEST} signs); write it as it is on the device",
        "pattern": "is not of the form of its product line; correct it, or the pattern of the line in the settings",
        "check_digit": f"has a wrong check digit for {fault.line or 'an IMEI'}; write it as it is on the device",
    }
    return said[fault.kind]
