"""Asked in which country they bought, a customer wrote "Czech Republic", or the name in another language, or a country
that has no button. The bot had "not found the right answer", and what it knew of the device was never said."""

from __future__ import annotations

import pytest

from handlers.words import CountryTold
from tests.fakes.records import NOWHERE, FakeRecords
from tests.fakes.services import mind_with
from tests.fakes.talk import Talk


async def _asked(records: FakeRecords) -> Talk:
    talk = Talk(mind_with(records), "en")
    await talk.write(f"serial number {NOWHERE}")
    return talk


@pytest.mark.parametrize(
    ("said", "country"), [("Czech Republic", "CZ"), ("česko", "CZ"), ("Польша", "PL"), ("UK.", "GB"), ("USA", "US")]
)
async def test_its_name_is_as_good_as_its_button(said: str, country: str) -> None:
    talk = await _asked(FakeRecords())
    await talk.write(said)
    assert CountryTold(country) in talk.events


async def test_a_country_without_a_button_is_another_one() -> None:
    talk = await _asked(FakeRecords())
    assert "I do not know the law of that country" in await talk.write("Japan")


async def test_other_words_are_no_country() -> None:
    records = FakeRecords()
    talk = await _asked(records)
    await talk.write("how do I return goods?")
    assert len(records.checked) == 1
