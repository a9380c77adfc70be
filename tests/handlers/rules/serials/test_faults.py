"""What is wrong with serials in a company's own file."""

from __future__ import annotations

import pytest

from handlers.rules.serials import Fault, Line, faults

LINES = (Line("own", "[0-9A-Z]{10}", "mod37_36"), Line("plain", "[A-Z]{2}[0-9]{6}"))


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("AB12C3456C", ()),
        ("ab12-c3456 c", ()),
        ("AB123456", ()),
        ("355762052793235", ()),
        ("", (Fault("empty"),)),
        ("S/N:", (Fault("empty"),)),
        ("AB12C3456D", (Fault("check_digit", line="own"),)),
        ("355762052793234", (Fault("check_digit"),)),
        ("AB12345", (Fault("pattern"),)),
        ("АB123456", (Fault("scripts", 1, "А"),)),  # the first letter is Cyrillic
        ("AB-12С3456C", (Fault("scripts", 6, "С"),)),
        ("АВ123456", ()),  # all Cyrillic: nobody mixed anything
        ("AB12Ш456", (Fault("scripts", 5, "Ш"), Fault("letters", 5, "Ш"))),
        ("ШЩ123456", (Fault("letters", 1, "Ш"),)),
        ("AB#123456", (Fault("letters", 3, "#"),)),
        ("A1", (Fault("length"),)),
        ("A1" * 40, (Fault("length"),)),
    ],
)  # fmt: skip
def test_faults(written: str, found: tuple[Fault, ...]) -> None:
    assert faults(written, LINES) == found


def test_without_lines_every_form_is_well() -> None:
    assert faults("AB12345", ()) == ()
