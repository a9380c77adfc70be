"""Product lines: what the serials of a line look like, as the company says it in its settings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from handlers.rules.serials.checks import Check, passes
from handlers.rules.serials.signs import skeleton


@dataclass(frozen=True, slots=True)
class Line:
    """One product line."""

    name: str
    pattern: str  # regular expression over the whole canonical serial, check digits and all
    check: Check = "none"
    fold: tuple[str, ...] = ()  # signs that look alike on these labels besides O0, I1 and L1: "B8": B is 8
    product: str = ""  # what a customer calls it: "washer"

    def fits(self, serial: str) -> bool:
        """Whether the serial has this line's form, be its check digit right or wrong."""
        return re.fullmatch(self.pattern, serial) is not None

    def passes(self, serial: str) -> bool:
        """Whether the check digit is right."""
        return passes(self.check, serial)


Lines = Sequence[Line]


def line_of(serial: str, lines: Lines) -> Line | None:
    """The line a canonical serial belongs to: it has the form, and the check digit is right."""
    return next((line for line in lines if line.fits(serial) and line.passes(serial)), None)


def skeletons(serial: str, lines: Lines) -> tuple[str, ...]:
    """The skeletons a serial may be kept under: without more look-alikes, and with those of each line."""
    folds = dict.fromkeys(((), *(line.fold for line in lines)))
    return tuple(dict.fromkeys(skeleton(serial, fold) for fold in folds))
