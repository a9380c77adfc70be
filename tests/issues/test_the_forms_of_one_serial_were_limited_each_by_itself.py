"""Wrong proofs were counted by a serial as it was typed. An IMEI has a hundred forms (any software version), a Lenovo
serial one for anything that is written before it, look-alikes double them: so many times five proofs could be tried."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.storage.store import Store
from bot.trails import Trails
from handlers.rules.guard import WRONG_PROOFS
from handlers.rules.sequences import series_of
from handlers.rules.serials.makers import bare, other_forms, root
from tests.fakes.registry import BOUGHT, NOON, add_devices, add_talk, asker, open_records

IMEI = "359084572886936"
FORMS = {
    IMEI: [f"{IMEI[:14]}{version:02}" for version in range(8)],
    "PF12A45X": [f"{letter * 4}PF12A45X" for letter in "ABCDEFGH"],
    "QK7O1X0L4": ["QK7O1X0L4", "QK701X0L4", "QK7O1XOL4", "QK70IX0L4", "QK7OLXOL4", "QK701X0I4"],
}


@pytest.mark.parametrize("kept", FORMS)
def test_all_forms_are_one(kept: str) -> None:
    assert {root(form) for form in FORMS[kept]} == {root(kept)}
    assert len({series_of(bare(form)) for form in FORMS[kept]}) == 1


def test_other_serials_are_others() -> None:
    assert len({root(serial) for serial in ("PF12A45X", "PF12A46X", IMEI, "359084572886944")}) == 4
    assert root(IMEI) in other_forms(IMEI)


def test_who_walks_behind_made_up_beginnings_is_seen() -> None:
    trails = Trails()
    steps = [trails.step("v1", bare(f"{sign * 4}PF12A45{sign}"), NOON) for sign in "2345"]
    assert steps == [False, False, False, True]


@pytest.mark.parametrize("kept", FORMS)
async def test_proofs_are_counted_for_all_of_them(store: Store, kept: str) -> None:
    await store.write(lambda connection: add_devices(connection, [kept]))
    for number in range(1, 9):
        await store.write(lambda connection, number=number: add_talk(connection, f"v{number}"))
    records, forms = open_records(store), FORMS[kept]
    for number in range(WRONG_PROOFS):
        guess = (BOUGHT - timedelta(days=number + 1)).isoformat()
        wrong = await records.check(forms[number], asker(number + 1), NOON + timedelta(minutes=number), proof=guess)
        assert wrong.level == 0
    late = await records.check(forms[-1], asker(8), NOON + timedelta(minutes=9), proof=date.isoformat(BOUGHT))
    assert late.level == 0
