"""Serials in what people type: found wherever they stand, and nothing else with digits is taken for one."""

from __future__ import annotations

import re
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from handlers.rules.serials import Line, Reading, find_all, read
from handlers.rules.serials.checks import mod37_36
from handlers.rules.serials.reading import LIMIT
from tests.handlers.rules.serials.people import ALPHABET, typed
from tests.knowledge_base.nasty import TEXTS

OWN = Line("own", "[0-9A-Z]{10}", "mod37_36")
LINES = (OWN, Line("plain", "[A-Z]{2}[0-9]{8}"), Line("any", "[0-9A-Z]{8,12}"))
ARTICLES = Path(__file__).parents[4] / "knowledge_base" / "articles"


@pytest.mark.parametrize(
    "text",
    [
        "Hello, my washer AB12C3456C leaks",
        "Mám pračku ab12c3456c a teče",
        "Моя стиральная АВ12С3456С течёт",
        "Кір жуғыш АВ12-С3456-С ағып тұр",
        "Pralka AB12 C345 6C cieknie od 12.05.2024",
        "ماشین لباسشویی AB۱۲C۳۴۵۶C نشتی دارد",
        "S/N AB12C3456C, order 12345678, tel. +420 601 234 567",
        "It says:\nModel: WW90T554DAW\nS/N: AB12C3456C\n220-240V 50Hz 2200W",
        "-- \nJan Novák\nDlouhá 12, 110 00 Praha\ntel. 601 234 567\nSériové číslo: AB12C3456C",
        "AB12C3456C is my serial number",
        "серийный номер моей машины: AB12C3456C, купил 12.05.2024 за 45 000 руб",
        "nr seryjny to AB12C3456C i nic więcej",
        "сериялық нөмірі — AB12C3456C",
        "شماره سریال من AB12C3456C است",
        "AC-000123: the serial is AB12C3456C.",
        "(AB12C3456C)", "**AB12C3456C**", "\u2066AB12 C345 6C\u2069", "AB12C3456C!", "sn:ab12c3456c",
    ],
)  # fmt: skip
@pytest.mark.parametrize("expected", [True, False])
def test_found_in_a_sentence(text: str, expected: bool) -> None:
    assert read(text, LINES, expected).canonical == "AB12C3456C"


@pytest.mark.parametrize(
    ("text", "serial"),
    [
        ("S/N: XY-99817", "XY99817"), ("S/N12345678", "12345678"), ("s/n 1234 5678 9012", "123456789012"),
        ("Serial Number\nXY99 817A 223", "XY99817A223"), ("the serial number on the label is XY99817", "XY99817"),
        ("серийный № 12345678", "12345678"), ("Серийный номер стиральной машины 12345678", "12345678"),
        ("у меня серийник ху99817", "XY99817"), ("серийным номером 12345678", "12345678"),
        ("зав. № 998172", "998172"), ("сериялық нөмірім 12345678", "12345678"), ("серия нөмірі: XY99817", "XY99817"),
        ("výrobní číslo je 99-81-72-3", "9981723"), ("výr. č. XY99817", "XY99817"),
        ("sériové číslo pračky je XY99817", "XY99817"),
        ("numer seryjny to XY99817", "XY99817"), ("Nr seryjny: XY99817, pralka", "XY99817"),
        ("شماره سریال: ۹۹۸۱۷۲۳", "9981723"), ("سریالش ۹۹۸۱۷۲۳ است", "9981723"),
        ("my washer SN12345678 broke", "SN12345678"),
        ("IMEI: 35 576205 279323 5", "355762052793235"),
        ("IMEI1 355762052793235 IMEI2 355762052793243", "355762052793235"),
        ("355762052793235 telefon nefunguje", "355762052793235"),
        ("моя машина АВ12345678 течёт", "AB12345678"),  # the form of a line that says where letters stand
    ],
)  # fmt: skip
def test_a_label_or_a_form_is_enough(text: str, serial: str) -> None:
    assert read(text, LINES[:2], expected=False).canonical == serial
    assert read(text, LINES[:2], expected=True).canonical == serial


