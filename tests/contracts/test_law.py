"""What the law of every country must be: the files of `knowledge_base/law`. A new country is a new file, no edit."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import get_args

import pytest

from handlers.rules.coverage import assess
from handlers.rules.facts import Assessment, Device, Repair, Sale, Term
from handlers.rules.hours import holidays_of
from handlers.rules.law import Case, liabilities
from knowledge_base.law import HERE, read_law_file
from knowledge_base.statutes import Buyer, Goods, Law, LawBook, Row

DAY = timedelta(days=1)
YEAR_OF_LAW = date(2000, 1, 1)
BUYERS, GOODS = get_args(Buyer), get_args(Goods)

every_country = pytest.mark.parametrize("country", sorted(file.stem for file in HERE.glob("*.toml")))


def law_of(country: str) -> Law:
    law, problems = read_law_file(HERE / f"{country}.toml")
    assert law is not None, "\n".join(map(str, problems))
    return law


def where(row: Row, country: str) -> str:
    return f"{HERE / country}.toml, {row.name}"


def days_of(law: Law) -> list[date]:
    """Days around every change of law, and some in between."""
    changes = {day for row in law.rows for day in (row.valid_from, row.valid_to) if day}
    steady = {date(year, month, 28) for year in (2015, 2021, 2024, 2026) for month in (2, 11)} | {date(2024, 2, 29)}
    return sorted(steady | {day + shift * DAY for day in changes for shift in (-1, 0, 1)})


def look(law: Law, found: Device, on: date) -> Assessment:
    country = law.members[0] if law.members else law.country
    return assess(found, LawBook({law.country: law}), on, country)


def sold(day: date, buyer: Buyer = "consumer", goods: Goods = "new", repairs: tuple[Repair, ...] = ()) -> Device:
    return Device(sale=Sale(day, day, None, None, buyer, goods), terms=(Term("warranty", 12),), repairs=repairs)


@every_country
def test_it_can_be_read_and_says_whom_to_ask(country: str) -> None:
    assert law_of(country).ask


@every_country
def test_every_row_was_checked_and_not_in_the_future(country: str) -> None:
    for row in law_of(country).rows:
        assert YEAR_OF_LAW < row.checked_on <= datetime.now(UTC).date(), f"{where(row, country)}: look at checked_on"


@every_country
def test_some_row_answers_every_buyer_on_every_day(country: str) -> None:
    law = law_of(country)
    for buyer, goods, day in product(BUYERS, GOODS, days_of(law)):
        rows = list(liabilities(Case(sold(day, buyer, goods), day, law.country, law)))
        assert rows, f"{HERE / country}.toml: nothing for {goods} goods bought by a {buyer} on {day}"
        periods = [row for row in rows if row.months]
        assert len(periods) < 2, f"{HERE / country}.toml: two periods at once: {[row.name for row in periods]}"


@every_country
def test_a_firm_end_is_the_last_day_and_no_other(country: str) -> None:
    law = law_of(country)
    for buyer, goods, day in product(BUYERS, GOODS, days_of(law)):
        found = sold(day, buyer, goods)
        for coverage in look(law, found, day).coverages:
            if coverage.end is not None:
                verdicts = [
                    one.verdict
                    for on in (coverage.end, coverage.end + DAY)
                    for one in look(law, found, on).coverages
                    if (one.kind, one.source) == (coverage.kind, coverage.source)
                ]
                assert verdicts == ["covered", "expired"], (coverage, verdicts)


@every_country
def test_what_is_not_sure_gives_no_date_and_says_whom_to_ask(country: str) -> None:
    law = law_of(country)
    unsure = {row.name for row in law.rows if row.confidence == "C"}
    for buyer, goods, day in product(BUYERS, GOODS, days_of(law)):
        repairs = tuple(
            Repair(day + 10 * DAY, day + 20 * DAY, kind, under)
            for kind in ("repair", "replacement")
            for under in ("warranty", "statutory")
        )
        found = look(law, sold(day, buyer, goods, repairs), day + 30 * DAY)
        for coverage in found.coverages:
            if coverage.source and coverage.source.rule in unsure:
                assert (coverage.verdict, coverage.start, coverage.end) == ("unknown", None, None), coverage
                assert coverage.source.ask, coverage
        for deadline in found.deadlines:
            assert deadline.by is None or deadline.source.rule not in unsure, deadline


@every_country
def test_a_repair_takes_nothing_away(country: str) -> None:
    law = law_of(country)
    for day, kind, under in product(days_of(law), ("repair", "replacement"), ("warranty", "statutory", "paid")):
        repairs = (Repair(day + 10 * DAY, day + 20 * DAY, kind, under),)  # type: ignore[arg-type]
        before, after = (look(law, sold(day, repairs=some), day + 30 * DAY) for some in ((), repairs))
        ends = [
            {(one.kind, one.source): one.end for one in found.coverages if one.end is not None}
            for found in (before, after)
        ]
        assert all(ends[1][name] >= end for name, end in ends[0].items())


@every_country
def test_where_days_off_count_they_are_known(country: str) -> None:
    law = law_of(country)
    if any(row.moves or row.counted == "working" for row in law.duties):
        for code in law.members or (law.country,):
            assert holidays_of(code, None, 2026), code


@every_country
def test_a_member_of_a_union_is_a_country_once(country: str) -> None:
    members = law_of(country).members
    assert len(set(members)) == len(members)
    assert law_of(country).country not in members
