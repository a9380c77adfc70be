"""Reading law: what a good file gives, and the sentence for every mistake, with its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from knowledge_base.law import HERE, read_law, read_law_file

GOOD = """country = "JP"
ask = "Consumer Affairs Agency"
weekend = ["sunday"]

[[liability]]
name = "jp-consumer"
title = "Civil Code"
valid_from = 2020-04-01
months = 12
sources = [
  "a source",
]
confidence = "B"
checked_on = 2026-11-22

[[extension]]
name = "jp-repair"
title = "Civil Code"
effect = "add_days_out_of_use"
extends = ["jp-consumer", "warranty"]
counts = ["statutory"]
sources = ["a source"]
confidence = "C"
checked_on = 2026-11-22

[[duty]]
name = "jp-reply"
title = "Civil Code"
acts = ["reply"]
days = 10
sources = ["a source"]
confidence = "A"
checked_on = 2026-11-22
"""


def write(folder: Path, text: str, name: str = "jp.toml") -> Path:
    file = folder / name
    file.write_text(text, "utf-8")
    return file


def test_a_good_file(tmp_path: Path) -> None:
    law, problems = read_law_file(write(tmp_path, GOOD))
    assert not problems
    assert law is not None
    assert law.weekend == (6,)
    assert [row.name for row in law.rows] == ["jp-consumer", "jp-repair", "jp-reply"]
    liability = law.liabilities[0]
    assert (liability.months, liability.basis, liability.buyer, liability.goods) == (
        12, "delivery", "consumer", ("new", "used"),
    )  # fmt: skip
    assert not liability.is_law_on(date(2020, 3, 31))
    assert liability.is_law_on(date(2020, 4, 1))


MISTAKES = {
    "unknown table": (
        '[[duty]]\nname = "jp-reply"',
        '[[duties]]\nname = "jp-reply"',
        26,
        "duties: no such key; write one of country, ask, weekend, members, longer, [[liability]]",
    ),
    "one bracket": ("[[duty]]", "[duty]", 26, "duty: write [[duty]] above each row"),
    "unknown key": ("months = 12", "month = 12", 9, "month: no such key; the keys are name, title"),
    "no country": ('country = "JP"\n', "", 1, "country: is missing"),
    "another country": ('country = "JP"', 'country = "KR"', 1, "country: the file is jp.toml; write 'JP'"),
    "no source": ('  "a source",\n]\nc', "]\nc", 10, 'sources: write a list such as ["…"]'),
    "key missing": ('title = "Civil Code"\nacts', "acts", 26, "title: is missing"),
    "a date in quotes": ("valid_from = 2020-04-01", 'valid_from = "2020-04-01"', 8, "valid_from: write a date without"),
    "a moment": ("2020-04-01", "2020-04-01T10:00:00", 8, "valid_from: write a date without quotes"),
    "ends before it begins": (
        "months = 12",
        "months = 12\nvalid_to = 2019-01-01",
        10,
        "valid_to: 2019-01-01 is before",
    ),
    "no number": ("months = 12", "months = true", 9, "months: write a whole number from 1 to 240"),
    "too long": ("months = 12", "months = 2400", 9, "months: write a whole number from 1 to 240"),
    "months and days": ("months = 12", "months = 12\ndays = 30", 10, "days: the period has months already"),
    "unknown letter": ('confidence = "B"', 'confidence = "D"', 13, "confidence: is 'D'; write one of A, B, C"),
    "unknown act": ('["reply"]', '["reply", "excuse"]', 29, "acts: is 'excuse'; write one of reply, repair"),
    "no months to add": ("add_days_out_of_use", "plus_months_once", 16, "months: write how many plus_months_once adds"),
    "nothing to extend": ('"jp-consumer", "w', '"jp-customer", "w', 20, "extends: there is no 'jp-customer'; known"),
    "a name twice": ('"jp-reply"', '"jp-repair"', 17, "name: write one that begins with jp- and is there once"),
    "a name of another country": ('"jp-reply"', '"kr-reply"', 27, "name: write one that begins with jp-"),
    "a name with capitals": ('"jp-reply"', '"JP Reply"', 27, "name: use a-z, 0-9 and -"),
    "never at work": (
        '["sunday"]',
        '["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]',
        3,
        "weekend: leave a day",
    ),
    "no day of the week": ('["sunday"]', '["So"]', 3, "weekend: is 'So'; write days such as saturday"),
    "longer than whose": (
        '["sunday"]',
        '["sunday"]\nlonger = ["ES"]',
        4,
        "longer: ES is no member; write it there too",
    ),
    "not TOML": ("months = 12", "months = twelve", 9, "not valid TOML: Invalid value"),
    "not dated": ("checked_on = 2026-11-22\n", "", 5, "checked_on: is missing"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_every_mistake_has_its_line_and_says_what_to_write(tmp_path: Path, mistake: str) -> None:
    before, after, line, said = MISTAKES[mistake]
    assert before in GOOD
    file = write(tmp_path, GOOD.replace(before, after, 1))
    law, problems = read_law_file(file)
    assert law is None
    found = [str(problem) for problem in problems]
    assert any(one.startswith(f"{file}:{line}: {said}") for one in found), found


def test_a_file_that_can_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "jp.toml").write_bytes(b'country = "JP"\nask = "\xff"\n')
    (tmp_path / "kr.toml").mkdir()
    book = read_law(tmp_path)
    assert not book.laws
    assert [str(problem) for problem in book.problems] == [
        f"{tmp_path}/jp.toml:2: not UTF-8; save it as UTF-8",
        f"{tmp_path}/kr.toml:1: can not be read: Is a directory",
    ]


def test_a_country_with_a_mistake_is_left_out_and_the_others_stay(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("months = 12", "months = -1"))
    write(tmp_path, GOOD.replace("JP", "KR").replace("jp-", "kr-"), "kr.toml")
    book = read_law(tmp_path)
    assert book.countries == ("KR",)
    assert len(book.problems) == 1


def test_a_companys_own_file_comes_before_ours(tmp_path: Path) -> None:
    own = read_law_file(HERE / "cz.toml")[0]
    assert own is not None
    write(tmp_path, GOOD.replace("JP", "CZ").replace("jp-", "cz-"), "cz.toml")
    book = read_law(HERE, tmp_path)
    found = book.law_of("CZ")
    assert found is not None
    assert found.liabilities[0].months == 12
    assert book.law_of("PL") == read_law().law_of("PL")


def test_a_folder_that_is_not_there_has_no_law(tmp_path: Path) -> None:
    assert not read_law(tmp_path / "nowhere").laws


def test_whose_law_counts() -> None:
    book = read_law()
    laws = {code: law and law.country for code in ("CZ", "cz", "DE", "US-CA", "GB", "JP", "", None, "EU")
            for law in [book.law_of(code)]}  # fmt: skip
    assert laws == {
        "CZ": "CZ", "cz": "CZ", "DE": "EU", "US-CA": "US", "GB": "GB", "JP": None, "": None, None: None, "EU": "EU",
    }  # fmt: skip
    assert "EU" not in book.countries
    assert {"CZ", "DE", "IR"} <= set(book.countries)


@given(
    some.text(max_size=200)
    | some.lists(some.sampled_from(GOOD.splitlines()), max_size=12).map("\n".join)
    | some.tuples(some.sampled_from(sorted({line.partition(" =")[0] for line in GOOD.splitlines() if " = " in line})),
                  some.sampled_from(["-1", "[]", "{}", '""', "1.5", "true", "2026-01-01", "[[1]]", '"x"'])).map(
        lambda pair: "\n".join(
            f"{pair[0]} = {pair[1]}" if line.startswith(f"{pair[0]} =") else line for line in GOOD.splitlines()
        )
    )
)  # fmt: skip
def test_reading_never_raises(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    file = tmp_path_factory.getbasetemp() / "jp.toml"
    file.write_text(text, "utf-8", errors="replace")
    law, problems = read_law_file(file)
    assert (law is None) == bool(problems)
    assert all(problem.line >= 1 and problem.sentence for problem in problems)
