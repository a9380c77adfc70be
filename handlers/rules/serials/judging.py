"""What one serial says of itself, before anybody looks it up: which line's it is, whether it can be right."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import Literal

from handlers.rules.serials.lines import Line, Lines
from handlers.rules.serials.makers import imei, looks_like_imei, other_forms
from handlers.rules.serials.nearness import forms, right_ones, swaps, transpositions, variants
from handlers.rules.serials.signs import LONGEST, foreign

SHORTEST = 4  # signs
Trouble = Literal["none", "letters", "check_digit", "length"]
_IMEI = Line("", "[0-9]{15}", "luhn")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says of a serial.

    `canonical` is there where a serial was read that can be looked up. `offered`: the one serial it was probably meant
    to be: ask before using it. `trouble` says why neither is there; `place` (from 1) and `sign` name the first sign
    that is no sign of serials.
    """

    canonical: str | None = None
    offered: str | None = None
    trouble: Trouble = "none"
    place: int = 0
    sign: str = ""
    line: str = ""  # product line whose pattern it fits; "": none
    also: tuple[str, ...] = ()  # other canonical forms of the same device, to look up where the first finds nothing


def judge(serial: str, lines: Lines, *, is_imei: bool = False) -> Reading:
    """What a canonical serial is. `is_imei`: the customer said so."""
    if place := foreign(serial):
        return Reading(trouble="letters", place=place, sign=serial[place - 1])
    if not SHORTEST <= len(serial) <= LONGEST:
        return Reading(trouble="length")
    found = None if is_imei else _of_lines(serial, lines)
    if found is None and (is_imei or looks_like_imei(serial)):
        found = _of_imei(serial)
    return _with_other_forms(found or Reading(serial), serial)


def _of_lines(serial: str, lines: Lines) -> Reading | None:
    """The first line it is right for; else what may be meant by a mistyped serial of the first line it is like."""
    mistyped: Reading | None = None
    for line in lines:
        may_be = forms(serial, line)
        right = [form for form in may_be if line.passes(form)]
        if len(right) == 1 and len(may_be) == 1:
            return Reading(right[0], line=line.name)
        if line.check == "none" and right:
            return Reading(serial, line=line.name)  # the skeleton finds it, and asks where it finds two
        if may_be and mistyped is None:
            mistyped = _mistyped(serial, may_be, line)
    return mistyped


def _mistyped(serial: str, may_be: tuple[str, ...], line: Line) -> Reading:
    """The one right serial that a single slip leads to.

    One with the same skeleton is the likelier to be meant: where there is such a one, but nothing can be offered, the
    skeleton finds the device.
    """
    near = {right for form in may_be for right in right_ones(chain(swaps(form), transpositions(form)), line)}
    read = variants(serial, line.fold)
    alike = {serial} if read is None else right_ones(read, line)
    meant = near or alike
    if len(meant) == 1 and (meant <= alike or not alike):
        return Reading(offered=meant.pop(), line=line.name)
    return Reading(serial, line=line.name) if alike else Reading(trouble="check_digit", line=line.name)


def _of_imei(serial: str) -> Reading | None:
    digits = imei(serial)
    if digits is None:
        return Reading(trouble="length") if serial.isdecimal() else None
    if _IMEI.passes(digits):
        return Reading(digits)
    return _mistyped(digits, (digits,), _IMEI)


def _with_other_forms(reading: Reading, typed: str) -> Reading:
    if reading.canonical is None:
        return reading
    serial = reading.canonical
    also = (typed, *other_forms(serial), *other_forms(typed))
    return replace(reading, also=tuple(dict.fromkeys(form for form in also if form != serial)))
