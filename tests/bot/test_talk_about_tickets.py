"""A request from the customer's side, through the real topics and a real database: opened, solved, judged."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot.app import App
from bot.ports import Inbound, Posted
from bot.storage.conversations import posted_after
from bot.storage.desk import Said
from bot.storage.store import Store
from bot.storage.tables import agents, surveys, tickets
from handlers.words import Message
from tests.bot.storage.rows import rows
from tests.fakes.clock import Clock
from tests.fakes.services import NOW, settings_for, shared_mind


class Customer:
    """Somebody on the website, and one agent."""

    def __init__(self, store: Store, folder: Path, address: str = "anna") -> None:
        self.clock = Clock(NOW)
        self.app, self.store, self.address = App(settings_for(folder), shared_mind(), store, self.clock), store, address
        self.said = 0

    async def say(self, text: str = "", choice: str | None = None) -> str:
        """Send a message; what was answered to it."""
        self.said += 1
        inbound = Inbound("website", self.address, f"{self.address}:{self.said}", Message(text, choice))
        taken = await self.app.inbox.accept(inbound)
        found: list[Posted] = []

        async def answered() -> bool:
            found[:] = [posted for posted in await self.read() if posted.reply_to == taken.seq]
            return bool(found)

        await wait_for(answered)
        return "\n".join(posted.text for posted in found)

    async def read(self) -> list[Posted]:
        after = partial(posted_after, channel="website", address=self.address, after=0)
        return await self.store.read(after)

    async def agent(self) -> int:
        values = {"name": "Eva", "created_at": NOW}
        write = insert(agents).values(values).returning(agents.c.id)
        return await self.store.write(lambda connection: int(connection.execute(write).scalar_one()))


async def wait_for(true: Callable[[], Awaitable[bool]], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not await true():  # noqa: ASYNC110 - a row is waited for, which knows of no event
            await asyncio.sleep(0.005)


@pytest.fixture
def anna(store: Store, tmp_path: Path) -> Customer:
    return Customer(store, tmp_path)


async def test_from_the_request_to_the_survey(anna: Customer) -> None:
    assert "AC-000001" in await anna.say("/human")
    assert "waiting for a colleague" in await anna.say("/status")
    eva = await anna.agent()
    await anna.app.tickets.answer(1, Said(eva, "e1", "The seal is on its way."))
    await anna.app.tickets.act(1, "solve", eva)
    solved = (await anna.read())[-1]
    assert [choice.id for choice in solved.choices] == ["ticket:confirm:1", "ticket:reopen:1"]
    assert "open again" in await anna.say("it still does not work")
    await anna.app.tickets.act(1, "solve", eva)
    assert "How was our help" in await anna.say("yes, everything works now")
    await anna.say("2")
    await anna.say(choice=f"survey:1:{await resolution(anna)}:slow")
    await anna.say(choice=f"survey:1:{await resolution(anna)}:done")
    await anna.say("Three weeks for a seal")
    (kept,) = await rows(anna.store, surveys)
    assert (kept.score, kept.tags, kept.comment) == (2, ["slow"], "Three weeks for a seal")
    (ticket,) = await rows(anna.store, tickets)
    assert ticket.status == "closed"


async def resolution(anna: Customer) -> int:
    asked = next(
        posted for posted in reversed(await anna.read()) if any(c.id.startswith("survey:") for c in posted.choices)
    )
    return int(asked.choices[0].id.split(":")[2])


async def test_a_score_is_changed_for_seven_days_and_reasons_of_a_lower_one_go(anna: Customer) -> None:
    await anna.say("/human")
    eva = await anna.agent()
    await anna.app.tickets.act(1, "solve", eva)
    await anna.say(choice="ticket:confirm:1")
    button = f"survey:1:{await resolution(anna)}"
    for said in ("1", "slow", "5"):
        await anna.say(choice=f"{button}:{said}")
    (kept,) = await rows(anna.store, surveys)
    assert (kept.score, kept.tags) == (5, [])
    anna.clock.forward(timedelta(days=8).total_seconds())
    assert "no longer" in await anna.say(choice=f"{button}:1")
    (kept,) = await rows(anna.store, surveys)
    assert kept.score == 5


async def test_the_next_request_has_the_next_number_and_strangers_see_neither(anna: Customer, tmp_path: Path) -> None:
    boris = Customer(anna.store, tmp_path, "boris")
    await anna.say("/human")
    assert "AC-000002" in await boris.say("I will sue you!")
    assert await boris.say("AC-000001") == (await boris.say("AC-000009")).replace("AC-000009", "AC-000001")
    await anna.app.tickets.act(1, "solve", await anna.agent())
    await boris.say(choice="ticket:reopen:1")
    (first, second) = await rows(anna.store, tickets)
    assert (first.reason, second.reason, second.priority) == ("asked_for_person", "claim_or_law", "high")
    assert first.status == "solved"


async def test_after_a_confirmed_one_a_new_request_is_a_new_ticket(anna: Customer) -> None:
    await anna.say("/human")
    await anna.app.tickets.act(1, "solve", await anna.agent())
    await anna.say(choice="ticket:confirm:1")
    assert "AC-000002" in await anna.say(choice="ticket:reopen:1")
    assert [ticket.status for ticket in await rows(anna.store, tickets)] == ["closed", "new"]
