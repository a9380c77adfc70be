"""Letters of serials: every sign there is becomes one that stays what it is."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from handlers.rules.serials.letters import placed, plain
from tests.knowledge_base.nasty import TEXTS


def test_folding_any_sign_of_unicode_twice_is_folding_it_once() -> None:
    for code in range(sys.maxunicode + 1):
        once = plain(chr(code))
        assert plain(once) == once, hex(code)


def test_every_decimal_digit_of_unicode_is_an_ascii_digit() -> None:
    digits = [chr(code) for code in range(sys.maxunicode + 1) if chr(code).isdecimal()]
    assert len(digits) > 600
    for digit in digits:
        assert plain(digit) == str(unicodedata.decimal(digit))


def test_cyrillic_capitals_that_look_latin_are_latin_and_no_others() -> None:
    assert plain("АВЕКМНОРСТУХ ІЈЅҮҺ") == "ABEKMHOPCTYX IJSYH"
    assert plain("авекмнорстух іјѕүһ") == "ABEKMHOPCTYX IJSYH"
    for sign in "БГДЁЖЗИЙЛПФЦЧШЩЪЫЬЭЮЯӘҒҚҢӨҰ":
        assert plain(sign) == plain(sign.lower()) == sign


@pytest.mark.parametrize(
    "dash", ["-", "\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2015", "\u2212", "\ufe63", "\uff0d"]
)
def test_every_dash_is_one(dash: str) -> None:
    assert plain(dash) == "-"


def test_signs_nobody_sees_are_gone() -> None:
    assert plain("A\u200cB\u200f\u200e\u2066C\u2069\ufeff\u00adD\u0640E\ufe0f") == "ABCDE"
    assert plain("A\u00a0B\u202fC\u3000D\tE") == "A B C D E"


@settings(max_examples=300, deadline=None, derandomize=True)
@given(some.text(max_size=40))
def test_a_place_in_the_plain_text_leads_back_to_the_text(text: str) -> None:
    folded, starts, ends = placed(text)
    assert len(folded) == len(starts) == len(ends)
    for at in range(len(folded)):
        assert 0 <= starts[at] < ends[at] <= len(text)
        assert folded[at] in plain(text[starts[at] : ends[at]])


def test_a_letter_typed_in_two_signs_is_one_place() -> None:
    folded, starts, ends = placed("и\u0306X")
    assert (folded, list(starts), list(ends)) == ("ЙX", [0, 2], [2, 3])


@pytest.mark.parametrize("name", TEXTS)
def test_texts_that_have_hurt_somebody(name: str) -> None:
    text = TEXTS[name][:20_000]
    once = plain(text)
    assert plain(once) == once
