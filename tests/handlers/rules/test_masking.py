"""What is hidden in a group: telephone numbers and serials, however they are typed, and nothing else."""

from __future__ import annotations

import time

import phonenumbers
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as some

from handlers.rules.masking import Mask, as_written, masked, masked_text, without
from handlers.rules.serials import Line
from tests.knowledge_base.nasty import TEXTS

OWN = "+420 800 555 010"
MASK = Mask(("CZ",), ("Alma Home", OWN))
SERIAL = "AB12C3456XY56"
COUNTRIES = ("CZ", "PL", "RU", "KZ", "IR", "US", "GB", "DE")
SHOWN = 4 + 2  # signs that are left of a secret


def signs(text: str) -> str:
    return "".join(sign for sign in text.upper() if sign.isalnum())


def assert_hidden(secret: str, text: str) -> None:
    """No piece of a secret survives that is longer than what a mask leaves."""
    whole, shown = signs(secret), signs(text)
    for at in range(len(whole) - SHOWN):
        assert whole[at : at + SHOWN + 1] not in shown, text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("+420 601 234 567", "+4206…67"),
        ("Call 601 234 567!", "Call 601…7!"),
        ("moje číslo:+420601234567abc", "moje číslo:+4206…67abc"),
        ("both 601.234.567 / 00420601234568", "both 601…7 / 0042…68"),
        ("tel:601234567, 601\u200b234\u200b568", "tel:601…7, 601…8"),
        ("on 12.03.2026 601 234 567", "on 12.03.2026 601…7"),
        ("601 234 567…", "601…7…"),
        ("тел…601234567", "тел…601…7"),
        ("+420601234567+420601234568", "+4206…67+4206…68"),
        ("write to https://wa.me/420601234567 please", "write to https://wa.me/4206…67 please"),
        ("S/N: AB12-C345-6XY56, it leaks", "S/N: AB12…56, it leaks"),
    ],
)
def test_a_number_is_hidden(text: str, shown: str) -> None:
    assert masked_text(text, MASK) == shown


@pytest.mark.parametrize(
    ("language", "text"),
    [("ru", "8 (912) 345-67-89"), ("kk", "8 701 123 45 67"), ("fa", "۰۹۱۲ ۳۴۵ ۶۷۸۹"), ("pl", "884 345 678"),
     ("en", "(212) 555-0123")],
)  # fmt: skip
def test_people_write_numbers_as_at_home(language: str, text: str) -> None:
    said = f"please call {text} today"
    assert masked_text(said, MASK) == said
    assert "…" in masked_text(said, MASK.speaking(language))


