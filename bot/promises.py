"""Sections of the settings that say what is promised to customers: opening hours, service levels, tickets."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationInfo, field_validator

from bot.section import Section
from handlers.rules.hours import Calendar, HoursWrong, Slot, read_days, read_slots
from handlers.rules.sla import Tier, TierName, read_length, read_target

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _weekday(*default: str) -> tuple[str, ...]:
    field: tuple[str, ...] = Field(default, examples=['["9:00-12:00", "13:00-17:30"]', "[]"])
    return field


class Hours(Section):
    """When people work, in the company's time zone. No slot: a closed day."""

    monday: tuple[str, ...] = _weekday("9:00-19:00")
    tuesday: tuple[str, ...] = _weekday("9:00-19:00")
    wednesday: tuple[str, ...] = _weekday("9:00-19:00")
    thursday: tuple[str, ...] = _weekday("9:00-19:00")
    friday: tuple[str, ...] = _weekday("9:00-19:00")
    saturday: tuple[str, ...] = _weekday("10:00-15:00")
    sunday: tuple[str, ...] = _weekday()
    holidays: bool = Field(True, examples=["true"])  # public holidays of the company's country are closed
    region: str = Field("", pattern="^([A-Z0-9-]{1,8})?$", examples=['""'])  # of the country: "BY" of "DE"
    exceptions: dict[str, tuple[str, ...]] = Field(
        {}, examples=['{ "2026-12-24/2026-12-31" = [], "2026-11-29" = ["10:00-16:00"] }']
    )

    @field_validator(*WEEKDAYS)
    @classmethod
    def _slots(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        read_slots(value)
        return value

    @field_validator("exceptions")
    @classmethod
    def _exceptions(cls, value: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        _read_exceptions(value)
        return value

    @property
    def somebody_works(self) -> bool:
        """Whether any day of the week has opening hours."""
        return any(getattr(self, day) for day in WEEKDAYS)

    def calendar(self, zone: ZoneInfo, country: str) -> Calendar:
        """The hours as a calendar that can be reckoned with."""
        return Calendar(
            zone,
            tuple(read_slots(getattr(self, day)) for day in WEEKDAYS),
            country if self.holidays else None,
            self.region or None,
            _read_exceptions(self.exceptions),
        )


def _read_exceptions(written: dict[str, tuple[str, ...]]) -> dict[date, tuple[Slot, ...]]:
    found: dict[date, tuple[Slot, ...]] = {}
    for days, slots in written.items():
        for day in read_days(days):
            if day in found:
                raise HoursWrong(f"{day} stands there twice")
            found[day] = read_slots(slots)
    return found


def _length(default: str) -> str:
    field: str = Field(default, examples=['"8 working hours"', '"48 hours"'])
    return field


class Level(Section):
    """One tier. A length of time is working time, or time by the clock on the wall."""

    first_reply: str = _length("8 working hours")
    resolution: str = _length("50 working hours")
    warn_before: str = Field("25%", examples=['"25%"', '"30 minutes"'])  # left of each of them

    @field_validator("first_reply", "resolution")
    @classmethod
    def _is_a_length(cls, value: str) -> str:
        read_length(value)
        return value

    @field_validator("warn_before")
    @classmethod
    def _is_before(cls, value: str, info: ValidationInfo) -> str:
        for name in ("first_reply", "resolution"):
            if name in info.data:  # else it is refused itself
                read_target(info.data[name], value)
        return value

    def tier(self) -> Tier:
        """The level as the clock of a ticket takes it."""
        return Tier(*(read_target(written, self.warn_before) for written in (self.first_reply, self.resolution)))


class Extended(Level):
    first_reply: str = _length("4 working hours")
    resolution: str = _length("48 hours")


class Premium(Level):
    first_reply: str = _length("1 hour")
    resolution: str = _length("4 hours")


class Sla(Section):
    """What is promised to whom."""

    basic: Level = Level()
    extended: Extended = Extended()
    premium: Premium = Premium()

    def tier(self, name: TierName) -> Tier:
        """One level by its name."""
        level: Level = getattr(self, name)
        return level.tier()


class Tickets(Section):
    close_after_days: int = Field(7, ge=1, le=365, examples=["7"])

    @property
    def close_after(self) -> timedelta:
        """How long a solved ticket waits for a word of the customer before it closes."""
        return timedelta(days=self.close_after_days)
