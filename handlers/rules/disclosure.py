"""What somebody may learn of a device, by what they have proved.

0: knows a serial. 1: holds the device: knows one more fact, or a code sent to the contact on file. 2: has linked it
to their talk by such a code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from handlers.rules.facts import Assessment, Coverage, Repair, Verdict

Level = Literal[0, 1, 2]


@dataclass(frozen=True, slots=True)
class View:
    """What of a device may be told. Empty where the level does not reach."""

    verdict: Verdict
    product: str  # family: "washing machine"
    model: str = ""  # from level 1
    until_month: tuple[int, int] | None = None  # year and month of the best coverage's end: all that level 0 learns
    country: str | None = None  # whose law counts; None: must be asked
    law: Coverage | None = None  # at level 0: the law's line without its dates
    assessment: Assessment | None = None  # from level 1: everything owed
    open_repair: Repair | None = None  # from level 1
    repairs: tuple[Repair, ...] = ()  # from level 2
