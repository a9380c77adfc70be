"""Deadlines after a claim: worked examples."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlers.rules.coverage import assess
from handlers.rules.facts import Deadline, Device, Term
from knowledge_base.law import HERE, read_law
from tests.fakes.law import D, device

BOOK = read_law()


def deadlines(found: Device, on: str, country: str) -> dict[str, Deadline]:
    return {deadline.act: deadline for deadline in assess(found, BOOK, D(on), country).deadlines}


@pytest.mark.parametrize(
    ("country", "on", "act", "by"),
    [
        ("CZ", "2026-10-05", "reply", "2026-11-04"),
        ("CZ", "2026-10-08", "reply", "2026-11-09"),  # a Saturday moves
        ("CZ", "2026-10-18", "reply", "2026-11-18"),  # the day of freedom and democracy moves
        ("CZ", "2026-11-24", "reply", "2026-12-28"),  # over Christmas and a Sunday
        ("SK", "2026-09-29", "reply", "2026-10-29"),
        ("SK", "2026-10-08", "reply", "2026-11-07"),  # nothing found that moves it
        ("PL", "2026-10-05", "reply", "2026-10-19"),
        ("KZ", "2026-10-05", "reply", "2026-10-15"),
        ("RU", "2026-10-05", "replace", "2026-10-12"),
        ("RU", "2026-10-05", "refund", "2026-10-15"),
        ("RU", "2026-10-05", "repair", "2026-11-19"),
    ],
)
def test_a_claim(country: str, on: str, act: str, by: str) -> None:
    assert deadlines(device("2026-02-16"), on, country)[act].by == D(by)


def test_what_silence_means() -> None:
    found = {code: deadlines(device("2026-02-16"), "2026-10-05", code)["reply"].silence for code in ("PL", "CZ", "KZ")}
    assert found == {"PL": "accept", "CZ": "remedies", "KZ": "none"}


def test_seven_working_days_to_withdraw_in_iran_from_the_day_after_the_delivery() -> None:
    found = deadlines(device("2026-10-03"), "2026-10-05", "IR")["withdrawal"]
    assert (found.by, found.counted, found.days) == (D("2026-10-11"), "working", 7)


def test_a_withdrawal_is_told_while_it_is_possible() -> None:
    assert deadlines(device("2026-10-01"), "2026-10-15", "PL")["withdrawal"].by == D("2026-10-15")
    assert "withdrawal" not in deadlines(device("2026-10-01"), "2026-10-16", "PL")
    assert deadlines(device(), "2026-10-16", "PL")["withdrawal"].by is None
    assert "withdrawal" not in deadlines(device(purchased="2024-10-01"), "2026-10-16", "PL")


def test_an_agreement_nobody_told_us_of_gives_no_date() -> None:
    found = deadlines(device("2026-02-16"), "2026-10-05", "GB")["refund"]
    assert (found.by, found.days) == (None, 14)


def test_no_claim_where_nothing_is_owed_any_more() -> None:
    over, void = device("2022-10-01"), Term("warranty", 60, void="liquid")
    assert not deadlines(over, "2026-10-05", "RU")
    assert not deadlines(device("2022-10-01", terms=(void,)), "2026-10-05", "RU")
    assert deadlines(device("2022-10-01", terms=(Term("warranty", 60),)), "2026-10-05", "RU")


def test_a_business_has_none_of_a_consumers() -> None:
    assert not deadlines(device("2026-02-16", buyer="business"), "2026-03-01", "CZ")


def test_a_service_contract_alone_is_no_claim_against_a_seller() -> None:
    contract = Term("contract", basis="fixed", starts=D("2026-01-01"), ends=D("2026-12-31"))
    assert not deadlines(device("2022-10-01", terms=(contract,)), "2026-10-05", "RU")


def test_a_deadline_we_are_not_sure_of_has_no_date(tmp_path: Path) -> None:
    text = (HERE / "pl.toml").read_text("utf-8").replace('confidence = "A"', 'confidence = "C"')
    (tmp_path / "pl.toml").write_text(text, "utf-8")
    reply = assess(device("2026-02-16"), read_law(tmp_path), D("2026-10-05"), "PL").deadlines[0]
    assert (reply.act, reply.by, reply.days) == ("reply", None, 14)
    assert reply.source.ask
