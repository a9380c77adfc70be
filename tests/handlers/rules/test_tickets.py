"""The ticket's states: every pair of status and action has its answer, and a log leads where it led."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bot.storage.tables import LIVE_STATUSES, TICKET_STATUSES
from handlers.rules.tickets import (
    ACTIONS,
    ACTORS,
    LIVE,
    STATUSES,
    Action,
    Actor,
    LogBroken,
    Refused,
    Status,
    TicketChanged,
    allowed,
    apply,
    change,
    ends_in_silence,
    replay,
    takes_message,
)  # fmt: skip

START = datetime(2026, 11, 23, 9, tzinfo=UTC)
WEEK = timedelta(days=7)

# Written once more, as a person reads it: n(ew) o(pen) c(ustomer awaited) t(hird party awaited) r(eopened) s(olved)
# x closed, "." refused. A row per action, a column per status in that order.
COLUMNS: tuple[Status, ...] = (
    "new", "open", "waiting_customer", "waiting_third_party", "reopened", "solved", "closed",
)  # fmt: skip
LETTERS = dict(zip("noctrsx", COLUMNS, strict=True))
EXPECTED: dict[Action, tuple[str, str]] = {  # who; what becomes of n o c t r s x
    "create": ("", "......."),
    "take": ("agent", "ooooo.."),
    "assign": ("agent", "oocto.."),
    "customer_wrote": ("customer", "nootrr."),
    "agent_wrote": ("agent", "ooctos."),
    "wait_for_customer": ("agent", "cc.cc.."),
    "wait_for_third_party": ("agent", "ttt.t.."),
    "solve": ("agent", "sssss.."),
    "confirm": ("customer", ".....x."),
    "reopen": ("agent customer", ".....rr"),
    "close": ("agent", "xxxxxx."),
    "hand_back": ("agent", ".nnnn.."),
    "silence": ("clock", ".....x."),
}


def test_the_names_are_those_of_the_tables() -> None:
    assert set(STATUSES) == set(TICKET_STATUSES)
    assert set(LIVE) == set(LIVE_STATUSES)


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("status", COLUMNS)
@pytest.mark.parametrize("actor", ACTORS)
def test_every_status_action_and_actor(status: Status, action: Action, actor: Actor) -> None:
    who, row = EXPECTED[action]
    letter = row[COLUMNS.index(status)]
    closed_is_for_agents = status == "closed" and actor != "agent"
    found = apply(status, action, actor)
    if letter == "." or actor not in who.split() or closed_is_for_agents:
        assert isinstance(found, Refused)
        assert found.why.endswith(".")
        assert found.why[0].isupper()
        assert action not in allowed(status, actor)
    else:
        assert found == LETTERS[letter]
        assert action in allowed(status, actor)


@pytest.mark.parametrize("action", ACTIONS)
def test_before_the_first_event_there_is_only_creating(action: Action) -> None:
    for actor in ("customer", "agent"):
        found = apply(None, action, actor)
        assert found == "new" if action == "create" else isinstance(found, Refused)
    assert isinstance(apply(None, action, "clock"), Refused)


@pytest.mark.parametrize(
    ("status", "action", "actor", "why"),
    [
        (None, "take", "agent", "There is no such ticket yet."),
        ("open", "create", "customer", "The ticket exists already; a new problem is a ticket of its own."),
        ("closed", "customer_wrote", "customer", "The ticket is closed: reopen it, or open a new one."),
        ("closed", "reopen", "customer", "While the ticket is closed, only an agent may do this (reopen)."),
        ("solved", "solve", "agent", "The ticket is solved already."),
        ("solved", "take", "agent", "The ticket is solved; reopen it first."),
        ("open", "confirm", "customer", "The ticket is open, not solved."),
        ("waiting_customer", "wait_for_customer", "agent", "The ticket is waiting for the customer already."),
        ("solved", "reopen", "clock",
         "While the ticket is solved, only an agent or the customer may do this (reopen)."),
    ],
)  # fmt: skip
def test_a_refusal_is_a_sentence(status: Status | None, action: Action, actor: Actor, why: str) -> None:
    found = apply(status, action, actor)
    assert isinstance(found, Refused)
    assert found.why == why


def log_of(*steps: tuple[Action, Actor], every: timedelta = timedelta(hours=1)) -> list[TicketChanged]:
    log: list[TicketChanged] = []
    for action, actor in steps:
        event = change(log, action, actor, START + len(log) * every)
        assert isinstance(event, TicketChanged), event
        log.append(event)
    return log


SOLVED = log_of(("create", "customer"), ("take", "agent"), ("agent_wrote", "agent"), ("solve", "agent"))

attempts = some.lists(some.tuples(some.sampled_from(ACTIONS), some.sampled_from(ACTORS)), max_size=40)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(attempts)
def test_a_log_of_whatever_was_tried_replays_to_the_status_it_led_to(tried: list[tuple[Action, Actor]]) -> None:
    log = log_of(("create", "customer"))
    status: Status | Refused | None = "new"
    for action, actor in tried:
        event = change(log, action, actor, START)
        if isinstance(event, Refused):
            assert event == apply(log[-1].became, action, actor)
            continue
        log.append(event)
        status = event.became
    assert replay(log) == status
    assert [event.seq for event in log] == list(range(1, len(log) + 1))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(attempts, some.integers(0, 40))
def test_a_log_that_lacks_an_event_is_noticed(tried: list[tuple[Action, Actor]], lost: int) -> None:
    log = log_of(("create", "customer"), ("take", "agent"))
    for action, actor in tried:
        event = change(log, action, actor, START)
        log += [event] if isinstance(event, TicketChanged) else []
    gone = lost % (len(log) - 1)  # the last one can not be missed
    with pytest.raises(LogBroken, match=f"event {gone + 1} is missing"):
        replay(log[:gone] + log[gone + 1 :])


def test_a_log_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(LogBroken, match="event 2 starts from solved, but the ticket was new"):
        replay([SOLVED[0], replace(SOLVED[1], was="solved")])
    with pytest.raises(LogBroken, match="begins with create"):
        replay([])


def test_from_every_status_a_ticket_can_still_be_closed() -> None:
    for status in STATUSES:
        assert status == "closed" or apply(status, "close", "agent") == "closed"


def test_a_solved_ticket_takes_a_message_within_the_time_and_then_no_more() -> None:
    end = SOLVED[-1].at + WEEK
    assert ends_in_silence(SOLVED, WEEK) == end
    assert takes_message(SOLVED, end - timedelta(microseconds=1), WEEK)
    assert not takes_message(SOLVED, end, WEEK)


def test_words_of_an_agent_after_solving_give_the_customer_the_whole_time_again() -> None:
    event = change(SOLVED, "agent_wrote", "agent", START + timedelta(days=5))
    assert isinstance(event, TicketChanged)
    assert ends_in_silence([*SOLVED, event], WEEK) == START + timedelta(days=12)


def test_a_live_ticket_takes_every_message_and_a_closed_one_none() -> None:
    late = START + timedelta(days=4000)
    assert takes_message(SOLVED[:3], late, WEEK)
    assert ends_in_silence(SOLVED[:3], WEEK) is None
    closed = change(SOLVED, "confirm", "customer", START + timedelta(days=1))
    assert isinstance(closed, TicketChanged)
    assert not takes_message([*SOLVED, closed], closed.at, WEEK)
