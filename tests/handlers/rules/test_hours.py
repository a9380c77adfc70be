"""Working time: worked examples with dates, and sums that fit each other over every change of the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as some

from handlers.rules.hours import (
    MIDNIGHT,
    Calendar,
    HoursWrong,
    Slot,
    holidays_of,
    read_days,
    read_slots,
    shown,
)

HOUR = timedelta(hours=1)
DAYS = ((("9:00-12:00", "13:00-17:00"),) * 5, (("10:00-15:00",),), ((),))
OFFICE = tuple(read_slots(day) for part in DAYS for day in part)  # seven hours a weekday, five on Saturday
NIGHTS = (read_slots(["0:00-3:30", "20:00-24:00"]),) * 7  # open when clocks are changed
ALWAYS = ((Slot(0, MIDNIGHT),),) * 7


def moment(written: str, zone: str = "Europe/Prague", fold: int = 0) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(zone), fold=fold)


def office(zone: str = "Europe/Prague", country: str | None = "CZ") -> Calendar:
    exceptions = {
        **dict.fromkeys(read_days("2026-12-28/2026-12-31"), ()),  # closed between the years
        date(2026, 11, 17): read_slots(["10:00-12:00"]),  # open on a holiday
        date(2026, 11, 22): read_slots(["10:00-14:00"]),  # open on a Sunday
    }
    return Calendar(ZoneInfo(zone), OFFICE, country, exceptions=exceptions)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-11-23 09:00", 4, "2026-11-23 14:00"),  # a Monday, over the lunch break
        ("2026-11-23 09:00", 3, "2026-11-23 12:00"),  # up to the break, not past it
        ("2026-11-23 09:00", 7, "2026-11-23 17:00"),
        ("2026-11-23 12:30", 1, "2026-11-23 14:00"),  # within the break
        ("2026-11-23 16:30", 1, "2026-11-24 09:30"),
        ("2026-11-23 03:00", 1, "2026-11-23 10:00"),
        ("2026-11-27 16:00", 2, "2026-11-28 11:00"),  # Friday to Saturday
        ("2026-11-28 14:00", 2, "2026-11-30 10:00"),  # Saturday to Monday, the end of a month next
        ("2026-11-30 16:00", 2, "2026-12-01 10:00"),  # month end
        ("2026-11-16 16:00", 2, "2026-11-17 11:00"),  # into a holiday on which two hours are worked
        ("2026-11-16 16:00", 4, "2026-11-18 10:00"),
        ("2026-11-21 14:00", 2, "2026-11-22 11:00"),  # into a Sunday that is open
        ("2026-12-23 16:00", 2, "2027-01-02 11:00"),  # holidays, a weekend, closed days, New Year: next is a Saturday
        ("2027-03-25 16:00", 2, "2027-03-27 11:00"),  # Good Friday
        ("2027-03-27 14:00", 2, "2027-03-30 10:00"),  # Easter: the clock changed in between
        ("2028-02-28 16:00", 8, "2028-02-29 17:00"),  # leap day
        ("2026-11-23 10:00", 0, "2026-11-23 10:00"),
        ("2026-11-22 20:00", 0, "2026-11-22 20:00"),
    ],
)
def test_worked_examples(start: str, hours: int, due: str) -> None:
    calendar = office()
    found = calendar.add(moment(start), hours * HOUR)
    assert found == moment(due)
    assert found.tzinfo is UTC
    assert calendar.between(moment(start), found) == hours * HOUR


@pytest.mark.parametrize(
    ("at", "is_open", "next_open"),
    [
        ("2026-11-23 08:59", False, "2026-11-23 09:00"),
        ("2026-11-23 09:00", True, "2026-11-23 09:00"),
        ("2026-11-23 11:59", True, "2026-11-23 11:59"),
        ("2026-11-23 12:00", False, "2026-11-23 13:00"),
        ("2026-11-23 17:00", False, "2026-11-24 09:00"),
        ("2026-11-29 12:00", False, "2026-11-30 09:00"),  # Sunday
        ("2026-12-24 11:00", False, "2027-01-02 10:00"),
        ("2026-11-22 11:00", True, "2026-11-22 11:00"),
    ],
)
def test_open_and_next_open(at: str, is_open: bool, next_open: str) -> None:
    assert office().is_open(moment(at)) is is_open
    assert office().next_open(moment(at)) == moment(next_open)


# Days of 23 and 25 hours. What 0:00-3:30 and 20:00-24:00 hold on them, and the whole day.
@pytest.mark.parametrize(
    ("zone", "day", "nights", "whole"),
    [
        ("Europe/Prague", "2026-03-29", 6.5, 23),
        ("Europe/Prague", "2026-10-25", 8.5, 25),
        ("Europe/Prague", "2026-06-15", 7.5, 24),
        ("America/New_York", "2026-03-08", 6.5, 23),
        ("America/New_York", "2026-11-01", 8.5, 25),
        ("Asia/Tehran", "2022-03-22", 6.5, 23),  # at midnight: the hour from 0:00 was left out
        ("Asia/Tehran", "2022-09-21", 8.5, 25),  # the hour before midnight came twice
        ("Asia/Tehran", "2026-03-22", 7.5, 24),  # no more since
        ("Asia/Almaty", "2024-02-29", 8.5, 25),  # the zone itself was changed at midnight
        ("Asia/Almaty", "2024-03-01", 7.5, 24),
    ],
)
def test_days_on_which_the_clock_changes(zone: str, day: str, nights: float, whole: float) -> None:
    start = moment(f"{day} 00:00", zone)
    end = moment(f"{date.fromisoformat(day) + timedelta(days=1)} 00:00", zone)
    for week, hours in ((NIGHTS, nights), (ALWAYS, whole)):
        calendar = Calendar(ZoneInfo(zone), week)
        assert calendar.between(start, end) == hours * HOUR
        assert calendar.add(start, hours * HOUR) == end.astimezone(UTC)


@pytest.mark.parametrize(
    ("slot", "hours"),
    [
        ("1:00-2:00", 1), ("2:00-3:00", 0), ("2:30-4:00", 1), ("1:30-2:30", 0.5), ("2:10-2:50", 0), ("3:00-4:00", 1),
    ],
)  # fmt: skip
def test_an_hour_that_is_left_out_is_not_worked(slot: str, hours: float) -> None:
    calendar = Calendar(ZoneInfo("Europe/Prague"), (read_slots([slot]),) * 7)
    assert calendar.between(moment("2026-03-29 00:00"), moment("2026-03-30 00:00")) == hours * HOUR


@pytest.mark.parametrize(
    ("slots", "hours"),
    [(["1:00-2:00"], 1), (["2:00-3:00"], 2), (["2:30-4:00"], 2.5), (["1:30-2:30"], 1),
     (["1:30-2:30", "2:30-4:00"], 3.5)],
)  # fmt: skip
def test_in_an_hour_that_comes_twice_borders_are_at_the_first(slots: list[str], hours: float) -> None:
    calendar = Calendar(ZoneInfo("Europe/Prague"), (read_slots(slots),) * 7)
    assert calendar.between(moment("2026-10-25 00:00"), moment("2026-10-26 00:00")) == hours * HOUR


def test_both_passes_of_an_hour_are_told_apart() -> None:
    calendar = Calendar(ZoneInfo("Europe/Prague"), (read_slots(["1:30-2:30"]),) * 7)
    assert calendar.is_open(moment("2026-10-25 02:15"))
    assert not calendar.is_open(moment("2026-10-25 02:15", fold=1))


def test_a_clock_put_back_over_midnight_and_a_day_that_never_was() -> None:
    newfoundland = Calendar(ZoneInfo("America/St_Johns"), (read_slots(["0:00-1:00"]),) * 7)
    again = moment("2010-11-06 23:30", "America/St_Johns", fold=1)  # 00:01 became 23:01 of the day before
    assert newfoundland.is_open(again)
    assert newfoundland.between(again, again + timedelta(days=3)) == 3.5 * HOUR
    samoa = Calendar(ZoneInfo("Pacific/Apia"), (read_slots(["9:00-17:00"]),) * 7)  # had no 30 December 2011
    assert samoa.between(*(moment(f"2011-12-{day} 00:00", "Pacific/Apia") for day in (29, 31))) == 8 * HOUR


def test_holidays_belong_to_the_country_and_the_region() -> None:
    assert date(2026, 9, 28) in holidays_of("CZ", None, 2026)
    assert date(2026, 12, 16) in holidays_of("KZ", None, 2026)
    assert date(2026, 3, 21) in holidays_of("IR", None, 2026)  # Nowruz
    assert date(2026, 1, 6) in holidays_of("DE", "BY", 2026)
    assert date(2026, 1, 6) not in holidays_of("DE", None, 2026)
    assert office(country=None).is_open(moment("2026-09-28 10:00"))
    for country, region, named in (("XX", None, "of XX are"), ("CZ", "QQ", "of CZ, region QQ are")):
        with pytest.raises(HoursWrong, match=named):
            holidays_of(country, region, 2026)


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        ("9:00-17:30", (540, 1050)),
        ("09.00 – 17.30", (540, 1050)),
        (" 0:00-24:00 ", (0, 1440)),
    ],
)
def test_a_slot_is_read(written: str, minutes: tuple[int, int]) -> None:
    assert read_slots([written]) == (Slot(*minutes),)


def test_slots_are_put_in_order_and_may_touch() -> None:
    assert [shown(slot) for slot in read_slots(["13:00-17:00", "8:30-13:00"])] == ["8:30-13:00", "13:00-17:00"]
    assert read_slots([]) == ()


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (["nine to five"], "'nine to five' is no time of a day; write it like 9:00-17:30"),
        (["9-17"], "'9-17' is no time of a day"),
        (["9:00-25:00"], "no time of a day"),
        (["9:60-10:00"], "no time of a day"),
        (["9:00-24:01"], "no time of a day"),
        (["24:00-24:00"], "no time of a day"),
        (["22:00-6:00"], "'22:00-6:00' ends before it begins; over midnight write 22:00-24:00, and 0:00-6:00 on the"),
        (["9:00-9:00"], "ends before it begins"),
        (["9:00-12:00", "11:00-17:00"], "9:00-12:00 and 11:00-17:00 overlap"),
    ],
)
def test_a_slot_that_can_not_be_kept_is_refused_with_a_sentence(written: list[str], said: str) -> None:
    with pytest.raises(HoursWrong) as caught:
        read_slots(written)
    assert said in str(caught.value)


def test_days_are_read() -> None:
    assert read_days("2026-12-24") == (date(2026, 12, 24),)
    assert len(read_days("2026-12-28/2027-01-03")) == 7
    for written in ("24.12.2026", "2026-02-30", ""):
        with pytest.raises(HoursWrong, match="is no date; write 2026-12-24"):
            read_days(written)
    for written in ("2026-12-24/2026-12-23", "2026-01-01/2027-01-02"):
        with pytest.raises(HoursWrong, match="ends before it begins or lasts more than a year"):
            read_days(written)


def test_a_calendar_on_which_nobody_ever_works_is_refused() -> None:
    with pytest.raises(HoursWrong, match="no day of the week"):
        Calendar(ZoneInfo("UTC"), ((),) * 7)
    years = [day for year in range(2026, 2031) for day in read_days(f"{year}-01-01/{year}-12-31")]
    calendar = Calendar(ZoneInfo("UTC"), ALWAYS, exceptions=dict.fromkeys(years, ()))
    with pytest.raises(HoursWrong, match="nobody works in the 3 years before"):
        calendar.next_open(moment("2026-01-01 00:00", "UTC"))
    assert not calendar.is_open(moment("2027-01-01 00:00", "UTC"))


def test_a_time_without_a_zone_and_time_backwards_are_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        office().is_open(datetime(2026, 11, 23, 10))  # noqa: DTZ001
    with pytest.raises(ValueError, match="at least zero"):
        office().add(moment("2026-11-23 10:00"), -HOUR)


ZONES = ("Europe/Prague", "Asia/Tehran", "Asia/Almaty", "America/New_York")
borders = some.lists(some.integers(0, MIDNIGHT), max_size=6, unique=True).map(sorted)
days = borders.map(lambda found: tuple(Slot(*pair) for pair in zip(found[::2], found[1::2], strict=False)))
# Close to a change of the clock, a year's end, a month's end; or anywhere.
TURNS = [
    moment(day, zone)
    for zone, found in {
        "Europe/Prague": ("2026-03-29", "2026-10-25", "2026-12-31"),
        "Asia/Tehran": ("2022-03-22", "2022-09-21", "2026-03-21"),
        "Asia/Almaty": ("2024-03-01", "2004-10-31", "2028-02-29"),
        "America/New_York": ("2026-03-08", "2026-11-01", "2027-01-01"),
    }.items()
    for day in found
]
lengths = some.timedeltas(timedelta(), timedelta(days=5))
moments = some.one_of(
    some.builds(
        lambda turn, away: turn + away, some.sampled_from(TURNS), some.timedeltas(-3 * 24 * HOUR, 3 * 24 * HOUR)
    ),
    some.datetimes(datetime(2003, 1, 1), datetime(2035, 1, 1), timezones=some.just(UTC)),  # noqa: DTZ001
).map(lambda at: at.astimezone(UTC))


@some.composite
def calendars(draw: some.DrawFn) -> Calendar:
    week = tuple(draw(some.lists(days, min_size=7, max_size=7)))
    assume(any(week))
    exceptions = draw(some.dictionaries(some.sampled_from([turn.date() for turn in TURNS]), days, max_size=3))
    return Calendar(
        ZoneInfo(draw(some.sampled_from(ZONES))), week, draw(some.sampled_from([None, "CZ"])), exceptions=exceptions
    )


@settings(max_examples=120, deadline=None, derandomize=True)
@given(calendars(), moments, lengths)
def test_add_and_between_are_inverse(calendar: Calendar, start: datetime, working: timedelta) -> None:
    end = calendar.add(start, working)
    assert end >= start
    assert calendar.between(start, end) == working
    if working:
        assert calendar.between(start, end - timedelta(microseconds=1)) < working, "not the first such moment"
        assert calendar.is_open(end - timedelta(microseconds=1))


@settings(max_examples=80, deadline=None, derandomize=True)
@given(calendars(), moments, lengths, lengths)
def test_add_is_additive_and_monotone(calendar: Calendar, start: datetime, first: timedelta, second: timedelta) -> None:
    together = calendar.add(start, first + second)
    assert calendar.add(calendar.add(start, first), second) == together
    assert calendar.add(start, first) <= together
    assert calendar.add(start, first) <= calendar.add(start + second, first)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(calendars(), moments, lengths, some.timedeltas(-5 * 24 * HOUR, 5 * 24 * HOUR))
def test_between_is_additive_and_never_more_than_the_time(
    calendar: Calendar, start: datetime, first: timedelta, second: timedelta
) -> None:
    middle, end = start + first, start + first + second
    total = calendar.between(start, end)
    assert calendar.between(start, middle) + calendar.between(middle, end) == total
    assert calendar.between(end, start) == -total
    assert timedelta() <= calendar.between(start, middle) <= first


@settings(max_examples=80, deadline=None, derandomize=True)
@given(calendars(), moments)
def test_next_open_is_open_and_nothing_before_it_is(calendar: Calendar, at: datetime) -> None:
    found = calendar.next_open(at)
    assert calendar.is_open(found)
    assert calendar.between(at, found) == timedelta()
    assert (found == at) is calendar.is_open(at)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(some.sampled_from(ZONES), moments, lengths)
def test_a_calendar_that_never_closes_is_the_wall_clock(zone: str, start: datetime, length: timedelta) -> None:
    assert Calendar(ZoneInfo(zone), ALWAYS).add(start, length) == start + length
