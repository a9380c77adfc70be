"""The hand-off packet: whatever is put in, what comes out fits the published schema and shows no serial number."""

from __future__ import annotations

import re
import time
from dataclasses import fields, replace
from datetime import date
from typing import Any, get_args

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from handlers.rules.facts import CoverageLine
from handlers.rules.masking import masked
from handlers.rules.packet import (
    ANSWERS,
    LINE,
    LONG,
    QUESTIONS,
    Given,
    Packet,
    Reason,
    Step,
    Tried,
    as_json,
    schema,
)
from handlers.words import Attachment
from tests.knowledge_base.nasty import TEXTS

VALIDATOR = jsonschema_rs.Draft202012Validator(schema())
SERIAL = "AB12C3456XY56"
KETTLE = Packet(
    reason="ladder_end",
    language="kk",
    channel="telegram",
    last_words="Екінші рет айтып тұрмын, сериясы ab12-c345 6xy56",
    questions=("Шәйнек ағып тұр", "Шәйнектің астынан су шығады"),
    answers=(Given("kettle-leaks", "ru", False),),
    steps=(Step("emptied and dried the base", "did_not_help"),),
    attachments=(Attachment("f1", "photo.jpg", "image/jpeg", 81_000),),
    device="Kettle K200",
    serial=SERIAL,
    coverage=(
        CoverageLine("statutory", "covered", date(2027, 5, 12), "A"),
        CoverageLine("statutory", "unknown", None, "C"),
        CoverageLine("warranty", "expired", date(2026, 5, 12)),
    ),
)


def problems(value: Any) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(value)]


def test_a_sample() -> None:
    assert as_json(KETTLE) == {
        "version": 2,
        "reason": "ladder_end",
        "language": "kk",
        "channel": "telegram",
        "device": "Kettle K200",
        "serial": "AB12…56",
        "coverage": [
            {"kind": "statutory", "verdict": "covered", "end": "2027-05-12", "confidence": "A"},
            {"kind": "statutory", "verdict": "unknown", "end": None, "confidence": "C"},
            {"kind": "warranty", "verdict": "expired", "end": "2026-05-12", "confidence": None},
        ],
        "questions": ["Шәйнек ағып тұр", "Шәйнектің астынан су шығады"],
        "answers": [{"entry": "kettle-leaks", "language": "ru", "helped": False}],
        "steps": [{"what": "emptied and dried the base", "result": "did_not_help"}],
        "last_words": "Екінші рет айтып тұрмын, сериясы AB12…56",
        "attachments": [{"name": "photo.jpg", "media_type": "image/jpeg", "size": 81_000}],
    }


def test_the_schema_is_a_schema_and_samples_fit_it() -> None:
    assert jsonschema_rs.meta.is_valid(schema())
    assert problems(as_json(KETTLE)) == []
    assert problems(as_json(Packet("photo_only", "fa", "website", ""))) == []


def test_the_schema_has_every_field_of_the_packet() -> None:
    assert set(schema()["properties"]) == {"version", *(known.name for known in fields(Packet))}


