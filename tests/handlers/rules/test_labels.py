"""The serial among what the codes on a label say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.rules.labels import serial_on
from handlers.rules.serials import Line, canonical

WASHER = Line("washer", "[A-Z]{2}[0-9]{2}[A-Z][0-9]{4}")
DIGITS = Line("radio", "[0-9]{13}")
IMEI = "490154203237518"


@pytest.mark.parametrize(
    "text",
    [
        "AB12C3456", "ab12c3456", " AB12C3456\n", "AB12-C345-6", "S/N: AB12C3456", "S/N AB12C3456", "SN:AB12C3456",
        "s/n#AB12 C3456", "S/NAB12C3456", "SN=AB12C3456", "Serial No.: AB12C3456", "SERIAL NUMBER AB12C3456",
        "(01)09506000134352(21)AB12C3456", "(21)AB12C3456", "(01)09506000134352(21)AB12C3456(10)LOT77",
        "(10)LOT77(240)WM7(21)AB12C3456",
        "[)>\x1e06\x1d1PWM7\x1dSAB12C3456\x1e\x04", "[)>␞06␝1PWM7␝SAB12C3456␞␄",
        "https://shop.example/w?sn=AB12C3456", "https://shop.example/w?model=WM7-200&SN=AB12C3456#top",
        "HTTP://SHOP.EXAMPLE/W?SERIAL=AB12C3456", "https://shop.example/#/check?serialNumber=AB12C3456&x=1",
        "https://shop.example/w?serial_no=AB12%2DC3456", "https://shop.example/w?s%2Fn=AB12C3456",
        "https://id.gs1.org/01/09506000134352/21/AB12C3456",
        "https://shop.example/01/09506000134352/10/LOT77/21/AB12C3456?17=281231",
        "MODEL: WM7-200; S/N: AB12C3456; 230V", "P/N: 77001234\nS/N: AB12C3456\nMAC: 00:11:22:33:44:55",
        '{"model": "WM7-200", "sn": "AB12C3456"}', "{'serial': 'AB12C3456', 'v': 2}", "WM7-200|SN AB12C3456|2024",
    ],
)  # fmt: skip
def test_one_code_says_the_serial(text: str) -> None:
    assert serial_on([text], []) == "AB12C3456"


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "4006381333931", "96385074", "012345678905", "09506000134352", "(01)09506000134352",
        "https://shop.example/wm7", "https://shop.example/01/09506000134352", "https://shop.example/21/AB12C3456",
        "WIFI:T:WPA;S:home12345;P:secret123;;", "MODEL: WM7-200", "P/N: 77001234", "WASHER", "AB1", "00-11-22-33-44-55",
        "00:11:22:33:44:55", "BEGIN:VCARD\nTEL:+420601234567\nEND:VCARD", "mailto:sn1234567@example.com", "SN:",
        "S/N: -", "[)>\x1e06\x1d1PWM7200\x1e\x04", "AB12Ш3456", "A" * 5000 + "1",
    ],
)  # fmt: skip
def test_a_code_that_says_something_else_is_no_serial(text: str) -> None:
    assert serial_on([text], []) is None


def test_what_is_called_the_serial_comes_first() -> None:
    texts = ["WM7200X1", "4006381333931", IMEI, "S/N: AB12C3456", "ZZ99X0000"]
    assert serial_on(texts, []) == "AB12C3456"
    assert serial_on(texts, [Line("other", "[A-Z]{2}[0-9]{2}X[0-9]{4}")]) == "AB12C3456"


def test_what_looks_like_a_line_comes_next() -> None:
    assert serial_on(["WM7200X1", "AB12C3456", IMEI], [WASHER]) == "AB12C3456"
    assert serial_on(["WM7200X1", "AB12C3456"], []) is None, "it guessed"


def test_the_letter_s_before_a_serial_is_no_part_of_it_where_a_line_says_so() -> None:
    """ANSI MH10.8.2: the data identifier of a serial."""
    assert serial_on(["SAB12C3456"], [WASHER]) == "AB12C3456"
    assert serial_on(["SAB12C3456"], []) == "SAB12C3456"


def test_a_telephone_has_its_imei_where_it_has_no_serial() -> None:
    assert serial_on([f"IMEI: {IMEI}", "MODEL: X1"], []) == IMEI
    assert serial_on([f"IMEI1: {IMEI}", "IMEI2: 356938035643809", "SN: R58N12ABCDE"], []) == "R58N12ABCDE"
    assert serial_on([f"IMEI1: {IMEI}", "IMEI2: 356938035643809"], []) is None, "it picked one of two"
    assert serial_on(["IMEI: 490154203237519"], []) is None, "its check digit is wrong"


def test_a_product_number_is_a_serial_only_where_a_line_says_so() -> None:
    assert serial_on(["4006381333931"], [DIGITS]) == "4006381333931"
    assert serial_on(["4006381333932"], []) == "4006381333932", "its last digit is no product's"


def test_two_devices_on_one_photo_are_none() -> None:
    assert serial_on(["S/N: AB12C3456", "S/N: AB12C3457"], []) is None
    assert serial_on(["S/N: AB12C3456", "https://shop.example/w?sn=ab12-c3456"], []) == "AB12C3456"
    assert serial_on(["AB12C3456", "AB12C3457"], [WASHER]) is None


def test_a_wrong_check_digit_is_no_serial() -> None:
    line = Line("own", "[A-Z0-9]{10}", "mod37_36")
    assert serial_on(["AB12C3456C"], [line]) == "AB12C3456C"
    assert serial_on(["AB12C3456D"], [line]) is None


@given(st.lists(st.text(max_size=80), max_size=6))
def test_any_texts_give_a_canonical_serial_or_none(texts: list[str]) -> None:
    found = serial_on(texts, [WASHER])
    assert found is None or (found and canonical(found) == found and found.isascii())


@given(st.from_regex(r"[A-Z]{2}[0-9]{2}[A-Z][0-9]{4}", fullmatch=True), st.permutations(range(4)))
def test_the_order_of_the_codes_does_not_matter(serial: str, order: list[int]) -> None:
    texts = [f"https://shop.example/w?sn={serial}", "WM7200X1", "4006381333931", serial]
    assert serial_on([texts[place] for place in order], []) == serial


@pytest.mark.parametrize("text", ["S/N" * 400, "(21)" * 300, "https://" + "/01/1" * 250, "A-" * 600, "sn=" + " " * 990])
def test_hostile_texts_take_no_time(text: str) -> None:
    for _ in range(10):  # seconds, where an expression goes back over its steps
        serial_on([text] * 20, [WASHER])
