"""An agent's answer that replied to a note carried the note's number in the group into the customer's chat."""

from __future__ import annotations

from functools import partial

from bot.storage.agents import add_agent
from bot.storage.copies import external_id_of
from bot.storage.desk import Said, note
from bot.storage.store import Store
from tests.bot.storage.test_threads import a_ticket
from tests.fakes.clock import NOON


async def test_a_note_stands_nowhere_in_the_customers_chat(store: Store) -> None:
    number = await a_ticket(store)
    agent = await store.write(partial(add_agent, name="Jana", telegram_id=71, now=NOON))
    said = Said(agent.id, "desk:-1001:7:123", "a liar")
    kept = await store.write(partial(note, number=number, said=said, now=NOON))
    where = partial(external_id_of, channel="website", address="anna", conversation=1)
    assert await store.read(partial(where, seq=kept.seq)) is None
    assert await store.read(partial(where, seq=1)) == "anna:m1"