@pytest.mark.parametrize(
    "change",
    [
        {"reason": "bored"}, {"version": 1}, {"serial": SERIAL}, {"helped": True}, {"last_words": "x" * (LONG + 1)},
        {"questions": ["x"] * (QUESTIONS + 1)}, {"answers": [{"entry": "a", "language": "en"}]}, {"language": None},
        {"steps": [{"what": "x", "result": "perhaps"}]},
        {"attachments": [{"name": "a", "media_type": "b", "size": -1}]},
        {"coverage": [{"kind": "magic", "verdict": "covered", "end": None, "confidence": None}]},
        {"coverage": [{"kind": "warranty", "verdict": "covered", "end": None, "confidence": "D"}]},
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_by_the_schema(change: dict[str, Any]) -> None:
    assert problems({**as_json(KETTLE), **change})


@pytest.mark.parametrize("left_out", list(schema()["properties"]))
def test_nothing_may_be_left_out(left_out: str) -> None:
    value = as_json(KETTLE)
    del value[left_out]
    assert problems(value)


@pytest.mark.parametrize(
    ("serial", "shown"),
    [(SERIAL, "AB12…56"), ("ab12-c345-6xy56", "ab12…56"), ("H0YS244", "H0…4"), ("123", "1…"), ("12", "…"), ("", "…")],
)
def test_a_serial_is_masked(serial: str, shown: str) -> None:
    assert masked(serial) == shown


@pytest.mark.parametrize(
    "typed",
    [SERIAL, "ab12c3456xy56", "AB12 C345 6XY56", "AB12-C345-6XY56", "A\u200bB12C3456XY56", "AB۱۲C۳۴۵۶XY۵۶",
     "AB１２C3456XY56"],
)  # fmt: skip
def test_no_text_of_the_packet_shows_the_serial_however_it_is_typed(typed: str) -> None:
    said = f"my serial is {typed}, is it well?"
    packet = replace(
        KETTLE, last_words=said, questions=(said,), device=said, steps=(Step(said, "helped"),),
        attachments=(Attachment("f1", f"{typed}.jpg", "image/jpeg", 1),),
    )  # fmt: skip
    value = as_json(packet)
    hidden = "my serial is AB12…56, is it well?"
    assert value["last_words"] == value["device"] == value["questions"][0] == value["steps"][0]["what"] == hidden
    assert value["attachments"][0]["name"] == "AB12…56.jpg"
    assert SERIAL not in repr(Packet("safety", "en", "website", "", serial=SERIAL))


def test_a_long_story_keeps_its_beginning_its_end_and_no_half_of_a_serial() -> None:
    told = as_json(replace(KETTLE, last_words=f"It began in May. {'bla ' * 5000}So what now?"))["last_words"]
    assert len(told) <= LONG
    assert told.startswith("It began in May.")
    assert told.endswith("So what now?")
    for before in range(1300, 1360):
        text = as_json(replace(KETTLE, last_words="-" * before + SERIAL + "-" * 5000))["last_words"]
        assert not re.search("C345|6XY", text)


def test_of_many_the_latest_are_kept() -> None:
    many = tuple(Given(f"entry-{number}", "en", None) for number in range(30))
    asked = (*map(str, range(30)), "", " \x00")
    value = as_json(replace(KETTLE, answers=many, questions=asked))
    assert [given["entry"] for given in value["answers"]] == [f"entry-{number}" for number in range(30 - ANSWERS, 30)]
    assert value["questions"] == [str(number) for number in range(30 - QUESTIONS, 30)]
    assert len(as_json(replace(KETTLE, device="x" * 900))["device"]) <= LINE


words = some.text(alphabet=some.characters(), max_size=300)  # lone surrogates and controls too
packets = some.builds(
    Packet,
    reason=some.sampled_from(get_args(Reason)),
    language=words,
    channel=words,
    last_words=words,
    questions=some.lists(words, max_size=14).map(tuple),
    answers=some.lists(some.builds(Given, words, words, some.sampled_from([True, False, None])), max_size=14).map(
        tuple
    ),
    steps=some.lists(some.builds(Step, words, some.sampled_from(get_args(Tried))), max_size=24).map(tuple),
    attachments=some.lists(some.builds(Attachment, words, words, words, some.integers()), max_size=14).map(tuple),
    device=some.none() | words,
    serial=some.none() | words,
    coverage=some.lists(some.builds(CoverageLine), max_size=14).map(tuple),
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(packets)
def test_whatever_is_put_in_what_comes_out_fits(packet: Packet) -> None:
    value = as_json(packet)
    assert problems(value) == []
    assert "\ud800" not in str(value)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    some.text(alphabet="ABCXYZ0123456789", min_size=8, max_size=20), some.text(max_size=200), some.text(max_size=200)
)
def test_a_serial_never_leaves_the_packet(serial: str, before: str, after: str) -> None:
    said = f"{before} {serial} {after}"
    value = as_json(Packet("safety", "en", "website", said, (said,), device=said, serial=serial))
    assert serial not in str(value)


@pytest.mark.parametrize("name", TEXTS)
def test_texts_that_have_hurt_somebody(name: str) -> None:
    started = time.process_time()
    value = as_json(Packet("safety", "en", "website", TEXTS[name], (TEXTS[name],), serial="AAAAAAAA"))
    assert time.process_time() - started < 0.25
    assert problems(value) == []
