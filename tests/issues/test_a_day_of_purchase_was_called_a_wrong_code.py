"""While a code was on its way, a customer wrote the day of purchase instead: "This code is not right"."""

from __future__ import annotations

import pytest

from tests.fakes.records import CODE, RECEIPT, FakeRecords
from tests.fakes.services import mind_with
from tests.fakes.talk import Talk


async def _waiting_for_a_code(records: FakeRecords) -> Talk:
    talk = Talk(mind_with(records), "en")
    await talk.write("serial number AB12C3456")
    await talk.press("Send a code to the contact on file")
    return talk


@pytest.mark.parametrize("said", [RECEIPT, "2026-02-14"])
async def test_a_fact_proves_where_a_code_was_asked_for(said: str) -> None:
    records = FakeRecords()
    talk = await _waiting_for_a_code(records)
    await talk.write(said)
    assert [proof for _, _, proof in records.checked] == [None, said]


@pytest.mark.parametrize("said", [CODE, f"code:{CODE}", "424 242"])
async def test_a_code_is_still_a_code(said: str) -> None:
    records = FakeRecords()
    talk = await _waiting_for_a_code(records)
    await talk.write(said)
    assert [proof for _, _, proof in records.checked if proof] == []
