"""What is wrong with a serial in the company's own records, for whoever imports them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Literal

from handlers.rules.serials.checks import passes
from handlers.rules.serials.judging import SHORTEST
from handlers.rules.serials.lines import Lines
from handlers.rules.serials.makers import looks_like_imei
from handlers.rules.serials.signs import LONGEST, canonical, foreign

Kind = Literal["empty", "letters", "scripts", "length", "pattern", "check_digit"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong.

    `empty`: no sign at all. `letters`: a letter no serial has. `scripts`: letters of two alphabets that look alike.
    `length`: too short or too long for any serial. `pattern`: not of the form of any product line.
    `check_digit`: of the form of `line` (an IMEI where that is ""), but mistyped.
    """

    kind: Kind
    place: int = 0  # from 1: of the sign, in the canonical serial (`letters`), as it is written (`scripts`)
    sign: str = ""
    line: str = ""


def faults(written: str, lines: Lines) -> tuple[Fault, ...]:
    """Everything that is wrong with a serial as it stands in a file. `lines`: all, or the one it is said to be of."""
    serial = canonical(written)
    if not serial:
        return (Fault("empty"),)
    found = [fault for fault in (_scripts(written), _letters(serial), _length(serial)) if fault]
    if not any(fault.kind != "scripts" for fault in found):
        found += _form(serial, lines)
    return tuple(found)


def _scripts(written: str) -> Fault | None:
    if written.isascii():
        return None
    letters = [(at, unicodedata.name(sign, "").split(" ")[0]) for at, sign in enumerate(written) if sign.isalpha()]
    other = next((at for at, script in letters if script != "LATIN"), None)
    if other is None or all(script != "LATIN" for _, script in letters):
        return None
    return Fault("scripts", other + 1, written[other])


def _letters(serial: str) -> Fault | None:
    place = foreign(serial)
    return Fault("letters", place, serial[place - 1]) if place else None


def _length(serial: str) -> Fault | None:
    return None if SHORTEST <= len(serial) <= LONGEST else Fault("length")


def _form(serial: str, lines: Lines) -> list[Fault]:
    fitting = [line for line in lines if line.fits(serial)]
    if any(line.passes(serial) for line in fitting):
        return []
    if fitting:
        return [Fault("check_digit", line=fitting[0].name)]
    if looks_like_imei(serial):
        return [] if passes("luhn", serial) else [Fault("check_digit")]
    return [Fault("pattern")] if lines else []
