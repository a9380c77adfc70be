"""Mistyped serials: one that can be meant is offered, several are not; whoever mixes look-alikes is not refused."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as some

from handlers.rules.serials import Line, Lines, Reading, judge, line_of, read, skeleton
from handlers.rules.serials.checks import Check, crockford37, luhn, mod37_36, mod97_10
from handlers.rules.serials.nearness import swaps, transpositions
from tests.handlers.rules.serials.people import ALPHABET, typed

OWN = Line("own", "[0-9A-Z]{10}", "mod37_36", product="washer")
SMALL = Line("small", "[0-9A-HJKMNP-TV-Z]{7}[0-9A-HJKMNP-TV-Z*~$=U]", "crockford37")
PLAIN = Line("plain", "[A-Z]{2}[0-9]{8}")
NUMBERS = Line("numbers", "[0-9]{12}", "luhn")


def test_a_right_serial_is_read_with_its_line() -> None:
    assert judge("AB12C3456C", (OWN,)) == Reading("AB12C3456C", line="own")
    assert judge("AB12345678", (NUMBERS, PLAIN)) == Reading("AB12345678", line="plain")
    assert judge("XY1", ()) == Reading(trouble="length")
    assert judge("XYZ1234", ()).canonical == "XYZ1234"


def test_the_line_whose_check_digit_is_right_wins() -> None:
    serial = "AB12C3456C"
    other = Line("other", "[0-9A-Z]{10}", "crockford37")
    assert judge(serial, (other, OWN)).line == "own"
    assert line_of(serial, (other, OWN)) is OWN
    assert line_of("AB12C3456D", (other, OWN)) is None
    assert judge("AB12C3456D", (OWN, Line("any", "[0-9A-Z]{10}"))).line == "any"


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ("A8120C345G", "nothing"),
        ("AB12C3465C", "neighbours"),
        ("BA12C3456C", "neighbours"),
        ("A812C3456C", "look-alike"),
        ("ABI2C3456C", "look-alike"),
        ("AB1ZC3456C", "look-alike"),
        ("AB12C34S6C", "look-alike"),
        ("AB12C345GC", "look-alike"),
    ],
)
def test_one_slip_is_set_right_and_asked_back(wrong: str, why: str) -> None:
    found = judge(wrong, (OWN,))
    if why == "nothing":
        assert found == Reading(trouble="check_digit", line="own")
    else:
        assert found == Reading(offered="AB12C3456C", line="own")


def test_where_two_could_be_meant_none_is_offered() -> None:
    serials = (body + end for body in ("4B5726B852A", "5A2B8Z6S1B3") for end in ALPHABET)
    line = Line("own", "[0-9A-Z]{12}", "mod37_36")
    several = 0
    for wrong in serials:
        near = {each for each in (*swaps(wrong), *transpositions(wrong)) if line.passes(each)}
        if not line.passes(wrong) and len(near) > 1:
            several += 1
            assert judge(wrong, (line,)).offered is None
    assert several


def test_a_pattern_that_leaves_no_choice_is_followed() -> None:
    assert judge("ABO234567B", (PLAIN,)).canonical == "ABO234567B"  # B is no digit on these labels
    assert judge("ABO2345678", (PLAIN,)) == Reading("AB02345678", line="plain", also=("ABO2345678",))
    assert judge("ABO234567B", (Line("plain", PLAIN.pattern, fold=("B8",)),)).canonical == "AB02345678"
    body = "1020304050" + "6"
    assert judge(("lO2O3O4O5O6" + luhn(body)).upper(), (NUMBERS,)).canonical == body + luhn(body)
    crockford = "10AB23C" + crockford37("10AB23C")
    assert judge("IOAB23C" + crockford[-1], (SMALL,)).canonical == crockford


def test_check_symbols_of_crockford_survive() -> None:
    ends = set()
    for number in range(0, 32 * 40, 7):
        body = f"7K{number // 1024}{number // 256 % 4}A{number // 16 % 10}{number % 10}"
        serial = body + crockford37(body)
        ends.add(serial[-1])
        assert read(f"S/N: {serial[:4].lower()}-{serial[4:]}", (SMALL,), expected=True).canonical == serial
    assert set("*~$=U") <= ends


MAKE = {"mod37_36": mod37_36, "crockford37": crockford37, "mod97_10": mod97_10, "luhn": luhn}
SIGNS = {"mod37_36": ALPHABET, "mod97_10": ALPHABET, "crockford37": "0123456789ABCDEFGHJKMNPQRSTVWXYZ",
         "luhn": "0123456789"}  # fmt: skip


def made(draw: some.DataObject, check: Check, **sizes: int) -> tuple[str, Lines]:
    body = draw.draw(some.text(SIGNS[check], **sizes))
    end = MAKE[check](body)
    kinds = f"[{SIGNS[check]}]{{{len(body)}}}"
    return body + end, (Line("own", f"{kinds}[0-9A-Z*~$=]{{{len(end)}}}", check),)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(some.data(), some.sampled_from(["mod37_36", "crockford37", "mod97_10", "luhn"]))
def test_any_mix_of_look_alikes_leads_to_the_serial(data: some.DataObject, check: Check) -> None:
    serial, lines = made(data, check, min_size=7, max_size=14)
    assume(any(map(str.isdecimal, serial)))
    text = data.draw(typed(serial, spaces=False))
    assume(any(map(str.isdecimal, text)))  # else it is a word
    found = read(text, lines, expected=True)
    meant = found.canonical or found.offered
    assert meant is not None
    assert skeleton(meant) == skeleton(serial)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(some.data(), some.sampled_from(["mod37_36", "crockford37", "mod97_10", "luhn"]))
def test_what_is_offered_is_right_and_near(data: some.DataObject, check: Check) -> None:
    serial, lines = made(data, check, min_size=7, max_size=12)
    wrong = data.draw(some.sampled_from([*swaps(serial), *transpositions(serial), serial]))
    found = judge(wrong, lines)
    if found.offered:
        assert lines[0].fits(found.offered)
        assert lines[0].passes(found.offered)
        assert found.canonical is None
    if found.trouble == "check_digit":
        assert wrong != serial


def test_thousands_of_ways_to_read_it_take_no_longer() -> None:
    line = Line("own", "[0-9A-Z]{40}", "mod37_36", fold=("Q0", "B8", "S5", "Z2", "G6"))
    assert judge("O0I1LQB8S5Z2G6" * 3, (Line("own", "[0-9A-Z]{42}", "mod37_36", fold=line.fold),)).trouble == "none"
