"""What a message asks: two questions are two, a story is its question."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.mending import parts_in, questions_in
from knowledge_base.mending.courtesy import without_courtesy
from knowledge_base.text import clean
from tests.knowledge_base.nasty import TEXTS


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        (
            "Hello! How do I return a washer? And how long does the refund take?",
            ("How do I return a washer?", "And how long does the refund take?"),
        ),
        (
            "Купил стиралку год назад. Всё работало, v1.2. Теперь течёт. Что мне делать?",
            ("Что мне делать?",),
        ),
        ("Je to v záruce? Jak dlouho?", ("Je to v záruce? Jak dlouho?",)),
        ("سلام. یخچالم سرد نمی‌کند؟ گارانتی هم دارد؟", ("یخچالم سرد نمی‌کند؟", "گارانتی هم دارد؟")),
        ("how do i fix it?!where can i buy it?", ("how do i fix it?!", "where can i buy it?")),
        ("не работает принтер", ("не работает принтер",)),
        ("Hi, the printer does not print. Thanks!", ("the printer does not print.",)),
        ("why???", ("why???",)),
        ("???", ()),
    ],
)
def test_questions_in(text: str, questions: tuple[str, ...]) -> None:
    assert questions_in(text) == questions


@given(st.text(max_size=300))
def test_every_question_is_part_of_the_message(text: str) -> None:
    shown = " ".join(clean(text).split())
    for question in questions_in(text):
        assert all(part in shown for part in question.split())


@given(st.text(max_size=100))
def test_courtesy_never_takes_everything(text: str) -> None:
    assert bool(without_courtesy(text)) == bool(text)


@pytest.mark.parametrize("name", TEXTS)
def test_any_message_can_be_read(name: str) -> None:
    assert len(questions_in(TEXTS[name])) <= 4


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "Hello! My washer leaks. What can I do? I bought it in May. How long is the warranty? Thank you.",
            ("Hello! My washer leaks. What can I do?", "I bought it in May. How long is the warranty? Thank you."),
        ),
        (
            "I bought it a year ago. Now it leaks. What can I do? ",
            ("I bought it a year ago. Now it leaks. What can I do?",),
        ),
        ("Je to v záruce? Jak dlouho?", ("Je to v záruce? Jak dlouho?",)),
        ("Proč? Kde je moje zásilka? Kdy ji dostanu?", ("Proč? Kde je moje zásilka?", "Kdy ji dostanu?")),
        ("یخچالم سرد نمی‌کند؟ گارانتی هم دارد؟", ("یخچالم سرد نمی‌کند؟", "گارانتی هم دارد؟")),
        ("where is it now? where is it now?", ("where is it now?",)),
        ("the printer does not print", ("the printer does not print",)),
        ("???", ()),
        ("", ()),
    ],
)
def test_parts_in(text: str, parts: tuple[str, ...]) -> None:
    assert parts_in(text) == parts


def test_no_more_parts_than_questions_are_answered() -> None:
    text = " ".join(f"is it number {number}?" for number in range(9))
    assert [part.count("?") for part in parts_in(text)] == [1, 1, 1, 6]


@given(st.lists(st.sampled_from(["why is it so?", "it leaks.", "how?", "when do you open?!", "hello", "\n", "…"])))
def test_the_parts_are_the_message(pieces: list[str]) -> None:
    """In order and without anything lost, but for repetitions."""
    text = " ".join(dict.fromkeys(pieces))
    assert " ".join(" ".join(parts_in(text)).split()) in (" ".join(clean(text).split()), "")


@pytest.mark.parametrize("name", TEXTS)
def test_any_message_can_be_cut(name: str) -> None:
    assert len(parts_in(TEXTS[name])) <= 4
