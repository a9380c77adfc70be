"""SIGTERM in the middle of talks, by polling and by webhook: the process ends in time and in good order.

What Telegram had delivered is in the database; what it had not, it delivers after the next start.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.fakes.process import Bot
from tests.fakes.telegram import Telegram
from tests.journeys.shop import CUSTOMERS, DESK, GROUP, SECRET, STOP_S
from tests.journeys.test_telegram_kill import (
    Load,
    answers_reached_customers,
    everything_stored_once_in_order,
    left,
    pending,
)

pytestmark = pytest.mark.server

PEOPLE = 30
SEED = 20261123


class TelegramBot(Bot):
    """`python -m bot` with both of its bots."""

    def __init__(self, folder: Path, fake: Telegram, mode: str) -> None:
        super().__init__(folder)
        common = f'api_base = "{fake.url}"\nmode = "{mode}"\nwebhook_secret = "{SECRET}"\n'
        config = self._config.read_text("utf-8").replace("[web]\n", f'[web]\npublic_url = "{self.url}"\n')
        config += f'[telegram.customers]\ntoken = "{CUSTOMERS}"\n{common}'
        config += f'[telegram.desk]\ntoken = "{DESK}"\ngroup_id = {GROUP}\n{common}'
        self._config.write_text(config, "utf-8")


@pytest.fixture
async def load() -> AsyncIterator[Load]:
    async with Telegram() as fake:
        fake.rates.off()
        customers, desk = fake.bot(CUSTOMERS), fake.bot(DESK, "Desk")
        group, agent = fake.group(GROUP), fake.user(500, "Jana")
        group.promote(desk)
        group.promote(agent)
        people = [fake.user(1000 + number, f"Customer{number}") for number in range(PEOPLE)]
        for person in people:
            person.starts(bot=customers)
        yield Load(fake, group, random.Random(SEED), people, [agent])


@pytest.fixture(params=["polling", "webhook"])
def bot(request: pytest.FixtureRequest, tmp_path: Path, load: Load) -> Iterator[TelegramBot]:
    started = TelegramBot(tmp_path, load.fake, request.param)
    yield started
    started.end()


async def started(bot: TelegramBot, load: Load) -> None:
    """Until both bots have said hello to Telegram: to load their frameworks takes a while."""
    await asyncio.to_thread(bot.start)
    before = len(load.fake.calls)
    bots = tuple(load.fake.world.bots.values())

    def hello() -> bool:
        return {call.bot for call in load.fake.calls[before:] if call.method == "setMyCommands"} == set(bots)

    await load.fake.until(hello, 90)


async def stopped(bot: TelegramBot) -> None:
    """SIGTERM, and how it ends."""
    status, seconds = await asyncio.to_thread(bot.stop)
    log = bot.log.read_text("utf-8")
    assert status == 0, log[-3000:]
    assert seconds < STOP_S, log[-3000:]
    assert "Traceback" not in log
    assert "Warning" not in log


async def until_done(bot: TelegramBot, load: Load) -> None:
    """Everything but the topics, whose pace is Telegram's."""
    async with asyncio.timeout(90):
        while pending(load) or any(count for name, count in left(bot).items() if name != "topics"):  # noqa: ASYNC110 - another process works
            await asyncio.sleep(0.2)


async def test_sigterm_under_load_ends_both_bots_in_time(bot: TelegramBot, load: Load) -> None:
    over = asyncio.Event()
    await started(bot, load)
    writing = [asyncio.create_task(load.customer(person, over)) for person in load.customers]
    writing += [asyncio.create_task(load.agent(person, over)) for person in load.agents]
    await load.fake.until(lambda: len(load.answered) > 3, 60)
    await stopped(bot)
    assert pending(load), "nobody wrote while it stopped: that was no load"
    await started(bot, load)
    over.set()
    await asyncio.gather(*writing)
    await until_done(bot, load)
    everything_stored_once_in_order(bot, load)
    assert answers_reached_customers(bot, load) == [], "sent twice, although nothing was lost on the way"
    await stopped(bot)
