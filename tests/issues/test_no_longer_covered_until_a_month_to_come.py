"""A stranger was told of a device whose warranty is void that it is "no longer covered. The last month of the cover
was:" a month that is still to come: wrong, and a sign that something was done to the device."""

from __future__ import annotations

from datetime import date

from handlers.rules.coverage import assess
from handlers.rules.disclosure import seen
from handlers.rules.facts import Device, Sale, Term
from tests.fakes.registry import law

TODAY = date(2026, 3, 2)
SALE = Sale(purchased=date(2023, 6, 1), delivered=date(2023, 6, 5), country="CZ", buyer="consumer")


def test_the_month_is_of_what_has_ended() -> None:
    device = Device(sale=SALE, terms=(Term("warranty", months=60, void="opened by a stranger"),))
    plain = Device(sale=SALE, terms=(Term("warranty", months=24),))
    views = [seen(one, assess(one, law(), TODAY), 0, strict=False) for one in (device, plain)]
    assert views[0] == views[1]
    assert views[0] is not None
    assert (views[0].verdict, views[0].until_month) == ("expired", (2025, 6))
