"""Choices as buttons, and back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.telegram_text import chosen, keyboard
from bot.telegram_text.buttons import BUTTON_LIMIT, DATA_LIMIT, LABEL_LIMIT
from bot.telegram_text.letters import is_blank, units
from handlers.words import Choice

ids = st.one_of(
    st.text(max_size=80), st.sampled_from(["", "#", "#0", "é" * 32, "é" * 33, "x" * 64, "x" * 65, "a\nb", "\ud800"])
)
choices = st.lists(st.builds(Choice, ids, st.text(max_size=100)), max_size=8)


def labels(*words: str) -> list[list[str]]:
    rows = keyboard([Choice(f"id-{number}", word) for number, word in enumerate(words)])
    return [[button.label for button in row] for row in rows]


def test_two_short_labels_share_a_row() -> None:
    assert labels("Yes", "No", "Maybe") == [["Yes", "No"], ["Maybe"]]
    assert labels("Yes, thank you", "Continue without a contact", "No", "Person") == [
        ["Yes, thank you"], ["Continue without a contact"], ["No", "Person"]]  # fmt: skip


def test_a_long_label_is_cut_between_words() -> None:
    (((label,)),) = labels("Washing machine " * 6)
    assert label == "Washing machine Washing machine Washing machine Washing…"
    assert labels("x" * 70) == [["x" * 63 + "…"]]


def test_a_label_is_one_line_and_never_empty() -> None:
    assert labels("one\n two\0", " ", "\u200b") == [["one two", "…"], ["…"]]
    assert labels("Alma W70 نشتی دارد") == [["\u200fAlma W70 نشتی دارد"]]


@given(choices)
def test_every_button_leads_back_to_its_choice(offered: list[Choice]) -> None:
    buttons = [button for row in keyboard(offered) for button in row]
    assert len(buttons) == len(offered)
    for button, choice in zip(buttons, offered, strict=True):
        assert 0 < len(button.data.encode()) <= DATA_LIMIT
        assert chosen(button.data, offered) == choice.id
        assert 0 < units(button.label) <= LABEL_LIMIT
        assert not is_blank(button.label)


def test_a_button_of_an_old_message_is_understood_where_its_id_is_whole() -> None:
    (((short,), (long,))) = keyboard([Choice("entry:washer-leaks", "a" * 30), Choice("x" * 65, "b" * 30)])
    assert chosen(short.data, ()) == "entry:washer-leaks"
    assert chosen(long.data, ()) is None


def test_the_data_of_a_long_id_is_the_same_after_a_restart() -> None:
    (((button,)),) = keyboard([Choice("entry:" + "x" * 80, "X")])
    assert button.data == "#8938c72422a8bd47367f779647b36cbe"


def test_no_more_buttons_than_telegram_takes() -> None:
    assert sum(map(len, keyboard([Choice(str(n), "x") for n in range(BUTTON_LIMIT + 20)]))) == BUTTON_LIMIT
