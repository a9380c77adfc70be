"""The customers' bot in Telegram, for the attacks that come through it."""

from __future__ import annotations

from collections.abc import Callable

from bot.storage.tables import inbox, outbox, updates
from tests.bot.channels.telegram.conftest import Shop
from tests.bot.storage.rows import rows
from tests.fakes.telegram import Message, Person, Telegram


def answers(person: Person) -> list[Message]:
    """What the bot has written to them."""
    return [message for message in person.chat_with().messages if message.sender.is_bot]


async def unhurt(fake: Telegram, shop: Shop, person: Person, do: Callable[[], object], more: int = 1) -> None:
    """What they do has so many answers, nothing of it is given up, and Telegram refuses nothing of ours."""
    before = len(answers(person))
    do()
    await fake.until(lambda: len(answers(person)) >= before + more)
    await shop.quiet_rows()
    for table, lost in ((updates, "parked"), (inbox, "parked")):
        assert not [row for row in await rows(shop.app.store, table) if getattr(row, lost)]
    assert not [row for row in await rows(shop.app.store, outbox) if row.status == "failed"]
    assert not [call.refused for call in fake.calls if call.refused]
