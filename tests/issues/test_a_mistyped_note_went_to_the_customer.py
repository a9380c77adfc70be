"""A colon behind `/note` made it no command at all: the customer read what was meant for agents."""

from __future__ import annotations

import pytest

from bot.desk.commands import Answer, Command, Note, read


@pytest.mark.parametrize(
    "text", ["/note: he lies", "/note, he lies", "/NOTE; he lies", "/note- he lies", "/note:he lies"]
)
def test_whatever_stands_behind_the_word_it_stays_inside(text: str) -> None:
    assert read(text) == Note("he lies")


def test_other_words_are_what_they_were() -> None:
    assert read("/notes") == Command("notes")
    assert read("/note@other_bot x") is None
    assert read("/home/user is full") == Answer("/home/user is full")
