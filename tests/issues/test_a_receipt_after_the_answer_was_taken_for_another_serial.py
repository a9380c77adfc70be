"""The answer says that the receipt's number tells more; the customer writes it, without pressing a button first. It was
looked up as a serial nobody knows: a miss, and nothing learnt."""

from __future__ import annotations

from tests.fakes.records import RECEIPT, FakeRecords
from tests.fakes.services import mind_with
from tests.fakes.talk import Talk


async def test_the_number_of_the_receipt_is_a_proof() -> None:
    records = FakeRecords()
    talk = Talk(mind_with(records), "en")
    await talk.write("serial number AB12C3456")
    await talk.write(RECEIPT)
    assert [(serial, proof) for serial, _, proof in records.checked] == [("AB12C3456", None), ("AB12C3456", RECEIPT)]


async def test_another_serial_is_still_one() -> None:
    records = FakeRecords()
    talk = Talk(mind_with(records), "en")
    await talk.write("serial number AB12C3456")
    await talk.write("s/n NO00W0001")
    assert [(serial, proof) for serial, _, proof in records.checked][1] == ("NO00W0001", None)
