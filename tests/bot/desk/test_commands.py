"""What an agent writes is read without any framework."""

from __future__ import annotations

import pytest

from bot.desk.commands import ACTIONS, COMMANDS, Answer, Command, Default, Note, read, waiting_for
from handlers.rules.tickets import ACTIONS as KNOWN


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("Please unplug it", Answer("Please unplug it")),
        ("  // he is angry ", Note("he is angry")),
        ("//he is angry", Note("he is angry")),
        ("/note he is angry", Note("he is angry")),
        ("/note\nline", Note("line")),
        ("/reply hello", Answer("hello")),
        (">> quoted", Answer(">> quoted")),
        ("/take", Command("take")),
        ("/TAKE", Command("take")),
        ("/assign  Jana K. ", Command("assign", "Jana K.")),
        ("/take@another_bot", None),
        ("/slove", Command("slove")),
        ("/home/user is full", Answer("/home/user is full")),
        ("/ это не команда", Answer("/ это не команда")),
        ("/50 % off", Answer("/50 % off")),
        ("", Answer("")),
    ],
)
def test_plain_text_goes_to_the_customer(text: str, read_as: object) -> None:
    assert read(text) == read_as


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("Please unplug it", Note("Please unplug it")),
        (">> Please unplug it", Answer("Please unplug it")),
        ("/reply Please unplug it", Answer("Please unplug it")),
        ("// a note all the same", Note("a note all the same")),
        ("/take", Command("take")),
    ],
)
def test_plain_text_stays_inside_where_that_is_the_setting(text: str, read_as: object) -> None:
    assert read(text, "note") == read_as


@pytest.mark.parametrize("default", ["reply", "note"])
def test_a_note_is_a_note_under_either_setting(default: Default) -> None:
    """The wrong one would be read by the customer."""
    assert isinstance(read("// x", default), Note)
    assert isinstance(read("/note x", default), Note)


def test_whom_waiting_waits_for() -> None:
    assert waiting_for("") == "wait_for_customer"
    assert waiting_for("Third party") == "wait_for_third_party"


def test_commands_lead_to_actions_that_exist() -> None:
    assert set(ACTIONS) <= set(COMMANDS)
    assert set(ACTIONS.values()) <= set(KNOWN)
