"""A photo of the label that could not be read, with the serial typed beneath it: the bot asked to type the serial."""

from __future__ import annotations

from handlers.words import Message
from tests.fakes.records import WASHER, FakeRecords
from tests.fakes.services import mind_with
from tests.fakes.talk import PHOTO, Talk


async def test_what_is_typed_beneath_is_taken() -> None:
    records = FakeRecords()
    talk = Talk(mind_with(records), "en")
    await talk.write("/warranty")
    await talk.send(Message(WASHER, attachments=(PHOTO,)))
    assert [serial for serial, _, _ in records.checked] == [WASHER]