@pytest.mark.parametrize(
    "text",
    [
        "", "No number at all.", "12 990 Kč", "601 234 567 Kč", "120000000 ریال", "2026-03-02 11:00", "12. 3. 2026",
        "2026-03-02T11:00:00", "AC-000123", "Order 2026-000123", "https://shop.example/orders/601234567",
        "anna.2026@example.com", OWN, "800 555 010", "50.080000, 14.430000", "Error E18 at 60 °C", "24 months",
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", [None, "en"])
def test_what_is_no_secret_is_unchanged(text: str, language: str | None) -> None:
    assert masked_text(text, MASK.speaking(language)) == text


@pytest.mark.parametrize(
    "typed",
    [SERIAL, "ab12-c345-6xy56", "AB12 C345 6XY56", "АВ12С3456ХУ56", "AB\u200b12C3456XY56", "AB۱۲C۳۴۵۶XY۵۶",
     "ＡＢ１２Ｃ３４５６ＸＹ５６", "AB12C3456XY56.jpg", "https://x.example/?sn=AB12C3456XY56", "ABI2C3456XY56"],
)  # fmt: skip
def test_a_serial_that_is_known_is_hidden_however_it_is_typed(typed: str) -> None:
    shown = masked_text(f"mine is {typed} ok", MASK, (SERIAL,))
    assert "AB12…56" in shown
    assert_hidden(SERIAL, shown)


def test_a_line_of_products_tells_what_its_serials_look_like() -> None:
    said = "it is K12345, thanks"
    assert masked_text(said, MASK) == said
    assert masked_text(said, Mask(("CZ",), lines=(Line("kettle", r"K[0-9]{5}"),))) == "it is K1…5, thanks"


def test_a_contact_is_known_in_all_its_forms() -> None:
    known = as_written("+420 601 234 567", "CZ")
    for typed in ("6-0-1-2-3-4-5-6-7", "číslo601234567", "https://x.example/?tel=601234567", "420 601234 567"):
        assert_hidden("601234567", masked_text(f"{typed}.", MASK, known))
    assert as_written("anna@example.com", "CZ") == as_written("Anna", "CZ") == ()


def test_nothing_but_what_is_known_is_hidden_where_no_more_is_asked() -> None:
    assert without(f"{SERIAL} and 601 234 567", (SERIAL,)) == "AB12…56 and 601 234 567"


@pytest.mark.parametrize(
    ("serial", "shown"), [(SERIAL, "AB12…56"), ("H0YS244", "H0…4"), ("123", "1…"), ("12", "…"), ("", "…")]
)
def test_a_mask_leaves_at_most_half(serial: str, shown: str) -> None:
    assert masked(serial) == shown


around = some.text(alphabet="abcž жэ,.!?()\n-–\"'", max_size=20)


@some.composite
def numbers(draw: some.DrawFn) -> tuple[str, str]:
    """A telephone number that exists, and a form in which people write it."""
    country = draw(some.sampled_from(COUNTRIES))
    kind = draw(some.sampled_from([phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE]))
    example = phonenumbers.example_number_for_type(country, kind)
    assert example is not None
    form = draw(some.sampled_from([0, 1, 3]))  # E.164, international, RFC 3966
    written = phonenumbers.format_number(example, form)
    between = draw(some.sampled_from(["", " ", "-", ".", "\u00a0"]))
    return str(example.national_number), written.replace(" ", between).replace("-", between or "-")


@settings(max_examples=150)
@given(numbers(), around, around)
def test_no_number_survives(number: tuple[str, str], before: str, after: str) -> None:
    national, written = number
    once = masked_text(f"{before} {written} {after}", MASK)
    assert_hidden(national, once)
    assert masked_text(once, MASK) == once


@settings(max_examples=150)
@given(
    some.text(alphabet="ABCDEFGHJKMNPQRSTUVWXYZ0123456789", min_size=7, max_size=20), around, around,
    some.sampled_from(["", " ", "-", "."]), some.integers(2, 6),
)  # fmt: skip
def test_no_known_serial_survives(serial: str, before: str, after: str, between: str, group: int) -> None:
    typed = between.join(serial[at : at + group] for at in range(0, len(serial), group))
    once = masked_text(f"{before} {typed.lower()} {after}", MASK, (serial,))
    assert_hidden(serial, once)
    assert masked_text(once, MASK, (serial,)) == once


@settings(max_examples=200)
@given(some.text(max_size=80) | some.text(alphabet="0123456789+-. ()…/AB", max_size=40))
def test_masking_twice_is_masking_once(text: str) -> None:
    for known in ((), (SERIAL, "12345")):
        once = masked_text(text, MASK, known)
        assert masked_text(once, MASK, known) == once


@settings(max_examples=200)
@given(some.text(max_size=120))
def test_a_text_with_hardly_a_digit_is_unchanged(text: str) -> None:
    assume(sum(map(str.isdigit, text)) < 3)
    assert masked_text(text, MASK, (SERIAL,)) == text


@pytest.mark.parametrize("name", TEXTS)
def test_texts_that_have_hurt_somebody(name: str) -> None:
    text = TEXTS[name][:20_000]  # the longest message there is
    started = time.process_time()
    masked_text(text, MASK, ("AAAAAAAA",))
    assert time.process_time() - started < 1
