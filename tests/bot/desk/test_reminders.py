"""The clock reminds the agents, of each thing once, also over a restart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.desk.telegram.join import voice_of
from bot.desk.telegram.reminders import Reminders
from bot.settings import Settings
from bot.storage.tables import reminders, tickets
from tests.bot.desk.shop import Made, Shop, Words
from tests.bot.storage.rows import rows
from tests.fakes.telegram import Fault

# 8 working hours of the shop are promised for the first reply; it is open from 9 to 19 in Prague, noon UTC is 13:00.
WARNED_AFTER, BROKEN_AFTER = timedelta(hours=6), timedelta(hours=22)


def clock_of(shop: Shop) -> Reminders:
    return Reminders(Settings(), shop.bot, [shop.view], shop.tickets, shop.store, voice_of(Words()), shop.clock)


async def look(shop: Shop, again: int = 3) -> None:
    for _ in range(again):
        await clock_of(shop).look()
    await shop.show()


def told(shop: Shop, number: int = 1) -> list[str]:
    return [line for text in shop.texts(number) for line in text.split("\n") if "⏰" in line]


async def test_a_first_reply_is_warned_of_before_and_at_the_breach(shop: Shop) -> None:
    await shop.ticket()
    await shop.show()
    await look(shop)
    assert told(shop) == []
    shop.clock.forward(WARNED_AFTER.total_seconds())
    await look(shop)
    assert told(shop) == ["ℹ️ ⏰ The first reply is due: 2026-03-03 11:00"]
    shop.clock.forward((BROKEN_AFTER - WARNED_AFTER).total_seconds())
    await look(shop)
    assert told(shop)[1:] == ["ℹ️ ⏰ The first reply is overdue; it was due: 2026-03-03 11:00"]
    assert [row.key for row in await rows(shop.store, reminders)] == [
        "sla:1:first_reply:soon",
        "sla:1:first_reply:broken",
    ]


async def test_who_waits_for_another_answer_is_told_of_once_and_again_for_new_words(shop: Shop) -> None:
    number, jana = await shop.ticket(), await shop.agent()
    await shop.answers(number, jana, "Since when?")
    shop.clock.forward(60)
    await shop.says("Since May")
    shop.clock.forward(3600)
    await shop.says("Hello?")
    await look(shop)
    assert told(shop) == []
    shop.clock.forward(BROKEN_AFTER.total_seconds())
    await look(shop)
    assert [line for line in told(shop) if "waiting" in line] == [
        "ℹ️ ⏰ The customer has been waiting for an answer since 2026-03-02 13:01"
    ]
    await shop.answers(number, jana, "I see")
    shop.clock.forward(BROKEN_AFTER.total_seconds())
    await look(shop)
    await shop.says("And now?")
    shop.clock.forward(2 * BROKEN_AFTER.total_seconds())
    await look(shop)
    assert len([line for line in told(shop) if "waiting" in line]) == 2


async def test_nobody_is_reminded_while_the_customer_is_waited_for(shop: Shop) -> None:
    number, jana = await shop.ticket(), await shop.agent()
    await shop.answers(number, jana, "Since when?")
    await shop.tickets.act(number, "wait_for_customer", jana.id)
    shop.clock.forward(10 * 86_400)
    await look(shop)
    assert told(shop) == []


async def test_a_solved_ticket_closes_in_silence(shop: Shop) -> None:
    number, jana = await shop.ticket(), await shop.agent()
    await shop.show()
    await shop.tickets.act(number, "solve", jana.id)
    shop.clock.forward(6 * 86_400)
    await look(shop)
    assert (await rows(shop.store, tickets))[0].status == "solved"
    shop.clock.forward(86_400)
    await look(shop)
    assert (await rows(shop.store, tickets))[0].status == "closed"
    assert shop.topic(number).is_closed


@pytest.mark.parametrize(
    ("at", "digests"),
    [
        (datetime(2026, 3, 3, 7, 59, tzinfo=UTC), 0),  # one minute to nine
        (datetime(2026, 3, 3, 8, 0, tzinfo=UTC), 1),
        (datetime(2026, 3, 3, 9, 59, tzinfo=UTC), 1),
        (datetime(2026, 3, 3, 10, 0, tzinfo=UTC), 0),  # the morning is over
        (datetime(2026, 3, 7, 9, 0, tzinfo=UTC), 1),  # Saturday at ten
        (datetime(2026, 3, 8, 9, 0, tzinfo=UTC), 0),  # Sunday
        (datetime(2026, 4, 6, 8, 0, tzinfo=UTC), 0),  # Easter Monday
    ],
)
async def test_a_working_day_begins_with_a_digest(shop: Shop, at: datetime, digests: int) -> None:
    await shop.ticket()
    await shop.show()
    shop.clock.now = at
    for _ in range(3):
        await clock_of(shop).look()
    assert len(shop.group.general) == digests


async def test_the_digest_counts_and_is_not_said_of_nothing(shop: Shop) -> None:
    jana = await shop.agent()
    shop.clock.now = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
    await clock_of(shop).look()
    assert shop.group.general == []
    numbers = [await shop.ticket("It leaks", name) for name in ("anna", "ben", "cid")]
    await shop.tickets.act(numbers[0], "take", jana.id)
    await shop.tickets.act(numbers[1], "wait_for_third_party", jana.id)
    await shop.show()
    shop.clock.now = datetime(2026, 3, 4, 8, 0, tzinfo=UTC)
    await clock_of(shop).look()
    assert shop.group.general[-1].text == (
        "Good morning. Open requests: 3. Nobody has taken: 1. Waiting for others: 1. Overdue: 3."
    )


async def test_a_digest_that_was_not_sent_is_sent_later_and_one_that_may_have_been_is_not(make_shop: Made) -> None:
    shop = make_shop()
    await shop.ticket()
    await shop.show()
    shop.clock.now = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
    shop.fake.faults.next("sendMessage", Fault.TOO_MANY)
    await clock_of(shop).look()
    assert shop.group.general == []
    await clock_of(shop).look()
    assert len(shop.group.general) == 1
    shop.clock.now += timedelta(days=1)
    shop.fake.faults.next("sendMessage", Fault.DROPPED_AFTER)
    await clock_of(shop).look()
    await clock_of(shop).look()
    assert len(shop.group.general) == 2
