"""The circuit breaker, its clock in our hands."""

from __future__ import annotations

import asyncio
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.breaker import Breaker, BreakerOpen, Trouble


class Seconds:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


@pytest.fixture
def breaker(clock: Seconds) -> Breaker:
    return Breaker(failures=3, pause=30, longest=600, clock=clock)


def fail(breaker: Breaker, times: int = 1, after: float = 0) -> None:
    for _ in range(times):
        with pytest.raises(Trouble), breaker.watching():
            raise Trouble("status 500", after)


def call(breaker: Breaker) -> None:
    with breaker.watching():
        pass


def test_it_opens_after_failures_in_a_row_and_not_before(breaker: Breaker) -> None:
    fail(breaker, 2)
    call(breaker)
    fail(breaker, 2)
    assert breaker.state == "closed"
    fail(breaker)
    assert breaker.state == "open"
    with pytest.raises(BreakerOpen):
        call(breaker)


def test_after_the_pause_one_call_decides(breaker: Breaker, clock: Seconds) -> None:
    fail(breaker, 3)
    clock.now += 30
    assert breaker.state == "half-open"
    with breaker.watching(), pytest.raises(BreakerOpen):
        call(breaker)  # while the first one is under way
    assert breaker.state == "closed"


def test_a_failed_probe_opens_it_for_another_pause(breaker: Breaker, clock: Seconds) -> None:
    fail(breaker, 3)
    clock.now += 30
    fail(breaker)
    clock.now += 29
    assert breaker.state == "open"
    clock.now += 1
    call(breaker)
    assert breaker.state == "closed"
    fail(breaker, 2)
    assert breaker.state == "closed", "it forgot that everything was well"


def test_a_probe_that_was_given_up_leaves_room_for_the_next(breaker: Breaker, clock: Seconds) -> None:
    fail(breaker, 3)
    clock.now += 30
    with pytest.raises(asyncio.CancelledError), breaker.watching():
        raise asyncio.CancelledError
    assert breaker.state == "half-open"
    call(breaker)
    assert breaker.state == "closed"


def test_any_other_error_is_an_answer(breaker: Breaker) -> None:
    fail(breaker, 2)
    with pytest.raises(ValueError, match="not JSON"), breaker.watching():
        raise ValueError("not JSON")
    fail(breaker, 2)
    assert breaker.state == "closed"


def test_who_asks_to_be_left_alone_is_at_once_but_not_for_ever(breaker: Breaker, clock: Seconds) -> None:
    fail(breaker, after=5)
    assert breaker.state == "open"
    clock.now += 5
    call(breaker)
    fail(breaker, after=10**9)
    clock.now += 600
    assert breaker.state == "half-open"


def test_calls_from_before_it_opened_change_nothing(breaker: Breaker, clock: Seconds) -> None:
    late_failure, late_success = breaker.watching(), breaker.watching()
    late_failure.__enter__()
    late_success.__enter__()
    fail(breaker, 3)
    clock.now += 29
    late_success.__exit__(None, None, None)
    assert not late_failure.__exit__(Trouble, Trouble("late"), None), "the error was swallowed"
    assert breaker.state == "open"
    clock.now += 1
    assert breaker.state == "half-open", "a late failure made the pause longer"


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 40)), max_size=60))
def test_while_it_is_open_no_call_is_made(steps: list[tuple[bool, int]]) -> None:
    clock = Seconds()
    breaker = Breaker(failures=3, pause=30, longest=600, clock=clock)
    refused_until, streak = 0.0, 0
    for well, waited in steps:
        clock.now += waited
        made = False
        try:
            with breaker.watching():
                made = True
                if not well:
                    raise Trouble("status 500")
        except (Trouble, BreakerOpen):
            pass
        assert made == (clock.now >= refused_until)
        if made:
            half_open = streak >= 3
            streak = 0 if well else streak + 1
            if not well and (half_open or streak >= 3):
                refused_until, streak = clock.now + 30, 3


def test_a_thousand_calls_at_once_send_one_probe(breaker: Breaker, clock: Seconds) -> None:
    fail(breaker, 3)
    clock.now += 30
    probes = [breaker.watching() for _ in itertools.repeat(None, 1000)]
    begun = 0
    for probe in probes:
        try:
            probe.__enter__()
            begun += 1
        except BreakerOpen:
            continue
    assert begun == 1
