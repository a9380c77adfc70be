"""An article asks for the serial number, the customer sends it and nothing else: they were asked to rephrase."""

from __future__ import annotations

import pytest

from handlers.rules.serials import Reading, read
from handlers.warranty.hearing import code_within, is_code
from tests.fakes.records import FakeRecords
from tests.fakes.services import mind_with
from tests.fakes.talk import Talk


@pytest.mark.parametrize(
    "text", ["AB12C3456", "AB۱۲‑C۳۴۵۶", "ab12-c345-6", "WW90T554DAW0012", "AWZFKM1KRV", "awzfkm1krv"]
)
def test_a_code_is_seen(text: str) -> None:
    assert is_code(text)


@pytest.mark.parametrize(
    "text", ["601234567", "hello", "iPhone14", "2026-11-22", "AB12 C3456 leaks", "E18", "v2.0.1", ""]
)
def test_what_else_is_sent_alone_is_none(text: str) -> None:
    assert not is_code(text)


def test_a_code_within_a_question_is_seen_and_a_model_or_a_word_is_not() -> None:
    assert code_within("у меня телевизор ATRZE0WP04 ещё на гарантии?") == "ATRZE0WP04"
    assert code_within("is my iPhone 14 Pro Max from LAVAZZA still under warranty?") is None


@pytest.mark.parametrize(
    ("text", "serial"),
    [("awzf km1krv", "AWZFKM1KRV"), ("my washer", None), ("galaxy s24", None), ("model w8 2020", None)],
)
def test_a_serial_in_small_letters_and_two_groups_is_read_where_one_was_asked_for(
    text: str, serial: str | None
) -> None:
    assert read(text, (), True).canonical == serial


async def test_it_is_asked_back_before_anything_is_looked_up() -> None:
    records = FakeRecords(readings={"ATRZE0WP04": Reading("ATRZE0WP04")})
    talk = Talk(mind_with(records), "en")
    said = await talk.write("is my TV ATRZE0WP04 still under warranty?")
    assert "Is this the serial number: \u2066ATRZ E0WP 04\u2069?" in said
    assert records.checked == []
    await talk.write("yes")
    assert [serial for serial, _, _ in records.checked] == ["ATRZE0WP04"]
