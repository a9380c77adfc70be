"""Which topic answers, and what a typed word is taken for."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from handlers.router import Topic, TopicWrong, _topic, find_topics, route, understood
from handlers.words import Choice, Message, Outcome, Reply, Turn
from tests.fakes.services import a_turn

OFFERED = (
    Choice("rate:yes", "Yes, thank you"), Choice("rate:no", "No"), Choice("entry:a", "Washing machine leaks"),
    Choice("person", "بله، با پشتیبان"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "choice"),
    [
        ("yes, thank you", "rate:yes"),
        ("YES", "rate:yes"),
        ("no", "rate:no"),
        ("No!", "rate:no"),
        ("washing  machine leaks", "entry:a"),
        ("washing machine", None),  # only what stands before a comma is a short form
        ("بله", "person"),
        ("1", "rate:yes"),
        ("3.", "entry:a"),
        ("۲", "rate:no"),  # Persian digit
        ("0", None),
        ("5", None),
        ("12", None),
        ("no idea", None),
        ("", None),
        ("?", None),
        ("no" * 5000, None),
    ],
)
def test_a_typed_number_or_label_is_the_choice(typed: str, choice: str | None) -> None:
    message = Message(typed, language_hint="en")
    found = understood(message, OFFERED)
    assert (found.choice, found.text, found.language_hint) == (choice, typed, "en")


def test_a_pressed_button_is_never_changed() -> None:
    assert understood(Message("no", choice="other"), OFFERED).choice == "other"


def test_without_offers_words_are_words() -> None:
    assert understood(Message("1"), ()).choice is None


def topic(name: str, order: int, reply: str | None) -> Topic:
    async def handle(turn: Turn) -> Outcome | None:
        return None if reply is None else Outcome((Reply(f"{reply} {turn.message.choice}"),))

    return Topic(name, order, handle)


async def test_the_first_topic_that_answers_wins_and_sees_the_choice() -> None:
    outcome = await route(a_turn("no", offered=OFFERED), [topic("a", 1, None), topic("b", 2, "b"), topic("c", 3, "c")])
    assert outcome.replies[0].text == "b rate:no"


RATE = (Choice("rate:yes:a:1", "Yes, thank you"), Choice("rate:no:a:1", "No"))


@pytest.mark.parametrize(
    ("typed", "choice"),
    [
        ("yep, it helped", "rate:yes:a:1"),
        ("ага", "rate:yes:a:1"),  # whatever the language of the talk
        ("nope, didn't help", "rate:no:a:1"),
        ("👎", "rate:no:a:1"),
        ("no, and the dryer is broken too", None),
        ("ok", None),
        ("hello", None),
    ],
)
async def test_yes_and_no_in_other_words_are_the_choice(typed: str, choice: str | None) -> None:
    outcome = await route(a_turn(typed, offered=RATE), [topic("a", 1, "a")])
    assert outcome.replies[0].text == f"a {choice}"


async def test_yes_to_nothing_is_a_word() -> None:
    outcome = await route(a_turn("yep"), [topic("a", 1, "a")])
    assert outcome.replies[0].text == "a None"


async def test_nobody_answering_is_an_error_with_a_sentence() -> None:
    with pytest.raises(TopicWrong, match="the last one in handlers/topics must always answer"):
        await route(a_turn("hello"), [topic("a", 1, None)])


def test_topics_come_in_order() -> None:
    orders = [topic.order for topic in find_topics()]
    assert orders == sorted(orders)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, "handlers/topics/odd.py: write a line like ORDER = 35"),
        ({"ORDER": "35"}, "handlers/topics/odd.py: write a line like ORDER = 35"),
        ({"ORDER": 35}, "handlers/topics/odd.py: write async def handle"),
        ({"ORDER": 35, "handle": "x"}, "handlers/topics/odd.py: write async def handle"),
    ],
)
def test_a_file_that_is_no_topic_says_what_to_write(values: dict[str, Any], sentence: str) -> None:
    module = ModuleType("odd")
    module.__dict__.update(values)
    with pytest.raises(TopicWrong, match=sentence.replace("(", r"\(")):
        _topic("odd", module)
