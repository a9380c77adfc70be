"""Buckets, places and addresses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.web import limits
from bot.web.limits import Buckets, Places, client_address, network, origin_of, too_many_lines


class Watch:
    """Seconds that pass when a test says so."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_empties_and_fills_evenly() -> None:
    watch = Watch()
    buckets = Buckets(6, watch)
    assert [buckets.take("a") for _ in range(7)] == [0] * 6 + [10]
    watch.now += 9
    assert buckets.take("a") == 1
    watch.now += 1.5
    assert [buckets.take("a"), buckets.take("a")] == [0, 10]
    watch.now += 3600  # no more than a full bucket, however long it waited
    assert [buckets.take("a") for _ in range(7)].count(0) == 6


def test_buckets_are_separate_and_zero_means_no_limit() -> None:
    assert [Buckets(1, Watch()).take(who) for who in "ab"] == [0, 0]
    assert {Buckets(0, Watch()).take("a") for _ in range(100)} == {0}


def test_the_table_of_buckets_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "REMEMBERED", 10)
    buckets = Buckets(1, Watch())
    buckets.take("kept")
    for n in range(1_000):
        buckets.take(str(n))
        assert buckets.take("kept") > 0  # whoever keeps asking is not forgotten
    assert len(buckets._levels) <= 10


def test_places_come_back() -> None:
    places = Places(2)
    assert [places.take("a") for _ in range(3)] == [True, True, False]
    assert places.take("b")
    places.leave("a")
    assert places.take("a")
    for who in "aab":
        places.leave(who)
    assert not places._taken
    assert all(Places(0).take("a") for _ in range(100))


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [("203.0.113.7", "203.0.113.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
     ("::ffff:203.0.113.7", "203.0.113.7"),
     ("fe80::1%eth0", "fe80::/64"), ("unknown", "unknown"), ("", "unknown"), ("1.2.3.4:80", "unknown"),
     ("x" * 9_000, "unknown")],
)  # fmt: skip
def test_an_address_counts_as_what_one_customer_gets(address: str, counted_as: str) -> None:
    assert network(address) == counted_as


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [("203.0.113.7", "198.51.100.1", "203.0.113.7"), ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
     ("10.0.0.1", "127.0.0.1, 198.51.100.1", "198.51.100.1"), ("10.0.0.1", "198.51.100.1, 10.0.0.2", "198.51.100.1"),
     ("10.0.0.1", "10.0.0.2", "10.0.0.1"), ("10.0.0.1", "", "10.0.0.1"), (None, "198.51.100.1", "unknown")],
)  # fmt: skip
def test_who_is_calling(peer: str | None, forwarded: str, found: str) -> None:
    assert client_address(peer, forwarded, ("10.0.0.1", "10.0.0.2")) == found


class FakeLine:
    def __init__(self, peername: Any) -> None:
        self.peername = peername
        self.force_close: Callable[[], None] = lambda: None


def test_the_newest_lines_of_a_crowd_are_too_many() -> None:
    lines = [
        FakeLine((address, 1))
        for address in ["a1", "203.0.113.7", "203.0.113.7", "10.0.0.1", "10.0.0.1", "203.0.113.7"]
    ]
    lines[0] = FakeLine(None)
    assert list(too_many_lines(lines, 2, ("10.0.0.1",))) == lines[5:]
    assert list(too_many_lines(lines, 1, ())) == [lines[2], lines[4], lines[5]]


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("203.0.113.9", "203.0.113.0/24"),
        ("203.0.113.250", "203.0.113.0/24"),
        ("203.0.114.9", "203.0.114.0/24"),
        ("::ffff:203.0.113.9", "203.0.113.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("2001:db8:1:ffff::9", "2001:db8:1::/48"),
        ("2001:db8:2::9", "2001:db8:2::/48"),
        ("unix socket", "unknown"),
    ],
)
def test_addresses_that_are_easy_to_come_by_together_are_one_origin(address: str, origin: str) -> None:
    assert origin_of(address) == origin
