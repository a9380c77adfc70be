"""Alerts stand in the group's General topic: each once, and twice rather than never."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.desk.telegram.alerts import KINDS, Alerts
from bot.desk.telegram.join import voice_of
from bot.storage.registry.tables import alerts, look_ups
from tests.bot.desk.shop import Shop, Words
from tests.bot.storage.rows import rows
from tests.fakes.telegram import Fault


def alerts_of(shop: Shop) -> Alerts:
    """Those of a process that began just now."""
    return Alerts(shop.bot, shop.view, shop.store, voice_of(Words()), shop.clock)


async def raised(shop: Shop, kind: str = "canary", key: str = "canary:1") -> None:
    row = {"key": key, "kind": kind, "detail": {"begins": "AB12C3"}, "at": shop.clock()}
    await shop.store.write(lambda connection: connection.execute(alerts.insert(), row).rowcount)


async def asked(shop: Shop, asker: bytes, outcome: str, minutes: int = 1) -> None:
    row = {"asker": asker, "network": b"n", "serial_key": b"s", "outcome": outcome}
    at = shop.clock() - timedelta(minutes=minutes)
    await shop.store.write(lambda connection: connection.execute(look_ups.insert(), {**row, "at": at}).rowcount)


async def look(shop: Shop) -> None:
    shop.clock.forward(60)
    await alerts_of(shop).look()


def told(shop: Shop) -> list[str]:
    return [post.text for post in shop.group.general]


async def test_an_alert_is_told_once_with_what_was_asked_and_no_serial(shop: Shop) -> None:
    for asker, outcome, minutes in ((b"a", "hit", 1), (b"a", "miss", 2), (b"b", "canary", 59), (b"c", "miss", 61)):
        await asked(shop, asker, outcome, minutes)
    await raised(shop)
    for _ in range(3):
        await look(shop)
    assert told(shop) == [
        "🚨 Somebody asked about a serial number that no customer has: somebody is guessing. "
        "In the hour before: questions: 3, askers: 2, not in our records: 2."
    ]
    (row,) = await rows(shop.store, alerts)
    assert row.told_at == row.at + timedelta(seconds=60)


@pytest.mark.parametrize("kind", [*KINDS, "of tomorrow"])
async def test_every_kind_has_words(shop: Shop, kind: str) -> None:
    await raised(shop, kind)
    await look(shop)
    (text,) = told(shop)
    assert ("of tomorrow" in text) is (kind == "of tomorrow")
    assert "AB12" not in text


@pytest.mark.parametrize("fault", [Fault.TOO_MANY, Fault.DROPPED_AFTER, Fault.BAD_GATEWAY])
async def test_what_may_not_have_been_told_is_told_again(shop: Shop, fault: Fault) -> None:
    await raised(shop, key="1")
    await raised(shop, "walk", key="2")
    shop.fake.faults.next("sendMessage", fault)
    await look(shop)
    assert [row.told_at for row in await rows(shop.store, alerts)] == [None, None]
    for _ in range(3):
        await look(shop)
    assert all(row.told_at for row in await rows(shop.store, alerts))
    assert len(set(told(shop))) == 2


async def test_a_crash_between_the_post_and_its_mark_tells_again(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    await raised(shop)

    def killed(*_: object, **__: object) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("bot.desk.telegram.alerts.partial", killed)
        with pytest.raises(KeyboardInterrupt):
            await look(shop)
    await look(shop)
    await look(shop)
    assert len(told(shop)) == 2