@pytest.mark.parametrize(
    "text",
    [
        "", "hello", "601 234 567", "+420 601 234 567", "8 (701) 123-45-67", "+7 701 123 45 67", "00420 601 234 567",
        "тел. 87011234567", "۰۹۱۲۳۴۵۶۷۸۹", "call 447911123456", "order 12345678", "order no. AB12C3456C",
        "objednávka č. 2024123456", "faktura 20240512", "заказ № 12345678", "zamówienie nr 12345678",
        "сіздің тапсырыс 12345678",
        "سفارش ۱۲۳۴۵۶۷۸", "AC-000123", "ac 000123", "my ticket AC-000123", "АС-000123", "12.05.2024", "2024-05-12",
        "1403/02/23", "bought on 12. 5. 2024 for 12 990 Kč", "12990 Kč", "45 000 ₽", "$1299.99", "1 299,99 zł",
        "CZ65 0800 0000 1920 0014 5399", "CZ6508000000192000145399 please", "iPhone 14", "Windows 11", "WW90T554DAW",
        "my Samsung WW90T554DAW leaks", "Galaxy S24 Ultra", "model WW90T554DAW", "220V 50Hz", "220-240 V", "12000 BTU",
        "1400 rpm", "E18", "error F05-E18", "me@ab12c3456c.example", "https://shop.example/p/AB12C3456C",
        "IMG_20240512_123456.jpg", "4111 1111 1111 1111", "371449635398431", "in 2024 I bought 2 of 3",
        "110 00 Praha 1",
        "where is the serial number?", "what is S/N", "where's the serial number on WW90T554DAW", "серия 15", "S/N 12",
        "не знаю серийный номер, телефон 87011234567", "IMEI *#06#", "5901234123457", "100000000000",
    ],
)  # fmt: skip
def test_nothing_else_is_taken_for_one(text: str) -> None:
    assert read(text, LINES, expected=False) == Reading()
    assert read(f"Dobrý den, {text} a dál nevím.", LINES, expected=False) == Reading()


def test_nothing_in_all_our_articles_is_a_serial() -> None:
    found = []
    for path in ARTICLES.glob("*/*.md"):
        for line in path.read_text("utf-8").splitlines():
            text = re.sub("^  - |^translates: .*", "", line)
            if re.search(r"\d", text) and (read(text, LINES, False) != Reading() or find_all(text, LINES[:2])):
                found.append(f"{path.parent.name}/{path.name}: {text}")
    assert not found


@pytest.mark.parametrize(
    "text",
    [
        "", "no", "не знаю", "I don't have it", "12.05.2024", "+420 601 234 567", "5000 Kč", "AC-000123", "2 roky",
        "iPhone 14", "Windows 11", "error E18", "bought 2 years ago", "me@example.com", "order 12345678",
        "серийный номер не вижу", "CZ65 0800 0000 1920 0014 5399", "на 2 этаже", "14 dni na zwrot",
    ],
)  # fmt: skip
def test_an_answer_that_holds_no_serial(text: str) -> None:
    assert read(text, LINES, expected=True) == Reading()


@pytest.mark.parametrize(
    ("text", "serial"),
    [
        ("601 234 567", "601234567"), ("12345678", "12345678"), ("WW90T554DAW", "WW90T554DAW"),
        ("xy99-817a", "XY99817A"), ("it's XY99817A I think", "XY99817A"), ("I see 123456789012 there", "123456789012"),
        ("ABCD 1234 EFGH 5678", "ABCD1234EFGH5678"), ("№ 99817", "99817"), ("این است: ۱۲۳۴۵۶۷۸۹۰۱۲", "123456789012"),
        ("Model WW90T554DAW, 0ABC5KLT300123X", "0ABC5KLT300123X"),
    ],
)  # fmt: skip
def test_who_was_asked_may_answer_shortly(text: str, serial: str) -> None:
    assert read(text, (), expected=True).canonical == serial


def test_what_is_wrong_with_the_answer_is_told() -> None:
    assert read("аЬ12с3456", LINES, expected=True) == Reading(trouble="letters", place=2, sign="Ь")
    assert read("AB12 Қ345", LINES, expected=True) == Reading(trouble="letters", place=5, sign="Қ")
    assert read("12", LINES, expected=True).trouble == "length"
    assert read("S/N: AB12 C345 6D", (OWN,), expected=False).trouble == "check_digit"
    assert read("моя машина, серийный номер AB12C3465C", (OWN,), expected=False).offered == "AB12C3456C"


