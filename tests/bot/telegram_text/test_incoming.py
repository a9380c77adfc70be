"""What a customer wrote in Telegram, as the bot reads it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ports import storable
from bot.telegram_text import Entity, Written, said

BOT = "AlmaHomeBot"


def link(offset: int, length: int, url: str) -> Entity:
    return Entity("text_link", offset, length, url)


@pytest.mark.parametrize(
    ("text", "entities", "wanted"),
    [
        ("leaks", (), "leaks"),
        (" a\0b \n", (), "ab"),
        ("/start@AlmaHomeBot deep-link", (Entity("bot_command", 0, 18),), "/start deep-link"),
        ("/human@almahomebot", (Entity("bot_command", 0, 18),), "/human"),
        ("/start", (Entity("bot_command", 0, 6),), "/start"),
        ("/start@OtherBot", (Entity("bot_command", 0, 15),), "/start@OtherBot"),
        ("I wrote /help@AlmaHomeBot", (), "I wrote /help@AlmaHomeBot"),
        ("😀 this one", (link(3, 4, "https://a.example/x"),), "😀 this (https://a.example/x) one"),
        ("see a.example/x now", (link(4, 11, "https://a.example/x/"),), "see a.example/x now"),
        ("ab", (link(1, 1, "https://b.example"), link(0, 1, "https://a.example")),
         "a (https://a.example)b (https://b.example)"),
        ("bold text", (Entity("bold", 0, 4), Entity("italic", 0, 9)), "bold text"),
        ("over", (link(0, 3, "https://a.example"), link(1, 3, "https://b.example")), "ove (https://a.example)r"),
        ("out", (link(2, 9, "https://a.example"), link(-1, 2, "https://b.example"), link(1, 0, "https://c.example")),
         "out"),
        ("no address", (Entity("text_link", 0, 2),), "no address"),
    ],
)  # fmt: skip
def test_said(text: str, entities: tuple[Entity, ...], wanted: str) -> None:
    assert said(Written(text, entities), BOT) == wanted


offsets = st.integers(-3, 30)
kinds = st.sampled_from(["bot_command", "text_link", "bold", "unheard_of"])
urls = st.sampled_from([None, "", "https://a.example", "javascript:alert(1)"])
entities = st.lists(st.builds(Entity, kinds, offsets, offsets, urls), max_size=5)


@given(st.text(st.one_of(st.characters(codec=None), st.sampled_from("/@😀\0")), max_size=20), entities)
def test_entities_that_do_not_fit_never_break_a_text(text: str, found: list[Entity]) -> None:
    read = said(Written(text, found), BOT)
    left = iter(read)
    assert all(char in left for char in storable(text).strip() if char.isalnum()), "letters are lost"
