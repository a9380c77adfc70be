"""Attack 12 in Telegram: numbers of other customers' tickets, tried one after another by buttons nobody offered.

A client of one's own may send any data for a button. Notices: a button that acts on a foreign ticket, and an answer
that differs between a ticket that exists and one that does not.
"""

from __future__ import annotations

from bot.storage.tables import ticket_events, tickets
from tests.bot.channels.telegram.conftest import Shop
from tests.bot.storage.rows import rows
from tests.fakes.telegram import Message, Person, Telegram
from tests.security.telegram import answers, unhurt

ACTIONS = ("ticket:confirm:{0}", "ticket:reopen:{0}", "survey:{0}:5:1", "rate:yes:{0}", "entry:{0}", "#{0}")


async def test_a_foreign_ticket_is_as_one_that_never_was(
    fake: Telegram, fetching: Shop, anna: Person, ticket: int
) -> None:
    before = await rows(fetching.app.store, tickets), await rows(fetching.app.store, ticket_events)
    mallory = fake.user(8, "Mallory")
    await unhurt(fake, fetching, mallory, lambda: mallory.says("hello"))
    for action in ACTIONS:
        heard = []
        for number in (ticket, 999_999):
            data = action.format(number)
            await unhurt(fake, fetching, mallory, lambda data=data: forge(mallory, data))
            heard.append((answers(mallory)[-1].text, answers(mallory)[-1].labels))
        assert heard[0] == heard[1], action
    assert (await rows(fetching.app.store, tickets), await rows(fetching.app.store, ticket_events)) == before


def forge(person: Person, data: str) -> None:
    """Press a button that was never there, below the last message that had one."""
    below: Message = next(message for message in reversed(answers(person)) if message.buttons)
    shown, below.buttons = below.buttons, [[{"text": "x", "callback_data": data}]]
    try:
        person.presses(below, "x")
    finally:
        below.buttons = shown
