"""Who is told of new messages."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot import hub as module
from bot.hub import Hub, lane_of
from bot.ports import Posted
from tests.fakes.clock import NOON


def posted(*numbers: int) -> list[Posted]:
    return [Posted(number, "bot", "x", (), (), "en", NOON) for number in numbers]


def test_every_listener_of_the_lane_hears_and_no_other() -> None:
    hub, first, second, other = Hub(), [], [], []  # type: ignore[var-annotated]
    hub.listen("a", first.extend)
    hub.listen("a", second.extend)
    hub.listen("b", other.extend)
    hub.publish("a", posted(1, 2))
    assert first == second == posted(1, 2)
    assert other == []


def test_who_stopped_hears_nothing_and_leaves_nothing_behind() -> None:
    hub, heard = Hub(), []  # type: ignore[var-annotated]
    stop = hub.listen("a", heard.extend)
    assert hub.listening == 1
    stop()
    stop()
    hub.publish("a", posted(1))
    assert heard == []
    assert hub.listening == 0
    assert hub._listeners == {}


def test_a_listener_may_stop_while_it_is_told() -> None:
    hub, heard = Hub(), []  # type: ignore[var-annotated]

    def once(news: Sequence[Posted]) -> None:
        heard.extend(news)
        stop()

    stop = hub.listen("a", once)
    hub.listen("a", heard.extend)
    hub.publish("a", posted(1))
    hub.publish("a", posted(2))
    assert [message.seq for message in heard] == [1, 1, 2]


def test_one_that_breaks_keeps_no_other_from_hearing_and_does_not_break_the_sender() -> None:
    """The message is stored by then: an error here would make the customer send it again."""
    hub, heard = Hub(), []  # type: ignore[var-annotated]

    def broken(_news: Sequence[Posted]) -> None:
        raise KeyError

    hub.listen("a", broken)
    hub.listen("a", heard.extend)
    hub.publish("a", posted(1))
    assert heard == posted(1)


def test_the_last_number_never_goes_back() -> None:
    hub = Hub()
    assert hub.last("a") is None
    hub.publish("a", posted(1, 2))
    hub.saw("a", 1)
    hub.publish("a", [])
    assert hub.last("a") == 2


def test_only_so_many_numbers_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REMEMBERED", 2)
    hub = Hub()
    for lane in ("a", "b", "a", "c"):
        hub.saw(lane, 1)
    assert [hub.last(lane) for lane in ("a", "b", "c")] == [1, None, 1]


def test_a_lane_is_one_customer_of_one_channel() -> None:
    assert lane_of("website", "anna") != lane_of("telegram", "anna")
