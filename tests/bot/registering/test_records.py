"""Rows of one device, one behind the other: what is known in the end, and what can not be."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.registering.entries import Entry
from bot.registering.records import Record, impossible, merged

TODAY = date(2026, 11, 22)


def entry(*, repair: dict[str, Any] | None = None, **values: Any) -> Entry:
    return Entry(2, "AB12", values, repair or {})


def day(written: str) -> date:
    return date.fromisoformat(written)


def test_a_later_row_wins_and_an_empty_cell_takes_nothing_away() -> None:
    known = merged(Record(), entry(product="washer", model="W6"))
    assert merged(known, entry(model="W8")).values == {"product": "washer", "model": "W8"}


def test_repairs_of_other_days_are_added_and_one_of_the_same_day_is_completed() -> None:
    first = {"repair_claimed_on": day("2026-01-01"), "repair_kind": "replacement"}
    second = {"repair_claimed_on": day("2026-03-01")}
    back = {"repair_claimed_on": day("2026-01-01"), "repair_returned_on": day("2026-01-20")}
    known = Record()
    for repair in (first, second, back):
        known = merged(known, entry(repair=repair))
    assert dict(known.repairs) == {day("2026-01-01"): first | back, day("2026-03-01"): second}


CLAIMS = st.dates(date(2026, 1, 1), date(2026, 1, 5))
REPAIRS = st.fixed_dictionaries(
    {"repair_claimed_on": CLAIMS}, optional={"repair_kind": st.sampled_from(["repair", "replacement"])}
)
ENTRIES = st.builds(
    lambda values, repair: entry(repair=repair, **values),
    st.fixed_dictionaries({}, optional={"product": st.text(max_size=2), "warranty_months": st.integers(1, 3)}),
    st.one_of(st.just({}), REPAIRS),
)


@given(st.lists(ENTRIES, max_size=6))
def test_a_file_taken_twice_says_what_it_says_once(entries: list[Entry]) -> None:
    once = Record()
    for one in entries:
        once = merged(once, one)
    twice = once
    for one in entries:
        twice = merged(twice, one)
    assert twice == once


@pytest.mark.parametrize(
    ("values", "column"),
    [
        ({"purchased_on": TODAY + timedelta(2)}, "purchased_on"),
        ({"delivered_on": TODAY + timedelta(2)}, "delivered_on"),
        ({"made_on": TODAY + timedelta(2)}, "made_on"),
        ({"purchased_on": day("2026-05-01"), "delivered_on": day("2026-02-01")}, "delivered_on"),
        ({"made_on": day("2026-05-02"), "purchased_on": day("2026-05-01")}, "made_on"),
        ({"made_on": day("2026-05-02"), "activated_on": day("2026-05-01")}, "activated_on"),
        ({"warranty_until": day("2206-01-01")}, "warranty_until"),
        ({"contract_from": day("2026-05-02"), "contract_until": day("2026-05-01")}, "contract_until"),
        ({"extended_from": day("2026-05-02"), "extended_until": day("2026-05-01")}, "extended_until"),
        ({"extended_from": day("2026-05-02")}, "extended_from"),
        ({"contract_tier": "premium"}, "contract_tier"),
        ({"warranty_void": "opened"}, "warranty_void"),
        ({"warranty_months": 24, "warranty_basis": "fixed"}, "warranty_basis"),
    ],
)
def test_what_can_not_be_names_its_column(values: dict[str, Any], column: str) -> None:
    found = impossible(merged(Record(), entry(**values)), TODAY)
    assert found is not None
    assert found[0] == column


@pytest.mark.parametrize(
    "values",
    [
        {"purchased_on": TODAY + timedelta(1)},  # it is tomorrow already further east
        {"purchased_on": day("2026-05-30"), "delivered_on": day("2026-05-01")},  # invoiced at the end of the month
        {"purchased_on": day("2026-05-01"), "made_on": day("2026-05-20"), "delivered_on": day("2026-06-01")},
        {"warranty_void": "opened", "warranty_months": 24},
        {"warranty_basis": "fixed", "warranty_until": day("2027-01-01")},
        {"contract_tier": "premium", "contract_until": day("2027-01-01")},
        {"extended_from": day("2026-05-02"), "extended_months": 36},
    ],
)
def test_what_is_unusual_but_can_be_is_taken(values: dict[str, Any]) -> None:
    assert impossible(merged(Record(), entry(**values)), TODAY) is None


@pytest.mark.parametrize(
    ("repair", "goods", "column"),
    [
        (("2026-06-10", "2026-06-09"), "new", "repair_returned_on"),
        (("2026-04-30", None), "new", "repair_claimed_on"),
        (("2026-04-30", None), "used", None),
        (("2026-06-10", "2026-12-31"), "new", "repair_returned_on"),
        (("2026-12-31", None), "new", "repair_claimed_on"),
        (("2026-06-10", "2026-06-10"), "new", None),
    ],
)
def test_a_repair_comes_after_the_sale_and_ends_after_it_began(
    repair: tuple[str, str | None], goods: str, column: str | None
) -> None:
    claimed, returned = repair
    told = {"repair_claimed_on": day(claimed)} | ({"repair_returned_on": day(returned)} if returned else {})
    record = merged(Record(), entry(repair=told, purchased_on=day("2026-05-01"), goods=goods))
    assert (impossible(record, TODAY) or (None,))[0] == column


def test_a_row_that_contradicts_what_is_known_is_told_with_the_known_day() -> None:
    known = merged(Record(), entry(purchased_on=day("2026-05-01")))
    assert "2026-05-01" in str(impossible(merged(known, entry(made_on=day("2026-06-01"))), TODAY))
