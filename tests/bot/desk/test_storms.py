"""Anything goes wrong, at any time, again and again: what is shown is right in the end."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from prometheus_client import REGISTRY

from bot.storage.tables import copies, desk_threads, messages
from tests.bot.desk.shop import Made, Shop
from tests.bot.storage.rows import rows
from tests.fakes.telegram import Fault

FAULTS = {
    Fault.TOO_MANY: 0.08, Fault.BAD_GATEWAY: 0.08, Fault.DROPPED_BEFORE: 0.08, Fault.DROPPED_AFTER: 0.08,
}  # fmt: skip


def maybe_doubled() -> float:
    return REGISTRY.get_sample_value("aftercare_desk_doubled_total", {"kind": "post"}) or 0


@pytest.mark.parametrize("seed", range(4))
async def test_every_ticket_has_one_topic_and_every_message_stands_in_it(make_shop: Made, seed: int) -> None:
    chance, shop = random.Random(seed), make_shop()
    before = maybe_doubled()
    shop.fake.faults.at_random(seed, FAULTS)
    jana = await shop.agent()
    names = [f"customer-{number}" for number in range(4)]
    opened = {name: await shop.ticket(f"{name} begins", name) for name in names}
    await shop.opened()
    for step in range(40):
        name = chance.choice(names)
        if chance.random() < 0.5:
            await shop.says(f"{name} says {step}.", name)
        else:
            await shop.answers(opened[name], jana, f"{name} hears {step}.")
        if chance.random() < 0.2:  # the process dies, between two calls
            shop = make_shop()
            await shop.opened()
        await shop.view.work()
        await hears(shop, chance)
        shop.clock.forward(chance.random() * 8)
    shop.fake.faults.stop()
    await shop.show(seconds=2_000)
    await hears(shop, chance)
    topics = [topic for topic in shop.group.topics.values() if not topic.is_deleted]
    assert Counter(topic.id for topic in topics) == Counter(
        row.thread_id for row in await rows(shop.store, desk_threads)
    )
    said = await rows(shop.store, messages)
    stands = Counter(row.text for row in said)
    shown = Counter(
        text for number in opened.values() for text in stands for post in shop.posts(number) if text in post.words
    )
    assert set(shown) == set(stands)
    posted_twice = len({id(post) for number in opened.values() for post in shop.posts(number)}) - len(
        {row.external_id.partition("#")[0] for row in await rows(shop.store, copies)}
    )
    assert posted_twice <= maybe_doubled() - before


async def hears(shop: Shop, chance: random.Random) -> None:
    """Telegram tells of the topics that were made, sooner or later."""
    pending, shop.me.queue.pending[:] = list(shop.me.queue.pending), []
    for update in pending:
        if chance.random() < 0.5:
            shop.me.queue.pending.append(update)
        else:
            await shop.routing.handle([update.json()])


async def test_within_a_topic_the_order_is_that_of_the_talk(shop: Shop) -> None:
    shop.fake.faults.at_random(7, FAULTS)
    number, jana = await shop.ticket("0;"), await shop.agent()
    for step in range(1, 20):
        await (shop.says(f"{step};") if step % 3 else shop.answers(number, jana, f"{step};"))
        await shop.view.work()
        shop.clock.forward(2)
    shop.fake.faults.stop()
    await shop.show(seconds=1_000)
    found = [int(word.rstrip(";")) for word in " ".join(shop.texts(number)).split() if word.endswith(";")]
    assert list(dict.fromkeys(found)) == list(range(20))
