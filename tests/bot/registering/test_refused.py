"""The file of refused rows: no spreadsheet calculates with it, and a crash neither loses nor doubles a line."""

from __future__ import annotations

import csv
from pathlib import Path

from bot.registering.entries import Refused
from bot.registering.refused import RefusedFile


def lines(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_what_a_cell_held_is_no_formula(tmp_path: Path) -> None:
    path = tmp_path / "refused.csv"
    with RefusedFile(path, 0) as file:
        file.write([Refused(2, "model", "=HYPERLINK(1) is no model"), Refused(3, "", "is not UTF-8")])
    assert lines(path) == [["row", "column", "reason"], ["2", "model", "'=HYPERLINK(1) is no model"],
                           ["3", "", "is not UTF-8"]]  # fmt: skip


def test_a_resumed_import_keeps_what_is_final_and_drops_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "refused.csv"
    with RefusedFile(path, 0) as file:
        file.write([Refused(2, "model", "a"), Refused(5, "model", "b"), Refused(6, "model", "of a lost batch")])
    with path.open("a", encoding="utf-8") as cut:
        cut.write('7,model,"half a li')
    with RefusedFile(path, 4) as file:  # rows 2 to 5 are in
        file.write([Refused(6, "model", "c")])
    assert [line[2] for line in lines(path)[1:]] == ["a", "b", "c"]


def test_a_new_import_begins_a_new_file(tmp_path: Path) -> None:
    path = tmp_path / "refused.csv"
    path.write_text("row,column,reason\n2,model,of another file\n", "utf-8")
    with RefusedFile(path, 0):
        pass
    assert lines(path) == [["row", "column", "reason"]]
