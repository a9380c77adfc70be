"""Who knew no more than a serial read in the law's line "Purchase by a business", or the paragraph for used goods, or
the law of before 2023: who had bought the device, and what, and when."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.storage.store import Store
from tests.fakes.registry import NOON, add_devices, asker, open_records

SALES: list[dict[str, Any]] = [
    {"buyer": "business"},
    {"goods": "used"},
    {"purchased_on": date(2022, 3, 4)},
    {"buyer": "business", "purchased_on": None},
]


@pytest.mark.parametrize("country", ["CZ", "PL", "RU", "GB", "US"])
@pytest.mark.parametrize("sale", SALES)
async def test_the_laws_line_is_the_same_for_every_sale(store: Store, sale: dict[str, Any], country: str) -> None:
    usual = {"country": country, "purchased_on": date(2026, 1, 7)}
    await store.write(lambda connection: add_devices(connection, ["USUAL00X17"], sale=usual))
    await store.write(lambda connection: add_devices(connection, ["OTHER00X29"], sale=usual | sale))
    records = open_records(store)
    views = [(await records.check(serial, asker(), NOON)).view for serial in ("USUAL00X17", "OTHER00X29")]
    assert all(view is not None and view.law is not None for view in views)
    assert len({view.law for view in views if view is not None}) == 1
