"""A shop whose desk is a group of the fake Telegram; python-telegram-bot is the real one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.storage.store import Store
from tests.bot.desk.shop import GROUP, Made, Shop
from tests.fakes.clock import Clock
from tests.fakes.conftest import DESK, ptb_client
from tests.fakes.telegram import Telegram


@pytest.fixture
async def fake() -> AsyncIterator[Telegram]:
    async with Telegram() as telegram:
        telegram.rates.off()  # its clock is the real one, the desk's is not
        yield telegram


@pytest.fixture
async def make_shop(fake: Telegram, sqlite_store: Store, clock: Clock, tmp_path: Path) -> AsyncIterator[Made]:
    """A shop on the test's database; made a second time it is the same shop after a restart."""
    me = fake.bot(DESK, "Desk")
    group = fake.group(GROUP)
    group.promote(me)
    async with AsyncExitStack() as stack:
        bot = await ptb_client(fake, stack).bot(DESK)
        await bot.initialize()

        def make(**more: object) -> Shop:
            return Shop(fake, group, me, bot, sqlite_store, clock, tmp_path / "files", **more)  # type: ignore[arg-type]

        yield make


@pytest.fixture
def shop(make_shop: Made) -> Shop:
    return make_shop()
