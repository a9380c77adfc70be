"""A stop broke off the call that was just sending: Telegram had the message, we did not know, and sent it again.

Found by the journey that stops both bots under load, with a Telegram that takes a fifth of a second to answer.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from bot.unbroken import FINISH_S, unbroken
from tests.fakes.telegram import Fault, Telegram
from tests.journeys.shop import in_a_hurry, open_shop


async def test_what_was_on_its_way_when_the_bot_stopped_is_not_sent_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_a_hurry(monkeypatch)
    async with Telegram() as fake:
        fake.rates.off()
        async with open_shop(fake, tmp_path) as shop:
            anna = fake.user(7, "Anna")
            fake.faults.slow_seconds = 0.75  # longer than the stop waits for everything that is to be sent
            fake.faults.next("sendMessage", Fault.SLOW)
            await fake.answer_to(anna.says("hello", shop.customers))
        async with open_shop(fake, tmp_path) as shop:
            await shop.quiet()
            assert len([one for one in anna.chat_with(shop.customers).messages if one.sender.is_bot]) == 1


async def test_a_call_that_hangs_holds_up_no_stop() -> None:
    gone = asyncio.create_task(unbroken(asyncio.sleep(60)))
    await asyncio.sleep(0)
    began = time.monotonic()
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert FINISH_S * 0.9 < time.monotonic() - began < FINISH_S + 1


async def test_its_result_and_its_failure_are_those_of_the_call() -> None:
    async def call(fails: bool) -> int:
        await asyncio.sleep(0)
        return 1 // (not fails)

    assert await unbroken(call(False)) == 1
    with pytest.raises(ZeroDivisionError):
        await unbroken(call(True))
