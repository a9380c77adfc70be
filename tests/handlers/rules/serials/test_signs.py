"""Two keys of a serial: exact, and with look-alikes as one."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from handlers.rules.serials import LONGEST, Line, canonical, difference, foreign, grouped, skeleton, skeletons
from tests.handlers.rules.serials.people import ALPHABET, typed
from tests.knowledge_base.nasty import TEXTS


@pytest.mark.parametrize(
    ("text", "serial"),
    [
        ("sn\u200c ab-۱۲۳۴", "AB1234"),
        ("АВ12‑С3456", "AB12C3456"),  # Cyrillic, non-breaking hyphen
        ("ＡＢ１２Ｃ３４５６", "AB12C3456"),  # full width
        ("AB١٢C٣٤٥٦", "AB12C3456"),
        ("\u2066AB12\u2069\u200f C3456", "AB12C3456"),
        ("AB12—C3456", "AB12C3456"),
        ("AB12−C3456", "AB12C3456"),  # minus
        ("ab12_c3.45/6", "AB12C3456"),
        ("  AB12\u00a0C345\u202f6\n", "AB12C3456"),
        ("«AB12C3456».", "AB12C3456"),
        ("*AB12C3456", "AB12C3456"),
        ("**AB12C3456**", "AB12C3456"),
        ("16J*", "16J*"), ("16J~", "16J~"), ("16J$", "16J$"), ("16J=", "16J="), ("16JU", "16JU"),  # Crockford's own
        ("", ""), ("  -- ", ""), ("S/N:", ""), ("серийный номер", ""),
    ],
)  # fmt: skip
def test_canonical(text: str, serial: str) -> None:
    assert canonical(text) == serial


def test_letters_that_are_not_guessed_stay_and_are_named() -> None:
    assert canonical("аЬ12с3456") == "AЬ12C3456"
    assert foreign("AЬ12C3456") == 2
    assert [foreign(canonical(text)) for text in ("AB12Ш", "қAB12", "AB12C3456", "AB*12", "AB12*", "AB#12")] == [
        5, 1, 0, 3, 0, 3,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "label",
    [
        "S/N", "s/n:", "S / N", "S/N#", "SN:", "SN ", "sn =", "S N: ", "Serial: ", "serial no. ", "Serial No.:",
        "Serial Number", "SERIAL NUMBER: ", "serial #", "Service Tag: ", "No. ",
        "серийный №", "Серийный № ", "серийный номер: ", "СЕРИЙНЫЙ НОМЕР", "сер. № ", "зав. №", "заводской номер ",
        "с/н: ", "номер: ", "№ ", "#", "серии\u0306ный номер ",
        "сериялық нөмірі: ", "Сериялық нөмір ", "сериялық №", "нөмірі: ",
        "výrobní číslo: ", "Výr. č. ", "výr.č.: ", "sériové číslo ", "vyrobni cislo ", "v. č. ", "výrobní č. ",
        "nr seryjny ", "Nr seryjny: ", "numer seryjny ", "numer fabryczny: ", "nr fabr. ",
        "شماره سریال ", "شماره سریال: ", "شماره سريال:", "شماره\u200cسریال ", "سریال: ", "سریال",
        "S/N: S/N: ", "(S/N) ",
    ],
)  # fmt: skip
def test_labels_are_not_part_of_it(label: str) -> None:
    assert canonical(f"{label}АВ12-С3456") == "AB12C3456"


@pytest.mark.parametrize("label", ["IMEI", "IMEI: ", "imei1: ", "IMEI 1: ", "IMEI 2 ", "IMEI/MEID: ", "IMEISV: "])
def test_labels_of_phones_are_not_part_of_it(label: str) -> None:
    assert canonical(f"{label}35-576205-279323-5") == "355762052793235"


@pytest.mark.parametrize(
    "serial", ["SN12345678", "SNAKE123", "NO123456", "NR-12345", "SN-12345", "SERIAL12", "TAG12345"]
)
def test_serials_that_begin_like_a_label_are_whole(serial: str) -> None:
    assert canonical(serial) == serial.replace("-", "")


def test_what_is_too_long_stays_too_long() -> None:
    assert canonical("A1" * 32) == "A1" * 32
    assert len(canonical("A1" * 33)) == len(canonical("A1" * 5_000)) == LONGEST + 1


hard = some.text(
    alphabet=some.sampled_from("SN/-:. #№1IMEIser*=~(ا\u200cЙи\u0306ешم\u1100\u1161ｱﾞＡ\ufdfaé\u0301"), max_size=80
)


@settings(max_examples=600, deadline=None, derandomize=True)
@given(some.one_of(some.text(max_size=120), hard, some.lists(some.sampled_from([
    "s/n", "sn", " ", ":", "-", "серийный", "номер", "№", "imei", "1", "2", "nr", "seryjny", "výr", ".", "č", "AB12",
    "شماره", "سریال", "\u200c", "\n", "=", "#",
]), max_size=12).map("".join)))  # fmt: skip
def test_canonical_of_canonical_is_canonical(text: str) -> None:
    once = canonical(text)
    assert canonical(once) == once


@pytest.mark.parametrize("name", TEXTS)
def test_texts_that_have_hurt_somebody(name: str) -> None:
    started = time.process_time()
    once = canonical(TEXTS[name])
    assert canonical(once) == once
    assert time.process_time() - started < 0.1


@settings(max_examples=300, deadline=None, derandomize=True)
@given(some.data(), some.text(ALPHABET, min_size=5, max_size=20))
def test_however_it_is_typed_the_skeleton_is_the_same(data: some.DataObject, serial: str) -> None:
    text = data.draw(typed(serial))
    assert skeleton(canonical(text)) == skeleton(canonical(serial))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(some.data(), some.text(ALPHABET, min_size=5, max_size=20))
def test_whoever_types_the_right_signs_is_read_exactly(data: some.DataObject, serial: str) -> None:
    text = data.draw(typed(serial, look_alikes=False))
    assert canonical(text) == canonical(serial)


def test_the_skeleton_takes_look_alikes_as_one() -> None:
    assert skeleton("O0IL1QB8S5Z2G6") == "00111QB8S5Z2G6"
    assert skeleton("O0IL1QB8S5Z2G6", ("Q0", "B8", "S5", "Z2", "G6")) == "00111088552266"
    assert skeleton("DO", ("D0",)) == "00"
    lines = (Line("a", "A", fold=("B8",)), Line("b", "B"), Line("c", "C", fold=("S5",)), Line("d", "D", fold=("B8",)))
    assert skeletons("BSO", lines) == ("BS0", "8S0", "B50")
    assert skeletons("12", lines) == ("12",)


def test_shown_in_groups_of_four_left_to_right() -> None:
    assert grouped("AB12C3456") == "\u2066AB12 C345 6\u2069"
    assert canonical(grouped("AB12C3456")) == "AB12C3456"


def test_which_sign_is_it() -> None:
    assert difference("AB1012", "AB1O12") == (4, ("0", "O"))
    assert difference("A1", "AI", "AL") == (2, ("1", "I", "L"))
    assert difference("A1O", "AI0") == (2, ("1", "I"))
    assert difference("A1", "A1") == (0, ())
