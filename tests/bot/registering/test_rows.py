"""Rows of a file as programs write it: where each begins and ends, and one that is broken spoils no other."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.registering.rows import LONGEST, FileUnreadable, Row, Sheet


def sheet(folder: Path, content: bytes | str) -> Sheet:
    path = folder / "devices.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return Sheet(path)


def rows(folder: Path, content: bytes | str) -> list[Row]:
    return list(sheet(folder, content).rows())


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_ways_programs_write_csv(tmp_path: Path, delimiter: str, mark: bytes, end: str) -> None:
    text = end.join([f"Serial No.{delimiter}Purchase Date", f"AB12{delimiter}2026-01-01", ""])
    found = sheet(tmp_path, mark + text.encode())
    assert found.header.places == ("serial", "purchased_on")
    assert found.header.delimiter == delimiter
    assert list(found.rows()) == [Row(2, found.size, ["AB12", "2026-01-01"])]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty; its first line must name the columns"),
        (b"\xef\xbb\xbf\r\n", "names no column serial"),
        ("serial;model\n".encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04abc", "is a workbook"),
        (b"s\xe9rial;serial\n", "the first line is not UTF-8"),
        (b"product;model\nwasher;W6\n", "names no column serial (it has: product, model); write there for example"),
        (b"serial|model\nA|B\n", "separate the columns by semicolons, commas or tabs"),
        (b"serial;model;sn\n", "the column serial is there twice, as serial and sn; keep one"),
        (b"x" * 100_000, "the first line is no header"),
    ],
)
def test_what_can_not_be_read_at_all_is_one_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    with pytest.raises(FileUnreadable) as caught:
        sheet(tmp_path, content)
    assert sentence in str(caught.value)
    assert "devices.csv" in str(caught.value)


def test_columns_nobody_knows_are_named(tmp_path: Path) -> None:
    assert sheet(tmp_path, "serial;colour;;SHOE SIZE\n").header.unused == ("colour", "SHOE SIZE")


def test_a_row_goes_over_several_lines_and_the_next_begins_behind_it(tmp_path: Path) -> None:
    first, second = rows(tmp_path, 'serial;model\r\nA1;"W6\r\n; ""ž"""\r\nA2;W7')
    assert first.cells == ["A1", 'W6\r\n; "ž"']
    assert (second.number, second.cells) == (3, ["A2", "W7"])


def test_rows_are_counted_as_a_spreadsheet_does(tmp_path: Path) -> None:
    assert [row.number for row in rows(tmp_path, "serial\nA1\n\n\nA2\n")] == [2, 5]


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        ('A1;"W6\n', "has a quotation mark that opens no cell or closes none"),
        ('"A1;W6\n', "has a quotation mark that opens no cell or closes none"),
        ('A1;"W6" x\n', "has a quotation mark that opens no cell or closes none"),
        ("A1\n", "has 1 cells where the header has 2; put a cell with a semicolon in it into quotation marks"),
        ("A1;W6;W7\n", "has 3 cells where the header has 2"),
        (b"A1;\xe9\n", "is not UTF-8"),
        (f"A1;{'W' * LONGEST}\n", "is longer than 32 KiB"),
        ("A1;W6\rA2;W6\n", "line ends of an old Macintosh"),
    ],
)
def test_a_broken_row_spoils_no_other(tmp_path: Path, broken: str | bytes, sentence: str) -> None:
    content = broken.encode() if isinstance(broken, str) else broken
    first, *others = rows(tmp_path, b"serial;model\n" + content + b"A8;W8\nA9;W9\n")
    assert first.number == 2
    assert sentence in first.trouble
    assert [row.cells for row in others] == [["A8", "W8"], ["A9", "W9"]]


def test_a_quotation_mark_at_the_start_of_every_row_hurts_only_these(tmp_path: Path) -> None:
    found = rows(tmp_path, "serial;model\n" + '"A1;W6\n' * 5 + "A9;W9\n")
    assert [bool(row.trouble) for row in found] == [True] * 5 + [False]
    assert found[-1].cells == ["A9", "W9"]


CELLS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=8)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8), st.sampled_from([";", ",", "\t"]), st.data())
def test_reading_goes_on_at_the_end_of_any_row(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, str]], delimiter: str, data: st.DataObject
) -> None:
    """Whatever stands in the cells: what is read in two parts is what is read in one."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([("serial", "model"), *cells])
    found = sheet(tmp_path_factory.mktemp("rows"), text.getvalue())
    whole = list(found.rows())
    assert [tuple(row.cells) for row in whole] == cells
    stop = data.draw(st.sampled_from(whole))
    assert list(found.rows(stop.end, stop.number - 1)) == whole[whole.index(stop) + 1 :]
