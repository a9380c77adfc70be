"""`warranty`: a file comes in, a device is explained, mistakes are told."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bot.importing import SHOWN
from handlers.rules.facts import Coverage
from tests.bot.commands.conftest import Run

DEMO = Path(__file__).parents[3] / "knowledge_base/demo_devices.csv"
HEADER = "serial;product;model;purchased_on;delivered_on;country;buyer;warranty_months"
WASHER = "AB12CD34;washing machine;Alma W8;2026-02-14;2026-02-16;CZ;consumer;24"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path, WASHER, "AB1O;;;;;;;", "AB10;;;;;;;")


def write(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "devices.csv"
    path.write_text("\n".join([header, *rows, ""]), "utf-8")
    return path


def explained(bot: Run, *words: str) -> dict[str, Any]:
    result = bot("warranty", "explain", "--json", "--serial", *words)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_a_file_comes_in_and_a_second_time_changes_nothing(bot: Run, file: Path) -> None:
    for _ in range(2):
        result = bot("warranty", "import", str(file))
        assert result.exit_code == 0
        assert "3 rows read, 0 refused" in result.output


def test_refused_rows_are_told_in_short_and_written_down_in_full(bot: Run, tmp_path: Path) -> None:
    rows = [f"AB{number};;;31.02.2026;;;;" for number in range(1000, 1000 + SHOWN + 5)]
    refused = tmp_path / "refused.csv"
    result = bot("warranty", "import", str(write(tmp_path, WASHER, *rows)), "--refused", str(refused))
    assert result.exit_code == 0
    assert "row 3, purchased_on: '31.02.2026' is in no calendar; write a date like 2026-12-31" in result.stdout
    assert len(result.stdout.splitlines()) == SHOWN
    assert f"26 rows read, 25 refused; all of them are in {refused}" in result.output
    assert len(refused.read_text("utf-8-sig").splitlines()) == 26


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"serial\nA\n", "no row could be taken"),
        (b"product\nwasher\n", "names no column serial"),
        ("serial\nAB12\n".encode("utf-16"), "save the file as"),
    ],
)
def test_a_file_of_which_nothing_can_be_read_fails(bot: Run, tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "devices.csv"
    path.write_bytes(content)
    result = bot("warranty", "import", str(path))
    assert result.exit_code == 1
    assert sentence in result.output
    assert "Traceback" not in result.output


def test_columns_nobody_uses_are_told(bot: Run, tmp_path: Path) -> None:
    result = bot("warranty", "import", str(write(tmp_path, "AB12;red", header="serial;colour")))
    assert "columns that are not used: colour" in result.output


def test_a_report_that_can_not_be_written_is_one_sentence(bot: Run, file: Path, tmp_path: Path) -> None:
    result = bot("warranty", "import", str(file), "--refused", str(tmp_path / "no" / "such" / "refused.csv"))
    assert result.exit_code == 1
    assert "refused.csv: can not be written" in result.output


@pytest.mark.parametrize("typed", ["AB12CD34", "s/n ab12-cd34", "АВ12СD34", "AB12 CD34"])
def test_a_device_is_explained_however_its_serial_is_typed(bot: Run, file: Path, typed: str) -> None:
    bot("warranty", "import", str(file))
    found = explained(bot, typed, "--on", "2026-10-05")
    assert found["serial"] == typed
    assert found["canonical"] == "AB12CD34"
    assert (found["verdict"], found["country"], found["day"]) == ("covered", "CZ", 231)
    assert found["device"] == {"product": "washing machine", "model": "Alma W8", "line": ""}
    assert (found["trouble"], found["place"]) == (None, None)
    assert list(found) == ["serial", "canonical", "verdict", "on", "country", "device", "day", "missing", "coverages",
                           "deadlines", "trouble", "place"]  # fmt: skip
    by_kind = {coverage["kind"]: coverage for coverage in found["coverages"]}
    assert set(by_kind["warranty"]) == set(Coverage.__dataclass_fields__)
    assert (by_kind["warranty"]["start"], by_kind["warranty"]["end"]) == ("2026-02-16", "2028-02-16")
    assert by_kind["warranty"]["arithmetic"] == ["2026-02-16 + 24 months = 2028-02-16"]
    assert by_kind["statutory"]["presumed_until"] == "2027-02-16"
    assert by_kind["statutory"]["source"]["checked"]
    assert [deadline["by"] for deadline in found["deadlines"]] == ["2026-11-04"]


@pytest.mark.parametrize("serial", ["601000101", "ALMAHOME", "20260214"])
def test_what_a_talk_would_take_for_something_else_is_a_serial_here(bot: Run, tmp_path: Path, serial: str) -> None:
    """A telephone number, a word, a date: the operator says that it is a serial."""
    bot("warranty", "import", str(write(tmp_path, f"{serial};fridge;;;;;;")))
    assert explained(bot, serial)["device"] == {"product": "fridge", "model": "", "line": ""}


def test_the_same_to_be_read_has_the_verdict_first(bot: Run, file: Path) -> None:
    bot("warranty", "import", str(file))
    first, second, *others = bot(
        "warranty", "explain", "--serial", "AB12CD34", "--on", "2026-10-05"
    ).stdout.splitlines()
    assert first == "COVERED on 2026-10-05: AB12CD34"
    assert second == "washing machine Alma W8; law of CZ, day 231"
    text = "\n".join(others)
    assert "maker's warranty: covered, 2026-02-16 to 2028-02-16" in text
    assert "2026-02-16 + 24 months = 2028-02-16" in text
    assert re.search(r"\[cz-[a-z0-9-]+, CZ\], sure: [ABC] .*, checked \d{4}-\d\d-\d\d", text)
    assert "reply: 2026-11-04 (30 calendar days; silence opens further remedies)" in text


def test_the_country_is_taken_where_the_sale_has_none(bot: Run, tmp_path: Path) -> None:
    bot("warranty", "import", str(write(tmp_path, "AB12;;;2025-01-20;2025-01-20;;consumer;")))
    assert explained(bot, "AB12", "--on", "2026-09-29")["missing"] == ["country"]
    found = explained(bot, "AB12", "--on", "2026-09-29", "--country", "sk")
    assert (found["country"], found["day"], found["missing"]) == ("SK", 617, [])


def test_a_serial_nobody_knows(bot: Run, file: Path) -> None:
    bot("warranty", "import", str(file))
    found = explained(bot, "ZZ99ZZ99")
    assert (found["verdict"], found["device"], found["coverages"]) == ("unknown", None, [])
    assert "does not know" in bot("warranty", "explain", "--serial", "ZZ99ZZ99").stdout


def test_a_serial_that_may_be_two(bot: Run, file: Path) -> None:
    bot("warranty", "import", str(file))
    found = explained(bot, "ABI0")
    assert (found["verdict"], found["device"], found["ambiguous"]) == ("unknown", None, ["AB10", "AB1O"])
    assert "AB10, AB1O" in bot("warranty", "explain", "--serial", "ABI0").stdout


@pytest.mark.parametrize(
    ("typed", "trouble", "place"),
    [("AB1Ш", "letters", 4), ("A1", "length", None), ("357437635711371", "check_digit", None), ("!!", "length", None)],
)
def test_what_is_no_serial(bot: Run, typed: str, trouble: str, place: int | None) -> None:
    found = explained(bot, typed)
    assert (found["verdict"], found["device"], found["place"]) == ("malformed", None, place)
    assert found["trouble"] == trouble
    assert bot("warranty", "explain", "--serial", typed).stdout.startswith("MALFORMED")


def test_a_country_that_is_none_is_one_sentence(bot: Run) -> None:
    result = bot("warranty", "explain", "--serial", "AB12", "--country", "Czechia")
    assert result.exit_code == 1
    assert "write its ISO code, such as CZ" in result.output


def test_lint_tells_row_column_and_what_to_do(bot: Run, tmp_path: Path) -> None:
    result = bot("warranty", "lint", str(write(tmp_path, WASHER, "AB12CD35;;;03/04/2026;;;;", "ABI2CD34;;;;;;;")))
    assert result.exit_code == 1
    assert "row 3, purchased_on: '03/04/2026' may be two days; write 2026-04-03 or 2026-03-04" in result.stdout
    assert "row 4, serial: differs from row 2" in result.stdout
    assert "2 mistakes" in result.output
    assert not (tmp_path / "aftercare.db").exists()


def test_the_demo_shop_has_devices_in_every_state(bot: Run) -> None:
    assert bot("warranty", "lint", str(DEMO)).exit_code == 0
    assert "0 refused" in bot("warranty", "import", str(DEMO)).output
    serials = sorted({row.split(";")[0] for row in DEMO.read_text("utf-8").splitlines()[1:]})
    found = [explained(bot, serial, "--on", "2026-11-22") for serial in serials]
    assert 12 <= len(serials) <= 20
    assert {one["verdict"] for one in found} >= {"covered", "expired", "unknown"}
    assert {"void"} <= {coverage["verdict"] for one in found for coverage in one["coverages"]}
