"""What is owed on a day: examples of each kind of rule, and what holds for every device, law and day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from handlers.rules.coverage import BEST, assess
from handlers.rules.facts import Assessment, Coverage, Device, Kind, Repair, Term
from knowledge_base.law import read_law
from tests.fakes.law import D, days, device, devices_of, near, repair, repairs_of

BOOK = read_law()
COUNTRIES = (*sorted(BOOK.laws), "DE", "US-CA", "US-NY", "JP", None)
YEAR = Term("warranty", 12)


def look(found: Device, on: str, country: str | None = None) -> Assessment:
    return assess(found, BOOK, D(on), country)


def of(found: Assessment, kind: Kind) -> Coverage:
    return next(coverage for coverage in found.coverages if coverage.kind == kind)


def test_the_first_vector() -> None:
    found = look(device("2026-02-16"), "2026-10-05", "CZ")
    law = of(found, "statutory")
    assert (found.verdict, found.day, found.missing) == ("covered", 231, ())
    assert law.presumed_until == D("2027-02-16")
    assert law.arithmetic == ("2026-02-16 + 24 months = 2028-02-16",)


def test_the_second_vector() -> None:
    sold = device("2025-01-20")
    slovak, czech = (look(sold, "2026-09-29", country) for country in ("SK", "CZ"))
    assert slovak.day == 617
    slovak_until, czech_until = (of(one, "statutory").presumed_until for one in (slovak, czech))
    assert slovak_until
    assert czech_until
    assert czech_until < D("2026-09-29") <= slovak_until


def test_the_sales_country_counts_before_the_answer() -> None:
    assert look(device("2026-02-16", country="PL"), "2026-10-05", "CZ").country == "PL"
    assert look(device("2026-02-16"), "2026-10-05", "CZ").country == "CZ"


def test_a_purchase_stands_in_for_the_delivery_and_says_so() -> None:
    law = of(look(device(purchased="2026-02-16"), "2026-10-05", "CZ"), "statutory")
    assert (law.basis, law.end) == ("purchase", D("2028-02-16"))
    assert law.arithmetic[0] == "day of delivery unknown, counted from the purchase"


@pytest.mark.parametrize(("on", "verdict"), [("2027-06-01", "covered"), ("2027-06-02", "unknown")])
def test_the_making_never_refuses(on: str, verdict: str) -> None:
    found = look(device(made="2025-06-01", terms=(Term("warranty", 24),)), on, "PL")
    for coverage in found.coverages:
        assert (coverage.verdict, coverage.start, coverage.end) == (verdict, None, None)
        assert coverage.arithmetic == ("made 2025-06-01 at the earliest",)
    assert (found.verdict, found.missing) == (verdict, ("purchased",))


def test_the_making_under_an_older_law_promises_nothing() -> None:
    assert look(device(made="2022-12-01"), "2024-06-01", "PL").verdict == "unknown"


def test_an_unknown_activation_is_not_before_the_delivery() -> None:
    sold = device("2026-02-16", terms=(Term("warranty", 12, "activation"),))
    assert of(look(sold, "2027-02-16", "IR"), "warranty").verdict == "covered"
    late = look(sold, "2027-02-17", "IR")
    assert (of(late, "warranty").verdict, late.missing) == ("unknown", ("activated",))
    active = replace(sold, sale=replace(sold.sale, activated=D("2026-03-01")))
    assert of(look(active, "2027-03-02", "IR"), "warranty").end == D("2027-03-01")


def test_days_of_repair_lengthen_a_russian_warranty_each_day_once() -> None:
    repairs = (
        repair("2026-03-01", "2026-03-11", under="warranty"),  # 10
        repair("2026-03-06", "2026-03-16"),  # 5 more
        repair("2026-04-01", "2026-04-21", under="paid"),  # none
        repair("2026-10-01", under="warranty"),  # 4 so far
    )
    warranty = of(look(device("2025-12-01", terms=(YEAR,), repairs=repairs), "2026-10-05", "RU"), "warranty")
    assert (warranty.end, warranty.added_days) == (D("2026-12-20"), 19)
    assert warranty.arithmetic == (
        "2025-12-01 + 12 months = 2026-12-01",
        "2026-12-01 + 10 days out of use (2026-03-01 to 2026-03-11) = 2026-12-11",
        "2026-12-11 + 5 days out of use (2026-03-11 to 2026-03-16) = 2026-12-16",
        "2026-12-16 + 4 days out of use (2026-10-01 to 2026-10-05 so far: not returned yet) = 2026-12-20",
    )


def test_a_claim_after_the_end_adds_nothing_and_one_within_the_added_days_does() -> None:
    first, second = repair("2026-12-01", "2026-12-11"), repair("2026-12-11", "2026-12-13")
    late = repair("2026-12-14", "2026-12-20")
    sold = device("2025-12-01", terms=(YEAR,), repairs=(late, second, first))
    assert of(look(sold, "2026-12-20", "RU"), "warranty").end == D("2026-12-13")
    only_late = replace(sold, repairs=(late,))
    assert of(look(only_late, "2026-12-20", "RU"), "warranty").end == D("2026-12-01")


def test_a_replacement_starts_a_russian_warranty_anew_once_it_is_handed_over() -> None:
    pending = repair("2026-03-01", kind="replacement", under="warranty")
    sold = device("2025-12-01", terms=(YEAR,), repairs=(pending,))
    waiting = of(look(sold, "2026-10-05", "RU"), "warranty")
    assert (waiting.end, waiting.added_days) == (D("2026-12-01"), 0)
    assert waiting.arithmetic[-1] == "replacement claimed 2026-03-01: not handed over yet"
    handed = replace(sold, repairs=(replace(pending, returned=D("2026-03-20")),))
    anew = of(look(handed, "2026-10-05", "RU"), "warranty")
    assert (anew.start, anew.end) == (D("2026-03-20"), D("2027-03-20"))
    assert anew.arithmetic[-1] == "replacement of 2026-03-01, starts anew: 2026-03-20 + 12 months = 2027-03-20"


def test_a_replacement_never_ends_earlier_than_the_days_of_an_earlier_repair() -> None:
    repairs = (repair("2026-01-01", "2026-11-01"), repair("2026-11-01", "2026-11-10", kind="replacement"))
    sold = device("2025-12-01", terms=(Term("warranty", 1, "delivery"),), repairs=repairs)
    assert of(look(sold, "2026-11-20", "RU"), "warranty").end == D("2026-12-10")
    long = (repairs[0], repair("2026-01-02", "2026-01-10", kind="replacement"))
    assert of(look(replace(sold, repairs=long), "2026-11-20", "RU"), "warranty").end == D("2026-11-01")


def test_a_repair_before_the_warranty_began_adds_nothing() -> None:
    sold = device("2026-03-01", terms=(YEAR,), repairs=(repair("2026-02-20", "2026-02-25"),))
    assert of(look(sold, "2026-10-05", "RU"), "warranty").added_days == 0


def test_only_the_makers_warranty_is_lengthened() -> None:
    bought = Term("extended", 12, "fixed", D("2026-01-01"))
    sold = device("2025-12-01", terms=(bought,), repairs=(repair("2026-03-01", "2026-03-11", under="warranty"),))
    assert of(look(sold, "2026-10-05", "RU"), "extended").end == D("2027-01-01")


def test_a_replacement_under_a_warranty_known_only_by_its_end() -> None:
    replaced = (repair("2026-03-01", "2026-03-20", kind="replacement"),)
    known = device("2025-12-01", terms=(Term("warranty", ends=D("2026-12-01")),), repairs=replaced)
    assert of(look(known, "2026-10-05", "RU"), "warranty").end == D("2027-03-20")
    unknown = replace(known, sale=device().sale)
    warranty = of(look(unknown, "2026-10-05", "RU"), "warranty")
    assert (warranty.start, warranty.end) == (None, D("2026-12-01"))
    assert "for how long is not known" in warranty.arithmetic[-1]


def test_a_first_repair_adds_a_year_once_in_slovakia() -> None:
    repairs = (repair("2026-03-01", "2026-03-11"), repair("2026-05-01"))
    law = of(look(device("2025-12-01", repairs=repairs), "2026-10-05", "SK"), "statutory")
    assert (law.end, law.presumed_until, law.added_days) == (D("2028-12-01"), D("2028-12-01"), 0)


@pytest.mark.parametrize("country", ["PL", "CZ"])
def test_a_rule_we_are_not_sure_of_moves_no_date_and_says_whom_to_ask(country: str) -> None:
    sold = device("2026-08-01", repairs=(repair("2026-09-01", "2026-09-02"),))
    early, late, over = (look(sold, on, country) for on in ("2026-10-05", "2029-08-01", "2029-08-03"))
    assert [of(found, "statutory").end for found in (early, late, over)] == [D("2028-08-01")] * 3
    assert [found.verdict for found in (early, late, over)] == ["covered", "unknown", "expired"]
    doubts = [one for one in early.coverages if one.source and one.source.confidence == "C"]
    assert doubts
    for doubt in doubts:
        assert doubt.source
        assert doubt.source.ask
        assert (doubt.verdict, doubt.start, doubt.end, doubt.presumed_until) == ("unknown", None, None, None)


def test_a_polish_guarantee_may_run_anew_after_a_repair() -> None:
    sold = device("2024-05-06", terms=(YEAR,), repairs=(repair("2025-05-01", "2025-05-20", under="warranty"),))
    verdicts = [of(look(sold, on, "PL"), "warranty").verdict for on in ("2025-05-06", "2026-05-20", "2026-05-21")]
    assert verdicts == ["covered", "unknown", "expired"]


@pytest.mark.parametrize(("country", "end"), [("US", "2026-12-01"), ("US-CA", "2026-12-11"), ("US-NY", "2026-12-01")])
def test_california_adds_the_days_of_repair(country: str, end: str) -> None:
    sold = device("2025-12-01", terms=(YEAR,), repairs=(repair("2026-03-01", "2026-03-11", under="warranty"),))
    assert of(look(sold, "2026-10-05", country), "warranty").end == D(end)


def test_the_british_month_to_reject_stands_still_during_a_repair() -> None:
    sold = device("2026-09-20", repairs=(repair("2026-09-25", "2026-10-02"),))
    ends = {one.source.rule: one.end for one in look(sold, "2026-10-05", "GB").coverages if one.source}
    assert ends == {"gb-durability": D("2032-09-20"), "gb-right-to-reject": D("2026-10-27")}


def test_a_void_warranty_leaves_the_law() -> None:
    found = look(device("2026-02-16", terms=(Term("warranty", 36, void="liquid damage"),)), "2026-10-05", "PL")
    assert (found.verdict, [one.verdict for one in found.coverages]) == ("covered", ["covered", "void"])
    assert of(found, "warranty").void == "liquid damage"


def test_what_is_void_may_not_be_longer_either() -> None:
    claimed = repair("2026-03-01", "2026-03-11", under="warranty")
    sold = device("2026-02-16", terms=(Term("warranty", 36, void="liquid damage"),), repairs=(claimed,))
    assert [one.kind for one in look(sold, "2026-10-05", "PL").coverages] == ["statutory", "warranty"]


def test_the_day_before_the_delivery_has_no_number() -> None:
    assert look(device("2026-02-16"), "2026-02-15", "PL").day is None
    assert look(device("2026-02-16"), "2026-02-16", "PL").day == 0


def test_a_last_day_on_record_before_the_delivery_tells_no_beginning() -> None:
    over = of(
        look(device("2026-02-16", terms=(Term("warranty", ends=D("2026-01-31")),)), "2026-10-05", "PL"), "warranty"
    )
    assert (over.verdict, over.start, over.end) == ("expired", None, D("2026-01-31"))


def test_best_first() -> None:
    terms = (
        Term("contract", basis="fixed", starts=D("2026-01-01"), ends=D("2026-12-31"), tier="premium"),
        Term("extended", 48, "fixed", D("2027-02-17")),
        Term("warranty", 24),
        Term("warranty", 6),
    )
    found = look(device("2026-02-16", terms=terms), "2026-10-05", "PL")
    assert [(one.kind, one.verdict) for one in found.coverages] == [
        ("statutory", "covered"),  # to the same day as the warranty: nobody can void it
        ("warranty", "covered"),
        ("contract", "covered"),
        ("extended", "covered"),  # it has not begun
        ("warranty", "expired"),
    ]
    assert of(found, "contract").tier == "premium"


def test_what_is_missing() -> None:
    assert look(device(), "2026-10-05").missing == ("country", "purchased")
    assert look(device("2026-02-16"), "2026-10-05").missing == ("country",)
    assert look(device(), "2026-10-05", "IR").missing == ()  # no day would say more
    assert look(device(terms=(YEAR,)), "2026-10-05", "IR").missing == ("purchased",)
    assert look(device("2026-02-16", buyer="business"), "2026-10-05", "CZ").missing == ()


def test_past_the_floor_nobody_is_refused_where_the_countrys_own_law_is_longer() -> None:
    spanish, german = (look(device("2024-02-16", country=country), "2026-10-05") for country in ("ES", "DE"))
    assert (spanish.verdict, german.verdict) == ("unknown", "expired")
    law = of(spanish, "statutory")
    assert law.end == D("2026-02-16")
    assert law.source
    assert "European Consumer Centre" in law.source.ask


def test_an_unknown_country_is_no_reason_to_refuse() -> None:
    old = device("2015-02-16", terms=(YEAR,))
    assert [look(old, "2026-10-05", country).verdict for country in (None, "JP", "PL")] == ["unknown"] * 3
    assert look(replace(old, sale=replace(old.sale, country="DE")), "2026-10-05").verdict == "expired"


def ends(found: Assessment) -> dict[tuple[str, str, int], date]:
    """The last day of each coverage that has one: by kind, rule and number."""
    last: dict[tuple[str, str, int], date] = {}
    for coverage in sorted(found.coverages, key=lambda one: one.end or date.min):
        if coverage.end is not None:
            name = (coverage.kind, coverage.source.rule if coverage.source else "")
            last[(*name, sum(key[:2] == name for key in last))] = coverage.end
    return last


anything = devices_of(days, COUNTRIES)
likely = devices_of(near, COUNTRIES)


@settings(max_examples=300)
@given(likely | anything, days, some.sampled_from(COUNTRIES))
def test_nothing_raises_and_what_is_said_makes_sense(found: Device, on: date, country: str | None) -> None:
    said = assess(found, BOOK, on, country)
    ranks = [BEST.index(coverage.verdict) for coverage in said.coverages]
    assert ranks == sorted(ranks)
    for coverage in said.coverages:
        if coverage.start and coverage.end and not any(term.ends for term in found.terms):
            assert coverage.start <= coverage.end
        if coverage.verdict == "expired":
            assert coverage.end is not None
            assert coverage.end < on
        if coverage.source and coverage.source.confidence == "C":
            assert (coverage.end, coverage.start, coverage.verdict) == (None, None, "unknown")
            assert coverage.source.ask
    for deadline in said.deadlines:
        assert deadline.source.confidence != "C" or deadline.by is None
        assert deadline.by is None or deadline.by >= on
    if said.verdict == "expired":
        assert said.country is not None
        assert found.sale.purchased or found.sale.delivered


@settings(max_examples=300)
@given(likely, repairs_of(near), near)
def test_a_repair_never_shortens_anything(found: Device, more: Repair, on: date) -> None:
    before = ends(assess(found, BOOK, on))
    after = ends(assess(replace(found, repairs=(*found.repairs, more)), BOOK, on))
    for name, end in before.items():
        assert after[name] >= end, name


@settings(max_examples=300)
@given(likely, near, near)
def test_a_later_day_never_makes_expired_into_covered(found: Device, one: date, other: date) -> None:
    first, second = sorted((one, other))
    early, late = assess(found, BOOK, first), assess(found, BOOK, second)
    if early.verdict == "expired":
        assert late.verdict == "expired"
    over = [coverage for coverage in early.coverages if coverage.verdict == "expired"]
    still = [coverage for coverage in late.coverages if coverage.verdict == "expired"]
    assert len(still) >= len(over)


@given(likely, near)
def test_the_order_of_repairs_does_not_matter(found: Device, on: date) -> None:
    turned = replace(found, repairs=found.repairs[::-1])
    assert assess(turned, BOOK, on) == assess(found, BOOK, on)
