"""Attack 2 in Telegram: addresses that run something, behind words that promise something else.

Notices: a hidden address that is dropped or kept hidden on its way in, a link of ours with a scheme nobody should
follow.
"""

from __future__ import annotations

from typing import Any

from bot.storage.desk import Said
from tests.bot.channels.telegram.conftest import Shop
from tests.fakes.telegram import Bot, Person, Telegram
from tests.security.polyglots import LINKS
from tests.security.telegram import answers, unhurt


def linked(number: int, url: str) -> dict[str, Any]:
    person = {"id": 7, "is_bot": False, "first_name": "Anna"}
    entity = {"type": "text_link", "offset": 0, "length": 4, "url": url}
    return {"message_id": 1000 + number, "date": 1, "chat": {"id": 7, "type": "private"}, "from": person,
            "text": "shop", "entities": [entity]}  # fmt: skip


async def test_the_address_behind_a_word_is_written_out(
    fake: Telegram, fetching: Shop, anna: Person, ours: Bot
) -> None:
    await unhurt(fake, fetching, anna, lambda: anna.says("hello"))
    for number, url in enumerate(LINKS):
        body = linked(number, url)
        await unhurt(fake, fetching, anna, lambda body=body: ours.queue.put("message", "chat 7", body))
    said = [message.text for message in await fetching.talk(anna) if message.author == "customer"]
    assert said[1:] == [f"shop ({url})".replace("\0", "") for url in LINKS]


async def test_an_agent_s_link_is_what_it_shows(fake: Telegram, fetching: Shop, anna: Person, ticket: int) -> None:
    for number, url in enumerate(LINKS):
        before = len(answers(anna))
        await fetching.app.tickets.answer(ticket, Said(1, f"d{number}", f"[shop]({url}) <a href='{url}'>shop</a>"))
        await fake.until(lambda before=before: len(answers(anna)) > before)
    assert not [entity for message in answers(anna) for entity in message.entities if entity["type"] == "text_link"]
