"""In Telegram a pressed button has no words of its own: agents saw "👤" and nothing behind it.

The widget sends the label along, Telegram and whoever writes to the API only the choice. Found by the journey in
Kazakh.
"""

from __future__ import annotations

from functools import partial

from bot.ports import Inbound
from bot.storage.conversations import accept, insert_message
from bot.storage.standings import standing_of
from bot.storage.store import Store
from bot.storage.threads import settle
from bot.storage.tickets import open_or_extend
from handlers.words import Message, TicketWanted
from tests.fakes.clock import Clock


async def test_agents_read_what_stood_on_the_button_the_last_time_it_was_offered(store: Store, clock: Clock) -> None:
    async def says(id: str, text: str, choice: str | None = None) -> int:
        inbound = Inbound("telegram", "7", f"7:{id}", Message(text, choice))
        return (await store.write(partial(accept, inbound=inbound, now=clock()))).conversation

    async def offers(label: str) -> None:
        choices = [{"id": "rate:yes", "label": "Yes"}, {"id": "rate:no", "label": label}]
        say = partial(insert_message, conversation=talk, author="bot", now=clock(), text="Did it help?")
        await store.write(partial(say, choices=choices))

    talk = await says("1", "It leaks")
    await offers("Nein")
    await offers("No")
    await says("c1", "", "rate:no")
    await says("c2", "not at all", "rate:no")  # as the widget sends it: with words
    await says("c3", "", "of another day")
    wanted = TicketWanted("asked_for_person", "It leaks")
    await store.write(partial(open_or_extend, conversation=talk, language="en", wanted=wanted, now=clock()))
    await store.write(partial(settle, numbers=[1], group=-1001, now=clock()))
    standing = await store.read(partial(standing_of, number=1))
    assert [line.text for line in standing.lines if line.author == "customer"] == ["It leaks", "No", "not at all", ""]