def test_letters_of_a_label_may_belong_to_it() -> None:
    assert read("SN 123456", (), expected=True) == Reading("123456", also=("SN123456",))
    assert read("SN123456", (), expected=True).also == ("123456",)


def test_a_phone_has_more_than_one_number() -> None:
    found = read("S/N: R58M12ABCDE IMEI: 355762052793235", (), expected=False)
    assert found.canonical == "R58M12ABCDE"
    assert "355762052793235" in found.also


SENTENCES = (
    "my washer {} leaks", "S/N: {}", "Серийный номер {}, не работает", "výr. č. {}\ntel. 601 234 567",
    "سریال {} است", "от 12.05.2024: {} за 45 000 руб", "AC-000123 {} 220V",
)  # fmt: skip


@settings(max_examples=300, deadline=None, derandomize=True)
@given(some.data(), some.text(ALPHABET, min_size=9, max_size=9), some.sampled_from(SENTENCES))
def test_however_it_is_typed_it_is_found_in_a_sentence(data: some.DataObject, body: str, sentence: str) -> None:
    serial = f"A{body[0]}7{body[1:4]}2{body[4:]}"[:11] + "58"
    serial += mod37_36(serial)
    lines = (Line("own", f"[0-9A-Z]{{{len(serial)}}}", "mod37_36"),)
    text = sentence.format(data.draw(typed(serial, look_alikes=False, spaces=False)).strip("-_/.\u2011\u2212\u0640"))
    assert read(text, lines, expected=False).canonical == serial
    ((start, end, found),) = find_all(text, lines)
    assert found == serial
    assert find_all(text[:start] + text[end:], lines) == ()


def hidden(text: str) -> list[str]:
    return [text[start:end] for start, end, _ in find_all(text, LINES)]


def test_where_it_stands_in_the_text_as_it_was_written() -> None:
    text = "Серии\u0306ный №: аb۱۲-c345 6c и IMEI\u200c 35-576205-279323-5, заказ 12345678, тел. +7 701 123 45 67"
    assert hidden(text) == ["аb۱۲-c345 6c", "35-576205-279323-5"]
    assert [serial for _, _, serial in find_all(text, LINES)] == ["AB12C3456C", "355762052793235"]


@pytest.mark.parametrize(
    "text", ["AB12C3456C", "xy99-817a22", "355762052793235", "12345678901", "SN 99817223", "ABCD 1234 EFGH 5678"]
)
def test_an_answer_that_is_nothing_but_a_serial_is_hidden(text: str) -> None:
    assert hidden(text) == [text.removeprefix("SN ")]


@pytest.mark.parametrize(
    "text",
    ["AC-000123", "iPhone 14", "model WW90T554DAW", "12.05.2024", "220V", "hello", "", "12", "order AB12345678"],
)
def test_what_agents_need_to_see_is_not_hidden(text: str) -> None:
    assert hidden(text) == []


@pytest.mark.parametrize("expected", [True, False])
@pytest.mark.parametrize("name", TEXTS)
def test_texts_that_have_hurt_somebody(name: str, expected: bool) -> None:
    started = time.process_time()
    read(TEXTS[name], LINES, expected)
    assert time.process_time() - started < 0.5


hard = some.text(alphabet=some.sampled_from("S/N: imeiAB12 ۳-._*~=O0lсерийный\n+@.№\u200c\u0306kč"), max_size=LIMIT)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(some.one_of(some.text(max_size=200), hard))
def test_it_never_raises_and_never_takes_long(text: str) -> None:
    started = time.process_time()
    for expected in (True, False):
        found = read(text, LINES, expected)
        assert (found.canonical is None) or (found.offered is None and found.trouble == "none")
        assert found.canonical not in found.also
    places = find_all(text, LINES)
    assert all(0 <= start < end <= len(text) for start, end, _ in places)
    assert all(one[1] <= other[0] for one, other in pairwise(places))
    assert time.process_time() - started < 1
