"""How an answer looks."""

from __future__ import annotations

import pytest

from handlers.presenting import LABEL_LIMIT, body, entry_choices, show
from tests.fakes.services import FakeServices, a_page, a_turn, shared_mind


@pytest.mark.parametrize(
    ("language", "note"),
    [
        ("ru", "На русском этого текста пока нет. Язык текста: английский."),
        ("kk", "Бұл мәтін әзірге қазақ тілінде жоқ. Мәтіннің тілі: ағылшын тілі."),
        ("cs", "Tento text zatím není v češtině. Jeho jazyk: angličtina."),
        ("pl", "Tego tekstu nie ma jeszcze po polsku. Jego język: angielski."),
        ("fa", "این متن هنوز به فارسی آماده نشده است. زبان متن: انگلیسی."),
    ],
)
def test_a_text_in_another_language_says_so_first(language: str, note: str) -> None:
    said = body(shared_mind().services, a_page("leaks", "en"), language)
    assert said.startswith(f"{note}\n\n**Title of leaks**\n\nText of leaks.")


def test_an_english_reader_learns_it_too() -> None:
    said = body(shared_mind().services, a_page("leaks", "cs"), "en")
    assert said.startswith("This text does not exist in English yet. Its language: Czech.")


def test_show() -> None:
    services = FakeServices(pages={"repair": a_page("repair"), "parts": a_page("parts")})
    page = a_page("leaks", related=("repair", "gone", "parts"))
    reply = show(a_turn("water", services=services), page)
    assert reply.text == ("**Title of leaks**\n\nText of leaks.\n\nLast checked: November 16, 2026\n\nDid this help?")
    ids = [choice.id for choice in reply.choices]
    assert ids == ["rate:yes:leaks:0badcafe", "rate:no:leaks:0badcafe", "entry:repair", "entry:parts"]


def test_a_text_nobody_checked_has_no_date() -> None:
    assert "Last checked" not in body(shared_mind().services, a_page("leaks", checked=None), "en")


def test_entry_choices_are_three_and_fit_a_button() -> None:
    pages = {slug: a_page(slug, title="T" * 90) for slug in "abcd"}
    choices = entry_choices(a_turn(services=FakeServices(pages=pages)), "xabcd")
    assert [choice.id for choice in choices] == ["entry:a", "entry:b", "entry:c"]
    assert {len(choice.label) for choice in choices} == {LABEL_LIMIT}
