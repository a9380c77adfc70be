"""Mistyped serials: which right one was probably meant. Pure arithmetic: nobody learns whether a device exists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import product
from math import prod

from handlers.rules.serials.lines import Line
from handlers.rules.serials.signs import SIGNS, skeleton

_ALIKE = ("0OQ", "1IL", "8B", "5S", "2Z", "6G")
_LOOKS = {sign: "".join(signs).replace(sign, "") for signs in _ALIKE for sign in signs}
VARIANTS = 1_024  # more ways to read look-alikes say nothing any more


def swaps(serial: str) -> Iterator[str]:
    """The serial with one sign replaced by one that looks like it."""
    for at, sign in enumerate(serial):
        for look in _LOOKS.get(sign, ""):
            yield serial[:at] + look + serial[at + 1 :]


def transpositions(serial: str) -> Iterator[str]:
    """The serial with two neighbours the other way round."""
    for at in range(len(serial) - 1):
        if serial[at] != serial[at + 1]:
            yield serial[:at] + serial[at + 1] + serial[at] + serial[at + 2 :]


def variants(serial: str, fold: tuple[str, ...]) -> Iterator[str] | None:
    """Every serial with the same skeleton; None where there are too many."""
    looks = _same_looks(fold)
    choices = [looks[sign] for sign in serial]
    if prod(map(len, choices)) > VARIANTS:
        return None
    return map("".join, product(*choices))


@lru_cache(maxsize=256)
def _same_looks(fold: tuple[str, ...]) -> dict[str, str]:
    """For each sign, those with the same skeleton."""
    bones = {sign: skeleton(sign, fold) for sign in SIGNS}
    return {sign: "".join(other for other in SIGNS if bones[other] == bone) for sign, bone in bones.items()}


def forms(serial: str, line: Line) -> tuple[str, ...]:
    """What a serial may be if it is one of this line: itself, or what its look-alikes must be to have the line's form.

    A pattern that takes digits only leaves no choice between O and 0; Crockford's alphabet leaves none either.
    """
    if line.check == "crockford37":
        serial = skeleton(serial)
    if line.fits(serial):
        return (serial,)
    read = variants(serial, line.fold)
    if read is None:
        return tuple(form for form in (skeleton(serial, line.fold),) if line.fits(form))
    return tuple(form for form in read if line.fits(form))


def right_ones(serials: Iterable[str], line: Line) -> set[str]:
    """Those of the serials that have the line's form and the right check digit."""
    return {serial for serial in serials if line.fits(serial) and line.passes(serial)}
