"""A customer typed O for 0. The device was found and shown; but the request knew no device, and whoever had proved that
a service contract is theirs waited as long as anybody."""

from __future__ import annotations

import pytest

from bot.storage.registry.checks import last_check, note_check, tier_of
from bot.storage.registry.holders import owns
from bot.storage.registry.tables import coverages
from bot.storage.store import Store
from handlers.words import SerialChecked
from tests.fakes.registry import BOUGHT, NOON, add_devices, add_talk, open_records
from tests.fakes.services import mind_with
from tests.fakes.talk import Talk


@pytest.mark.parametrize(("kept", "typed"), [("AB0120X34", "ABO12OX34"), ("359084572886936", "3590845728869301")])
async def test_the_request_knows_the_device(store: Store, kept: str, typed: str) -> None:
    await store.write(lambda connection: add_devices(connection, [kept], months=None))
    contract = {"device_id": 1, "kind": "contract", "ends_on": BOUGHT.replace(year=2027), "tier": "premium"}
    await store.write(lambda connection: connection.execute(coverages.insert().values(**contract)))
    conversation = await store.write(lambda connection: add_talk(connection, "visitor"))
    await store.write(lambda connection: owns(connection, conversation, 1))
    talk = Talk(mind_with(open_records(store)), "en")
    talk.now = NOON
    await talk.write(f"/warranty {typed}")
    (event,) = (event for event in talk.events if isinstance(event, SerialChecked))
    await store.write(lambda connection: note_check(connection, conversation, event, NOON))
    check = await store.read(lambda connection: last_check(connection, conversation, NOON.replace(year=2000)))
    assert check is not None
    assert check.device == 1
    assert await store.read(lambda connection: tier_of(connection, conversation, check, NOON)) == "premium"
