"""Serials with more than one form: every form leads to the same device."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from handlers.rules.serials import Reading, read
from handlers.rules.serials.checks import luhn
from handlers.rules.serials.makers import imei, other_forms


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("26053179311383", "260531793113837"),  # without its check digit
        ("35576205279323", "355762052793235"),
        ("355762052793235", "355762052793235"),
        ("3557620527932301", "355762052793235"),  # with a software version in place of the check digit
        ("35576205279323501", "355762052793235"),  # with a version after it, as labels print it
        ("3557620S279323S", "355762052793235"),
        ("355762052793234", "355762052793234"),  # wrong, and left so
        ("3557620527932", None),
        ("35576205279323401", None),
        ("AB5762052793235", None),
    ],
)
def test_imei(typed: str, number: str | None) -> None:
    assert imei(typed) == number


@pytest.mark.parametrize("typed", ["26053179311383", "260531793113837", "2605317931138301", "26 053179 311383 7"])
@pytest.mark.parametrize("label", ["", "IMEI: "])
def test_an_imei_is_found_in_whatever_form_it_is_kept(typed: str, label: str) -> None:
    found = read(label + typed, (), expected=True)
    assert "260531793113837" in (found.canonical, *found.also)
    if label:
        assert found.canonical == "260531793113837"


def test_a_mistyped_imei_is_told_at_once() -> None:
    assert read("IMEI 355762052793253", (), expected=True).trouble == "check_digit"
    assert read("355762052793253", (), expected=True).trouble == "check_digit"  # it begins as phones' numbers do
    assert read("IMEI 35576205279", (), expected=True).trouble == "length"
    assert read("125762052793234", (), expected=True).canonical == "125762052793234"  # may be anything


def test_letters_in_an_imei_can_only_be_digits() -> None:
    assert read("IMEI: 35576205279323S", (), expected=True).canonical == "355762052793235"
    assert read("IMEI 3557б2052793235", (), expected=True) == Reading(trouble="letters", place=5, sign="Б")


def test_a_dell_tag_and_its_express_code_lead_to_each_other() -> None:
    assert other_forms("H0YS244") == ("37063715764",)
    assert other_forms("37063715764") == ("H0YS244",)
    assert read("370-637-157-64", (), expected=True).also == ("H0YS244",)
    assert read("Service Tag: h0ys244", (), expected=True).also == ("37063715764",)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(some.from_regex(r"([1-9A-Z][0-9A-Z]{4}|0[1-9A-Z][0-9A-Z]{5}|[1-9A-Z][0-9A-Z]{6})", fullmatch=True))
def test_every_tag_comes_back_from_its_code(tag: str) -> None:
    if not tag.isdecimal():
        (code,) = (form for form in other_forms(tag) if form.isdecimal())
        assert tag in other_forms(code)


def test_long_codes_of_lenovo_end_with_the_serial() -> None:
    assert read("1S20L5S0XX00PF1ABCDE", (), expected=True).also == ("PF1ABCDE",)
    assert read("20L5-PF1ABCDE", (), expected=True).also == ("PF1ABCDE",)
    assert read("PF1ABCDE", (), expected=True).also == ()
    assert read("123456789012345678", (), expected=True).also == ()


@settings(max_examples=300, deadline=None, derandomize=True)
@given(some.text("0123456789", min_size=14, max_size=14), some.text("0123456789", min_size=2, max_size=2))
def test_any_imei_in_any_form(body: str, version: str) -> None:
    number = body + luhn(body)
    assert {imei(body), imei(number), imei(body + version), imei(number + version)} == {number}
