"""Asked for the receipt or the day, a customer told what was broken, or that there was no receipt. It counted as a
wrong proof: after two such sentences nobody could ask anything for ten minutes, and the question was never heard."""

from __future__ import annotations

import pytest

from tests.fakes.records import RECEIPT, FakeRecords
from tests.fakes.services import mind_with
from tests.fakes.talk import Talk


async def _asked_for_proof(records: FakeRecords) -> Talk:
    talk = Talk(mind_with(records), "en")
    await talk.write("serial number AB12C3456")
    await talk.press("Exact dates: I have the receipt or the date")
    return talk


@pytest.mark.parametrize(
    "said", ["my washing machine leaks", "I don't have the receipt", "my dryer has been broken for 2 days"]
)
async def test_a_sentence_is_no_proof(said: str) -> None:
    records = FakeRecords()
    talk = await _asked_for_proof(records)
    await talk.write(said)
    assert [proof for _, _, proof in records.checked] == [None]


@pytest.mark.parametrize("said", [RECEIPT, "it was on 14.2.26", "15 July 2024", "ngxavc", "NGX AVC", "receipt 1R/4-26"])
async def test_what_may_be_a_proof_is_tried(said: str) -> None:
    records = FakeRecords()
    talk = await _asked_for_proof(records)
    await talk.write(said)
    assert [proof for _, _, proof in records.checked] == [None, said]
