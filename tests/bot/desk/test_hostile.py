"""Attacks 1, 2 and 33 of the catalogue at this door: what customers write is shown as it is, tokens are in no log."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Iterator

import pytest
import structlog

from bot.logs import set_up_logs
from bot.ports import storable
from tests.bot.desk.shop import Shop
from tests.bot.telegram_text.hostile import COSTLY, PIECES
from tests.fakes.conftest import DESK
from tests.fakes.telegram import PICTURE, Fault

HOSTILE = (
    "".join(PIECES), "\n".join(PIECES), "".join(reversed(PIECES)), *(storable(piece) for piece in PIECES[::5]),
    *(piece * 800 for piece in COSTLY[::4]), "\u202e" * 50, " \n ", "\u115f",
)  # fmt: skip


@pytest.mark.parametrize("number", range(len(HOSTILE)))
async def test_hostile_words_are_shown_and_nothing_behind_them_waits(shop: Shop, number: int) -> None:
    text = storable(HOSTILE[number])
    photo = await shop.keeps(PICTURE, text[:80] or "x")
    talk = await shop.says(text, files=[photo])
    ticket = await shop.opens(talk, text)
    await shop.says("the end")
    await shop.show()
    assert shop.texts(ticket)[-1] == "👤 the end"
    assert all(entity["type"] != "text_link" for post in shop.topic(ticket).messages for entity in post.entities)


async def test_markup_of_a_customer_is_words(shop: Shop) -> None:
    text = '<b>bold</b> <a href="https://evil.example">x</a> &amp; **stars** [y](javascript:alert(1))'
    number = await shop.ticket(text)
    await shop.show()
    assert shop.texts(number) == [f"👤 {text}"]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What the real logs write."""
    root, out = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    monkeypatch.setattr(sys, "stderr", out)
    set_up_logs()
    yield out
    structlog.reset_defaults()
    root.handlers[:], root.level = handlers, level


async def test_no_log_holds_the_token_or_the_customers_words(shop: Shop, written: io.StringIO) -> None:
    shop.fake.faults.next("createForumTopic", Fault.DROPPED_BEFORE, Fault.BAD_GATEWAY)
    number = await shop.ticket("my secret is swordfish")
    await shop.show()
    shop.fake.world.delete_topic(shop.topic(number))
    await shop.says("swordfish")
    await shop.show()
    shop.group.kick(shop.me)
    await shop.says("swordfish again")
    await shop.view.work()
    shop.clock.forward(5)
    await shop.view.work()
    said = written.getvalue()
    assert "topic_gone" in said
    assert "desk_barred" in said
    assert "swordfish" not in said
    assert DESK not in said
