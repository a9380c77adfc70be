"""Service levels: worked examples with dates, and what holds for every log, calendar and tier."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from handlers.rules.hours import Calendar, read_slots
from handlers.rules.sla import Clock, LevelWrong, Target, Tier, clock, due_at, read_target
from handlers.rules.tickets import ACTIONS, ACTORS, Action, Actor, TicketChanged, change

PRAGUE = ZoneInfo("Europe/Prague")
HOUR = timedelta(hours=1)
WEEK = (read_slots(["9:00-17:00"]),) * 5 + ((),) * 2
OFFICE = Calendar(PRAGUE, WEEK, "CZ")
BASIC = Tier(read_target("8 working hours", "2 working hours"), read_target("24 working hours", "25%"))
PREMIUM = Tier(read_target("4 hours", "1 hour"), read_target("2 days", "50%"))

Step = tuple[Action, Actor, str]
CREATED: Step = ("create", "customer", "2026-11-23 10:00")  # a Monday; eight hours of work a day


def moment(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=PRAGUE)


def log_of(*steps: Step) -> list[TicketChanged]:
    log: list[TicketChanged] = []
    for action, actor, at in steps:
        event = change(log, action, actor, moment(at))
        assert isinstance(event, TicketChanged), event
        log.append(event)
    return log


def stands(tier: Tier, now: str, *steps: Step) -> Clock:
    return clock(log_of(CREATED, *steps), tier, OFFICE, moment(now))


def keys(found: Clock) -> list[str]:
    return [warning.key for warning in found.warnings]


REPLIED: Step = ("agent_wrote", "agent", "2026-11-23 12:00")
ASKED: Step = ("wait_for_customer", "agent", "2026-11-23 14:00")
BACK: Step = ("customer_wrote", "customer", "2026-11-25 11:00")
SOLVED: Step = ("solve", "agent", "2026-11-24 11:00")


@pytest.mark.parametrize(
    ("tier", "steps", "now", "reply_due", "resolution_due"),
    [
        (BASIC, [], "2026-11-23 10:00", "2026-11-24 10:00", "2026-11-26 10:00"),
        (PREMIUM, [], "2026-11-23 10:00", "2026-11-23 14:00", "2026-11-25 10:00"),
        # Taking and handing over change nothing; waiting for a supplier is ours.
        (BASIC, [("take", "agent", "2026-11-23 11:00"), ("wait_for_third_party", "agent", "2026-11-23 12:00")],
         "2026-11-23 13:00", "2026-11-24 10:00", "2026-11-26 10:00"),
        # Met: what was due stays what it was.
        (BASIC, [REPLIED], "2026-11-23 13:00", "2026-11-24 10:00", "2026-11-26 10:00"),
        (BASIC, [REPLIED, ASKED], "2026-11-23 15:00", "2026-11-24 10:00", None),
        # Four hours used, twenty left: from Wednesday 11:00 to Friday 15:00.
        (BASIC, [REPLIED, ASKED, BACK], "2026-11-25 12:00", "2026-11-24 10:00", "2026-11-27 15:00"),
        (PREMIUM, [REPLIED, ASKED, BACK], "2026-11-25 12:00", "2026-11-23 14:00", "2026-11-27 07:00"),
        # Solved on Tuesday with nine hours used, opened again on Monday: fifteen left.
        (BASIC, [REPLIED, SOLVED], "2026-11-24 12:00", "2026-11-24 10:00", "2026-11-26 10:00"),
        (BASIC, [REPLIED, SOLVED, ("reopen", "customer", "2026-11-30 09:00")], "2026-11-30 10:00",
         "2026-11-24 10:00", "2026-12-01 16:00"),
        # Asked back without a word to the customer: nothing is due until there is an answer.
        (BASIC, [ASKED], "2026-11-24 15:00", None, None),
    ],
)  # fmt: skip
def test_worked_examples(
    tier: Tier, steps: Sequence[Step], now: str, reply_due: str | None, resolution_due: str | None
) -> None:
    found = stands(tier, now, *steps)
    assert found.first_reply.due == (reply_due and moment(reply_due))
    assert found.resolution.due == (resolution_due and moment(resolution_due))
    assert not found.first_reply.is_broken
    assert not found.resolution.is_broken


@pytest.mark.parametrize(
    ("created", "target", "due"),
    [
        ("2026-11-30 16:00", "2 working hours", "2026-12-01 10:00"),  # month end
        ("2026-12-31 16:00", "2 working hours", "2027-01-04 10:00"),  # New Year's Day is a Friday
        ("2026-12-23 16:30", "1 working hour", "2026-12-28 09:30"),  # three holidays and a Sunday
        ("2026-11-16 16:00", "8 working hours", "2026-11-18 16:00"),  # 17 November
        ("2026-11-20 16:59", "1 working minute", "2026-11-20 17:00"),
        ("2026-11-20 17:00", "1 working minute", "2026-11-23 09:01"),
        ("2026-10-24 12:00", "24 hours", "2026-10-25 11:00"),  # a day of 25 hours
        ("2026-03-28 12:00", "1 day", "2026-03-29 13:00"),  # a day of 23 hours
        ("2026-10-23 16:00", "2 working hours", "2026-10-26 10:00"),  # the change falls on the weekend between
    ],
)
def test_what_is_due_at_ends_of_months_and_years_on_holidays_and_changes_of_the_clock(
    created: str, target: str, due: str
) -> None:
    aim = read_target(target, "50%")
    assert due_at(aim, OFFICE, moment(created)) == moment(due)
    log = log_of(("create", "customer", created))
    assert clock(log, Tier(aim, aim), OFFICE, moment(created)).first_reply.due == moment(due)


@pytest.mark.parametrize(
    ("steps", "now", "told", "again"),
    [
        ([], "2026-11-23 15:59", [], "2026-11-23 16:00"),
        ([], "2026-11-23 16:00", ["first_reply:soon"], "2026-11-24 10:00"),
        ([], "2026-11-24 10:00", ["first_reply:broken"], "2026-11-25 12:00"),
        ([], "2026-11-25 12:00", ["first_reply:broken", "resolution:soon"], "2026-11-26 10:00"),
        ([], "2026-12-24 12:00", ["first_reply:broken", "resolution:broken"], None),
        ([REPLIED], "2026-11-24 10:00", [], "2026-11-25 12:00"),
        ([REPLIED, ASKED], "2026-12-24 12:00", [], None),
        ([REPLIED, ASKED, BACK], "2026-11-26 16:59", [], "2026-11-26 17:00"),
        ([REPLIED, SOLVED], "2026-12-24 12:00", [], None),
        # Late already when the customer was asked: that stays to be said.
        ([("wait_for_customer", "agent", "2026-11-24 15:00")], "2026-11-24 16:00", ["first_reply:broken"], None),
    ],
)
def test_warnings(steps: Sequence[Step], now: str, told: list[str], again: str | None) -> None:
    found = stands(BASIC, now, *steps)
    assert keys(found) == told
    assert found.next_warning == (again and moment(again))


def test_a_late_reply_and_a_reply_in_the_last_moment() -> None:
    for at, is_broken in (("2026-11-24 10:00", False), ("2026-11-24 10:01", True)):
        found = stands(BASIC, "2026-11-24 11:00", ("agent_wrote", "agent", at)).first_reply
        assert (found.met, found.is_broken, found.is_owed) == (moment(at), is_broken, False)
    assert stands(BASIC, "2026-11-24 10:00").first_reply.is_broken


def test_time_left_and_whether_the_clock_runs() -> None:
    asked = stands(BASIC, "2026-12-24 12:00", REPLIED, ASKED)
    assert (asked.resolution.left, asked.is_running) == (20 * HOUR, False)
    assert asked.first_reply.left == 6 * HOUR
    back = stands(BASIC, "2026-11-25 12:00", REPLIED, ASKED, BACK)
    assert (back.resolution.left, back.is_running) == (19 * HOUR, True)
    assert stands(BASIC, "2027-11-25 12:00").resolution.left == timedelta()


def test_solved_is_when_it_was_solved_not_when_it_was_closed() -> None:
    closed = stands(BASIC, "2026-12-01 12:00", SOLVED, ("silence", "clock", "2026-12-01 11:00"))
    assert closed.resolution.met == moment(SOLVED[2])
    reopened = stands(BASIC, "2026-12-01 12:00", SOLVED, ("customer_wrote", "customer", "2026-12-01 11:00"))
    assert reopened.resolution.is_owed


def test_a_machine_whose_clock_is_behind_changes_nothing() -> None:
    assert stands(BASIC, "2026-11-23 09:00") == stands(BASIC, "2026-11-23 10:00")


def test_without_events_there_is_no_clock() -> None:
    with pytest.raises(ValueError, match="without events"):
        clock([], BASIC, OFFICE, moment("2026-11-23 10:00"))


@pytest.mark.parametrize(
    ("written", "before", "target"),
    [
        ("8 working hours", "25%", Target(8 * HOUR, True, 2 * HOUR)),
        ("48 hours", "50 %", Target(48 * HOUR, False, 24 * HOUR)),
        ("2 days", "90 minutes", Target(48 * HOUR, False, 1.5 * HOUR)),
        (" 1  working hour", "1 working minute", Target(HOUR, True, HOUR / 60)),
    ],
)
def test_a_target_is_read(written: str, before: str, target: Target) -> None:
    assert read_target(written, before) == target


@pytest.mark.parametrize(
    ("written", "before", "said"),
    [
        ("soon", "25%", "'soon' is no length of time; write 8 working hours or 48 hours"),
        ("8", "25%", "no length of time"),
        ("0 hours", "25%", "no length of time"),
        ("-1 hours", "25%", "no length of time"),
        ("3 working days", "25%", "days of work are not equally long; write working hours"),
        ("8 working hours", "a bit", "'a bit' is no length of time; write 30 minutes or 25%"),
        ("8 working hours", "100%", "write 30 minutes or 25%"),
        ("8 working hours", "0%", "a warning 0% before the end of 8 working hours is none"),
        ("1 hour", "2 hours", "write less than the whole"),
    ],
)
def test_a_target_that_can_not_be_kept_is_refused_with_a_sentence(written: str, before: str, said: str) -> None:
    with pytest.raises(LevelWrong) as caught:
        read_target(written, before)
    assert said in str(caught.value)


# Any legal log around a change of the clock, any tier.
NIGHTS = (read_slots(["0:00-3:30", "9:00-12:00", "20:00-24:00"]),) * 6 + ((),)
calendars = some.sampled_from(
    [
        Calendar(ZoneInfo(zone), week)
        for zone in ("Europe/Prague", "Asia/Tehran", "Asia/Almaty", "America/New_York")
        for week in (NIGHTS, WEEK)
    ]
)
starts = some.builds(
    lambda day, away: datetime.fromisoformat(day).replace(tzinfo=UTC) + away,
    some.sampled_from(
        ["2026-03-28", "2026-10-24", "2026-10-31", "2026-03-07", "2022-03-20", "2024-02-28", "2026-12-30"]
    ),
    some.timedeltas(timedelta(), timedelta(days=2)),
)
targets = some.builds(
    lambda minutes, is_working, share: Target(
        timedelta(minutes=minutes), is_working, timedelta(minutes=minutes) * share / 100
    ),
    some.integers(1, 3000), some.booleans(), some.integers(1, 99),
)  # fmt: skip
tiers = some.builds(Tier, targets, targets)


@some.composite
def logs(draw: some.DrawFn) -> list[TicketChanged]:
    at = draw(starts)
    log: list[TicketChanged] = []
    steps = some.tuples(
        some.sampled_from(ACTIONS), some.sampled_from(ACTORS), some.timedeltas(timedelta(), timedelta(days=1))
    )
    for action, actor, later in [("create", "customer", timedelta()), *draw(some.lists(steps, max_size=8))]:
        event = change(log, action, actor, at + later)
        if isinstance(event, TicketChanged):
            log.append(event)
            at += later
    return log


def used(target: Target, calendar: Calendar, log: Sequence[TicketChanged], until: datetime) -> timedelta:
    """How much of a target is used up, summed from the definition."""
    total = timedelta()
    for number, event in enumerate(log):
        end = min(until, log[number + 1].at if number + 1 < len(log) else until)
        if event.became not in ("waiting_customer", "solved", "closed") and event.at < end:
            total += calendar.between(event.at, end) if target.is_working else end - event.at
    return total


@settings(max_examples=120, deadline=None, derandomize=True)
@given(logs(), tiers, calendars, some.timedeltas(timedelta(), timedelta(days=9)))
def test_due_is_when_the_whole_length_is_used_up(
    log: list[TicketChanged], tier: Tier, calendar: Calendar, later: timedelta
) -> None:
    now = log[-1].at + later
    promise = clock(log, tier, calendar, now).resolution
    length = tier.resolution.length
    if promise.met is not None:
        now = promise.met
    assert promise.left == max(timedelta(), length - used(tier.resolution, calendar, log, now))
    if promise.due is None:
        assert log[-1].became == "waiting_customer"
        assert promise.left > timedelta()
        assert not promise.is_broken
    elif promise.met is None:
        assert used(tier.resolution, calendar, log, promise.due) == length
        assert used(tier.resolution, calendar, log, promise.due - timedelta(microseconds=1)) < length
        assert promise.is_broken is (promise.due <= now)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(logs(), tiers, calendars)
def test_one_who_looks_only_when_told_to_says_everything_once_and_in_order(
    log: list[TicketChanged], tier: Tier, calendar: Calendar
) -> None:
    now, said = log[-1].at, list[str]()
    for _ in range(6):
        found = clock(log, tier, calendar, now)
        said += [warning.key for warning in found.warnings if warning.key not in said]
        assert all(warning.at <= now for warning in found.warnings)
        if found.next_warning is None:
            break
        assert found.next_warning > now
        now = found.next_warning
    else:
        pytest.fail("there are at most four warnings")
    final = clock(log, tier, calendar, now + timedelta(days=60))
    assert set(keys(final)) <= set(said)
    for name, promise in (("first_reply", final.first_reply), ("resolution", final.resolution)):
        is_told = promise.is_owed and promise.due is not None
        assert (f"{name}:broken" in said) is is_told
        if f"{name}:soon" in said and is_told:
            assert said.index(f"{name}:soon") < said.index(f"{name}:broken")


@settings(max_examples=80, deadline=None, derandomize=True)
@given(
    starts,
    tiers,
    calendars,
    some.timedeltas(timedelta(), timedelta(days=2)),
    some.timedeltas(timedelta(), timedelta(days=3)),
)
def test_waiting_for_the_customer_moves_what_is_due_by_just_that_time(
    start: datetime, tier: Tier, calendar: Calendar, before: timedelta, waited: timedelta
) -> None:
    log: list[TicketChanged] = []
    for action, actor, at in (
        ("create", "customer", start),
        ("wait_for_customer", "agent", start + before),
        ("customer_wrote", "customer", start + before + waited),
    ):
        event = change(log, action, actor, at)  # type: ignore[arg-type]
        assert isinstance(event, TicketChanged)
        log.append(event)
    now = log[-1].at
    straight = clock(log[:1], tier, calendar, start).resolution.due
    moved = clock(log, tier, calendar, now).resolution.due
    assert straight is not None
    assert moved is not None
    assert moved >= straight
    if straight <= start + before:
        assert moved == straight
    elif not tier.resolution.is_working:
        assert moved == straight + waited
    else:
        assert calendar.between(straight, moved) == calendar.between(start + before, now)
