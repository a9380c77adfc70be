"""Finding an address or a number among a customer's words."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from handlers.rules.contact import TEXT_LIMIT, country_of, find_contact


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("jane.doe@example.com", "jane.doe@example.com"),
        ("Write to Jane.Doe@Example.COM, please!", "Jane.Doe@example.com"),
        ("<jane@example.com>", "jane@example.com"),
        ("mail: jane@example.com; phone 601 234 567", "jane@example.com"),
        ("ایمیلم sara@example.com، ممنون", "sara@example.com"),
        ("ｊａｎｅ＠example.com", "jane@example.com"),  # as a Japanese keyboard types it
        ("601 234 567", "+420 601 234 567"),
        ("601234567", "+420 601 234 567"),
        ("call me on +48 601 234 567 after six", "+48 601 234 567"),
        ("0048 601-234-567", "+48 601 234 567"),
        ("+۴۲۰ ۶۰۱ ۲۳۴ ۵۶۷", "+420 601 234 567"),  # Persian digits
        ("+٤٢٠ ٦٠١ ٢٣٤ ٥٦٧", "+420 601 234 567"),  # Arabic digits
        ("+४२० ६०१ २३४ ५६७", "+420 601 234 567"),  # Devanagari digits
        ("", None),
        ("no idea", None),
        ("jane@", None),
        ("@jane", None),
        ("a@b", None),
        ("my washer is 12 years old, error E18", None),
        ("12345", None),
        ("SN 2024-0011-9988", None),
    ],
)
def test_find_contact_in_a_czech_shop(text: str, found: str | None) -> None:
    assert find_contact(text, "CZ") == found


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("87015551234", "kk", "+7 701 555 1234"),
        ("8 (912) 345-67-89", "ru", "+7 912 345-67-89"),
        ("۰۹۱۲۳۴۵۶۷۸۹", "fa", "+98 912 345 6789"),
        ("0912 345 6789", "fa", "+98 912 345 6789"),
        ("601 234 567", "pl", "+420 601 234 567"),  # the company's country first
        ("0912 345 6789", "cs", None),
    ],
)
def test_the_country_of_the_language_is_the_second_guess(text: str, language: str, found: str | None) -> None:
    country = country_of(language)
    assert country is not None
    assert find_contact(text, "CZ", country) == found


def test_country_of() -> None:
    assert [country_of(language) for language in ("kk", "fa", "cs", "xx")] == ["KZ", "IR", "CZ", None]


def test_only_the_beginning_is_looked_at() -> None:
    assert find_contact("x " * TEXT_LIMIT + "jane@example.com", "CZ") is None


hard = some.text(alphabet=some.sampled_from("a@.+-() 0123456789۱٢ｅ<\u0301\ufdfa"), max_size=3000)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(some.one_of(some.text(max_size=600), hard))
def test_it_never_raises_and_never_takes_long(text: str) -> None:
    started = time.process_time()
    found = find_contact(text, "CZ", "IR")
    assert time.process_time() - started < 0.3
    assert found is None or "@" in found or found.startswith("+")
