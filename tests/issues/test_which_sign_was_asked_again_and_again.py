"""Two devices differ in an O and a 0, and agree on another 0. Who typed O for both was asked for the first sign, picked
it, and was asked for it again, for ever: the other O still fitted neither device."""

from __future__ import annotations

from bot.storage.store import Store
from tests.fakes.registry import add_devices, add_talk, open_records
from tests.fakes.services import mind_with
from tests.fakes.talk import Talk


async def test_the_picked_sign_settles_it(store: Store) -> None:
    await store.write(lambda connection: add_devices(connection, ["A0B70X12", "AOB70X12"]))
    await store.write(lambda connection: add_talk(connection, "visitor"))
    talk = Talk(mind_with(open_records(store)), "en")
    assert "sign number 2" in await talk.write("s/n AOB7OX12")
    assert "Washing machine" in await talk.press("0, the digit")
