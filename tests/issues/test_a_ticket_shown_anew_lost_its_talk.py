"""A ticket shown anew had lost what was said before an earlier, solved one was closed in silence.

And what was said with the bot in between was shown as the talk of the earlier one.
"""

from __future__ import annotations

from functools import partial

from bot.storage.threads import forget_topics, topic_gone
from bot.storage.tickets import act
from tests.bot.desk.conftest import fake, make_shop, shop  # noqa: F401
from tests.bot.desk.shop import Shop


async def test_each_topic_shows_its_own_tickets_talk(shop: Shop) -> None:  # noqa: F811
    first, jana = await shop.ticket("The kettle leaks"), await shop.agent()
    await shop.show()
    await shop.tickets.act(first, "solve", jana.id)
    await shop.show()
    shown = shop.texts(first)
    shop.clock.forward(60)
    second = await shop.opens(await shop.says("Now the toaster burns"), "Now the toaster burns")
    await shop.show()
    shop.clock.forward(60)
    await shop.store.write(partial(act, number=first, action="silence", actor="clock", now=shop.clock()))
    await shop.show()
    assert shop.texts(first) == shown
    await shop.store.write(partial(topic_gone, number=second))
    await shop.store.write(forget_topics)
    await shop.show()
    again = [topic for topic in shop.group.topics.values() if "AC-000002" in topic.name][-1]
    assert [post.words for post in again.messages[1:]] == ["👤 Now the toaster burns"]
