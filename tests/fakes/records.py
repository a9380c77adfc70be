"""A company's records with a handful of devices: what each level may see of them, what proves them, what goes wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from handlers.rules.disclosure import Level, View
from handlers.rules.facts import Assessment, Coverage, Deadline, Repair, Source
from handlers.rules.serials import Reading, canonical
from handlers.services import Checked
from handlers.words import Asker, Attachment

WASHER, TV, OLD, NOWHERE = "AB12C3456", "TV55X0O07", "XY98Z7654", "NO00W0001"
SLIP, SLIPPED = "AB12C3465", "AB12C3456"  # two signs changed places
RECEIPT, CODE = "R-2026-17", "424242"
PATTERN = re.compile(r"[A-Z]{2}\d\d[A-Z0-9]{5}")
TODAY = date(2026, 11, 21)

LAW = Source(
    "cz-consumer-2023", "CZ", "občanský zákoník, § 2165", "eagri.cz", "A", date(2026, 11, 16)
)  # fmt: skip
DOUBTFUL = Source("cz-extension", "CZ", "občanský zákoník, § 1922", "from memory", "C", date(2026, 11, 16), ask="ČOI")
WARRANTY = Coverage(
    "warranty", "covered", date(2026, 2, 16), date(2028, 2, 28), "delivery",
    ("2026-02-16 + 24 months = 2028-02-16", "2028-02-16 + 12 days out of use (2026-05-03 to 2026-05-15) = 2028-02-28"),
    "maker", added_days=12,
)  # fmt: skip
STATUTORY = Coverage(
    "statutory", "covered", date(2026, 2, 16), date(2028, 2, 16), "delivery", ("2026-02-16 + 24 months = 2028-02-16",),
    "seller", date(2027, 2, 16), source=LAW,
)  # fmt: skip
UNSURE = Coverage(
    "statutory",
    "unknown",
    arithmetic=("a repair may have moved the end (2028-02-16): please check with ČOI",),
    source=DOUBTFUL,
)
VOID = Coverage("extended", "void", date(2024, 1, 1), date(2027, 1, 1), "fixed", void="opened by a stranger")
CLAIM = Deadline("repair", date(2026, 12, 21), 30, "calendar", "remedies", LAW)
LATER = Deadline("refund", None, 0, "calendar", "none", DOUBTFUL)
OWED = Assessment("covered", TODAY, "CZ", (WARRANTY, STATUTORY, UNSURE, VOID), (CLAIM, LATER), 278)
REPAIRS = (Repair(date(2026, 5, 3), date(2026, 5, 15)), Repair(date(2026, 11, 2)))
UNDATED = Coverage("statutory", "unknown", source=LAW)
NOTHING_KNOWN = Assessment("unknown", TODAY, "CZ", (UNDATED,), missing=("purchased",))


def shown(
    product: str, month: tuple[int, int] | None, owed: Assessment, country: str | None = "CZ"
) -> dict[Level, View]:
    """What each level sees of a device."""
    law = Coverage("statutory", "unknown", responsible="seller", source=LAW) if country else None
    whole = View(owed.verdict, product, "W80", None, country, None, owed, REPAIRS[1])
    return {
        0: View(owed.verdict, product, "", month, country, law),
        1: whole,
        2: View(owed.verdict, product, "W80", None, country, None, owed, REPAIRS[1], REPAIRS),
    }


def shop() -> dict[str, dict[Level, View]]:
    """A washing machine with everything, an old vacuum cleaner, a TV, and one that nobody knows where it was sold."""
    over = Assessment("expired", TODAY, "CZ", (Coverage("warranty", "expired", date(2020, 1, 1), date(2022, 1, 1)),))
    return {
        WASHER: shown("washing machine", (2028, 2), OWED),
        OLD: shown("vacuum cleaner", (2022, 1), over),
        TV: shown("TV", None, NOTHING_KNOWN),
        NOWHERE: shown("fridge", None, OWED, None),
    }


@dataclass
class FakeRecords:
    """Remembers what it was asked; knows the devices of `shop`."""

    devices: Mapping[str, Mapping[Level, View]] = field(default_factory=shop)
    answers: Mapping[str, Checked] = field(default_factory=dict)  # serial -> what is answered, whatever is known
    readings: Mapping[str, Reading] = field(default_factory=dict)  # text -> what is read in it
    in_photo: str | None = None
    sends: bool = True  # whether codes are still sent
    is_strict: bool = False
    levels: dict[str, Level] = field(default_factory=dict)
    checked: list[tuple[str, str | None, str | None]] = field(default_factory=list)  # serial, country, proof

    def read(self, text: str, *, expected: bool) -> Reading:
        if text in self.readings:
            return self.readings[text]
        sought = canonical(text)
        found = next(filter(None, map(PATTERN.fullmatch, (sought, *map(canonical, text.split())))), None)
        if found is None:
            return Reading(trouble="length") if expected and sought.isalnum() and len(sought) < 5 else Reading()
        if found.group() == SLIP:
            return Reading(offered=SLIPPED, trouble="check_digit")
        return Reading(canonical=found.group())

    async def check(
        self, serial: str, asker: Asker, now: datetime, *, country: str | None = None, proof: str | None = None
    ) -> Checked:
        self.checked.append((serial, country, proof))
        if serial in self.answers:
            return self.answers[serial]
        if proof is not None and RECEIPT in proof.upper():
            self.levels[serial] = 1
        level = self.levels.get(serial, 0)
        if serial not in self.devices or (self.is_strict and level == 0):
            return Checked("hidden")
        view = self.devices[serial][level]
        if view.country is None and country is not None:
            view = shown(view.product, None, OWED, country)[level]
        return Checked("seen", view, level)

    async def send_code(self, serial: str, asker: Asker, now: datetime) -> bool:
        return self.sends

    async def redeem(self, serial: str, code: str, asker: Asker, now: datetime) -> bool:
        if code == CODE and serial in self.devices:
            self.levels[serial] = 1
            return True
        return False

    async def keep(self, serial: str, asker: Asker, now: datetime) -> bool:
        if self.levels.get(serial) != 1:
            return False
        self.levels[serial] = 2
        return True

    async def serial_in_photo(self, files: Sequence[Attachment], asker: Asker) -> str | None:
        return self.in_photo


def pause(now: datetime, minutes: int = 10) -> Checked:
    return Checked("paused", until=now + timedelta(minutes=minutes))
