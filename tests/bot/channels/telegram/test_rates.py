"""How fast we send: within Telegram's limits, first come first served, and slower where Telegram says so."""

from __future__ import annotations

import random

import pytest

from bot.channels.telegram import rates as module
from bot.channels.telegram.rates import Bucket, Rates
from tests.fakes.telegram.rates import Rates as Telegram
from tests.fakes.telegram.refusals import Refused


class Time:
    """A clock that waiting moves."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.waited = 0.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.waited += seconds
        self.now += seconds


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    time = Time()
    monkeypatch.setattr("asyncio.sleep", time.sleep)
    return time


async def test_a_burst_at_once_and_then_one_a_second(time: Time) -> None:
    rates = Rates(time)
    for _ in range(module.CHAT_BURST):
        await rates.wait("7")
    assert time.waited == 0
    for _ in range(5):
        await rates.wait("7")
    assert time.waited == pytest.approx(5 / module.CHAT_PER_S)


async def test_one_chat_does_not_hold_up_another(time: Time) -> None:
    rates = Rates(time)
    for _ in range(20):
        rates._chat("7").take(time.now)
    await rates.wait("8")
    assert time.waited == 0


@pytest.mark.parametrize("seed", range(5))
async def test_telegram_never_has_a_reason_to_refuse(time: Time, seed: int) -> None:
    """Its own limits, as the fake keeps them: 30 in any second, a burst and one a second for each chat."""
    telegram, rates, chance = Telegram(time), Rates(time), random.Random(seed)
    for _ in range(500):
        chat = chance.randint(1, chance.choice([2, 40]))
        await rates.wait(str(chat))
        telegram.spend(100, chat)
        if chance.random() < 0.1:
            time.now += chance.random() * 3
    assert time.waited > 0


async def test_without_waiting_it_would_refuse(time: Time) -> None:
    telegram = Telegram(time)
    for chat in range(30):
        telegram.spend(100, chat)
    with pytest.raises(Refused):
        telegram.spend(100, 30)


async def test_a_refusal_empties_the_bucket(time: Time) -> None:
    rates = Rates(time)
    rates.refused("7", 10)
    await rates.wait("8")
    assert 0 < time.waited < 0.1  # of the whole bot's: it fills quickly
    await rates.wait("7")
    assert time.waited >= 10


def test_a_bucket_never_holds_more_than_its_burst() -> None:
    bucket = Bucket(3, 1.0, 3, 0.0)
    assert [bucket.take(1000.0) for _ in range(5)] == [0, 0, 0, 1, 2]


async def test_chats_long_past_are_forgotten(time: Time, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHATS", 10)
    rates = Rates(time)
    for chat in range(100):
        await rates.wait(str(chat))
    assert len(rates._chats) == 10
