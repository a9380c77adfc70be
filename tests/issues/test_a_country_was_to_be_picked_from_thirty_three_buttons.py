"""Whoever was asked in which country they bought got a button for each member of the Union."""

from __future__ import annotations

from tests.fakes.records import NOWHERE, FakeRecords
from tests.fakes.services import mind_with
from tests.fakes.talk import Talk


async def test_the_likeliest_are_buttons_and_any_other_can_be_written() -> None:
    talk = Talk(mind_with(FakeRecords()), "en")
    await talk.write(f"serial number {NOWHERE}")
    assert [button.id.rpartition(":")[2] for button in talk.buttons] == [
        "CZ", "GB", "IR", "KZ", "PL", "RU", "SK", "US", "AT", "other",
    ]  # fmt: skip
    await talk.write("Estonia")
    assert talk.snapshot.country == "EE"
