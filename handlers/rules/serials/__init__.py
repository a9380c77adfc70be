"""Serial numbers as people type them: what they mean, which two look alike, whether one can be right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Trouble = Literal["none", "letters", "check_digit", "length"]


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
