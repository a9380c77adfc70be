"""What a level may see, and what it never sees."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules.disclosure import Level, View, seen
from handlers.rules.facts import Assessment, Coverage, Deadline, Device, Repair, Sale, Source, Term

CHECKED = date(2026, 10, 5)
LAW = Source("cz-consumer-2023", "CZ", "OZ § 2165", "eagri.cz", "A", CHECKED)
UNSURE = Source("ir-goods", "IR", "by-law", "a page", "C", CHECKED, "a lawyer")
DAY = date(2026, 3, 2)

SALE = Sale(date(2025, 1, 20), date(2025, 1, 22), country="CZ", buyer="consumer")
AWAY = Repair(date(2026, 2, 11))
MENDED = Repair(date(2025, 5, 6), date(2025, 5, 17), under="warranty")
DEVICE = Device("washing machine", "WM-7 Pro", "wm", date(2024, 12, 1), SALE, (Term("warranty", 24),), (MENDED, AWAY))
WARRANTY = Coverage(
    "warranty", "covered", date(2025, 1, 22), date(2027, 2, 2), "delivery",
    ("2025-01-22 + 24 months = 2027-01-22", "2027-01-22 + 11 days out of use (2025-05-06 to 2025-05-17) = 2027-02-02"),
    "maker", added_days=11,
)  # fmt: skip
STATUTORY = Coverage(
    "statutory", "covered", date(2025, 1, 22), date(2027, 1, 22), "delivery", ("2025-01-22 + 24 months = 2027-01-22",),
    "seller", date(2026, 1, 22), source=LAW,
)  # fmt: skip
ASSESSED = Assessment(
    "covered", DAY, "CZ", (WARRANTY, STATUTORY),
    (Deadline("repair", date(2026, 4, 1), 30, "calendar", "remedies", LAW),), 404,
)  # fmt: skip


def values(view: Any) -> list[Any]:
    """Everything in a view but for the law's own text."""
    if isinstance(view, Source):
        return []
    if is_dataclass(view):
        return [leaf for one in fields(view) for leaf in values(getattr(view, one.name))]
    if isinstance(view, tuple):
        return [leaf for one in view for leaf in values(one)]
    return [] if view is None else [view]


def dates(view: View | None) -> set[str]:
    """Every day in a view, in a text too."""
    found = {str(one) for one in values(view) if isinstance(one, date)}
    return found | {day for one in values(view) if isinstance(one, str) for day in re.findall(r"\d{4}-\d\d-\d\d", one)}


def view_of(level: Level, device: Device = DEVICE, assessment: Assessment = ASSESSED, strict: bool = False) -> View:
    view = seen(device, assessment, level, strict)
    assert view is not None
    return view


def test_level_0_sees_a_verdict_the_family_the_month_and_that_there_is_a_law() -> None:
    assert view_of(0) == View(
        "covered", "washing machine", until_month=(2027, 2), country="CZ",
        law=Coverage("statutory", "covered", basis="delivery", responsible="seller", source=LAW),
    )  # fmt: skip


def test_level_0_is_told_neither_why_a_device_is_not_covered_nor_that_it_is_malformed() -> None:
    void = Assessment("void", DAY, "CZ", (Coverage("warranty", "void", void="opened by force"),))
    assert view_of(0, assessment=void) == View("expired", "washing machine", country="CZ")
    assert view_of(0, assessment=Assessment("malformed", DAY, None)).verdict == "unknown"


def test_no_month_where_no_day_is_firm() -> None:
    guessed = Coverage("statutory", "covered", end=date(2027, 1, 22), source=UNSURE)
    assert view_of(0, assessment=Assessment("covered", DAY, "IR", (guessed,))).until_month is None
    assert (
        view_of(0, assessment=Assessment("unknown", DAY, "IR", (Coverage("warranty", "unknown"),))).until_month is None
    )
    assert view_of(0, assessment=Assessment("unknown", DAY, None)).until_month is None


