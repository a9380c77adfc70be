"""Which rows of law count: by buyer, goods, region and day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from handlers.rules.facts import Device, Sale
from handlers.rules.law import Case, counts, duties, extensions, is_sure, liabilities, source_of
from knowledge_base.law import read_law
from knowledge_base.statutes import Law
from tests.fakes.law import D, device, repair

BOOK = read_law()


def law_of(country: str) -> Law:
    law = BOOK.law_of(country)
    assert law is not None
    return law


def case(country: str, found: Device, on: str = "2026-10-05") -> Case:
    return Case(found, D(on), country, law_of(country))


def names(country: str, found: Device, on: str = "2026-10-05") -> list[str]:
    return [row.name for row in liabilities(case(country, found, on))]


@pytest.mark.parametrize(
    ("country", "sold", "wanted"),
    [
        ("PL", device(purchased="2022-12-31", delivered="2023-01-04"), ["pl-consumer-before-2023"]),
        ("PL", device(purchased="2023-01-01", delivered="2023-01-04"), ["pl-consumer-2023"]),
        ("PL", device(delivered="2023-01-04"), ["pl-consumer-2023"]),
        ("PL", device(), ["pl-consumer-2023"]),  # nobody knows when: today's law
        ("PL", device("2026-01-04", buyer="business"), ["pl-business"]),
        ("PL", device("2026-01-04", goods="digital"), ["pl-digital"]),
        ("CZ", device("2023-01-05"), ["cz-consumer-before-2023"]),
        ("CZ", device("2023-01-06"), ["cz-consumer-2023"]),
        ("CZ", device("2023-01-06", goods="used"), ["cz-consumer-used-2023"]),
        ("GB", device("2026-01-06"), ["gb-durability", "gb-right-to-reject"]),
        ("AT", device("2026-01-06"), ["eu-consumer"]),
    ],
)
def test_the_rows_of_a_sale(country: str, sold: Device, wanted: list[str]) -> None:
    assert names(country, sold) == wanted


def test_where_no_law_is_known_there_are_no_rows() -> None:
    nowhere = Case(device("2026-01-06"), D("2026-10-05"))
    assert not [*liabilities(nowhere), *extensions(nowhere, "warranty"), *duties(nowhere)]


@pytest.mark.parametrize(("country", "firm"), [("US", [False]), ("US-CA", [True]), ("us-ca", [True]), ("US-NY", [])])
def test_a_rule_of_a_region_is_sure_only_there(country: str, firm: list[bool]) -> None:
    found = case(country, device("2026-01-06"))
    assert [is_sure(row, found) for row in extensions(found, "warranty")] == firm


def test_a_repair_is_counted_by_the_day_it_was_claimed() -> None:
    row = law_of("DE").extensions[0]
    assert counts(row, repair("2026-07-31", "2026-08-02"))
    assert not counts(row, repair("2026-07-30", "2026-08-02"))
    assert not counts(row, repair("2026-08-01", "2026-08-02", under="paid"))
    assert not counts(row, repair("2026-08-01", "2026-08-02", under="warranty"))


def test_a_claim_is_made_under_the_law_of_its_day(tmp_path: Path) -> None:
    text = (Path(__file__).parents[3] / "knowledge_base/law/kz.toml").read_text("utf-8")
    (tmp_path / "kz.toml").write_text(text.replace('acts = ["reply"]', 'acts = ["reply"]\nvalid_to = 2027-01-01'))
    law = read_law(tmp_path).law_of("KZ")
    assert law is not None
    acts = [
        [row.name for row in duties(Case(device("2026-12-30"), D(on), "KZ", law))]
        for on in ("2027-01-01", "2027-01-02")
    ]
    assert acts == [["kz-reply", "kz-return"], ["kz-return"]]


def test_the_source_is_told_with_its_day_and_whom_to_ask() -> None:
    found = case("CZ", Device(sale=Sale(delivered=D("2026-01-06"))))
    sure, unsure = source_of(next(liabilities(found)), found), source_of(found.law.extensions[0], found)
    assert (sure.rule, sure.country, sure.confidence, sure.ask) == ("cz-consumer-2023", "CZ", "A", "")
    assert sure.checked == date(2026, 10, 5)
    assert "§ 2165" in sure.title
    assert "podnikatel.cz" in sure.source
    assert (unsure.confidence, unsure.ask) == ("C", "Czech Trade Inspection Authority (ČOI)")