def test_level_1_sees_all_that_is_owed_and_the_open_repair() -> None:
    view = view_of(1)
    assert view.model == "WM-7 Pro"
    assert view.assessment is not None
    assert view.assessment.coverages[1] == STATUTORY
    assert view.assessment.coverages[0].added_days == 11
    assert view.open_repair == AWAY
    assert view.repairs == ()


def test_when_the_device_was_away_before_is_for_its_owner() -> None:
    assert not dates(view_of(1)) & {"2025-05-06", "2025-05-17"}
    assert view_of(1).assessment.coverages[0].arithmetic[1] == "2027-01-22 + 11 days = 2027-02-02"  # type: ignore[union-attr]
    assert dates(view_of(2)) >= {"2025-05-06", "2025-05-17"}
    assert view_of(2).assessment == ASSESSED
    assert view_of(2).repairs == (MENDED, AWAY)


def test_strict_shows_nothing_before_level_1() -> None:
    assert seen(DEVICE, ASSESSED, 0, strict=True) is None
    assert view_of(1, strict=True) == view_of(1)


@pytest.mark.parametrize("field", ["email", "phone", "invoice", "price", "owner", "address", "shop", "serial"])
def test_no_level_has_a_place_for_what_is_never_told(field: str) -> None:
    known = {one.name for kind in (View, Device, Sale, Term, Repair, Coverage, Assessment) for one in fields(kind)}
    assert field not in known


_days = st.dates(date(2015, 1, 1), date(2035, 12, 31))
_maybe = st.none() | _days
_repairs = st.builds(Repair, _days, _maybe)
_terms = st.builds(Term, st.sampled_from(("warranty", "extended", "contract")), st.none(), ends=_days)
_devices = st.builds(
    Device, st.just("phone"), st.just("P9 Secret"), st.just("line"), _maybe,
    st.builds(Sale, _maybe, _maybe, _maybe, st.sampled_from(("PL", None))), st.tuples(_terms),
    st.tuples(_repairs, _repairs),
)  # fmt: skip
_verdicts = st.sampled_from(("covered", "expired", "void", "unknown", "malformed"))
_forms = (
    "{0} and on",
    "{0} + 3 days out of use ({1} to {0}) = {1}",
    "{0} + 12 months, once, for the repair of {1} = {0}",
)
_steps = st.lists(st.builds(str.format, st.sampled_from(_forms), _days, _days), max_size=3).map(tuple)
_coverages = st.builds(
    Coverage, st.sampled_from(("warranty", "statutory")), _verdicts, _maybe, _maybe, st.just("delivery"), _steps,
    st.just("seller"), _maybe, st.integers(0, 99), st.none() | st.just("opened by force"), st.just("premium"),
    st.none() | st.just(LAW),
)  # fmt: skip
_assessments = st.builds(
    Assessment, _verdicts, _days, st.just("PL"), st.lists(_coverages, max_size=3).map(tuple), st.just(()),
    st.integers(1000, 9999),
)  # fmt: skip


@given(_devices, _assessments)
def test_nothing_of_a_level_appears_in_a_lower_one(device: Device, assessment: Assessment) -> None:
    lowest, middle, highest = (view_of(level, device, assessment) for level in (0, 1, 2))
    assert dates(lowest) == set()
    assert "P9 Secret" not in values(lowest)
    assert "opened by force" not in values(lowest)
    assert assessment.day not in values(lowest)
    assert not any(isinstance(one, Repair) for one in (lowest.open_repair, *lowest.repairs))
    history = {str(day) for one in device.repairs if one.returned for day in (one.claimed, one.returned)}
    elsewhere = {str(day) for one in assessment.coverages for day in (one.start, one.end, one.presumed_until)}
    still_away = {str(one.claimed) for one in device.repairs if one.returned is None}
    assert not dates(middle) & history - elsewhere - still_away - {str(assessment.on)}
    assert middle.repairs == ()
    assert dates(lowest) <= dates(middle) <= dates(highest)


@given(_devices, _assessments, st.sampled_from((1, 2)))
def test_strict_changes_nothing_for_who_has_proved_something(
    device: Device, assessment: Assessment, level: Level
) -> None:
    assert seen(device, assessment, level, strict=True) == seen(device, assessment, level, strict=False)
