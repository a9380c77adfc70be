"""The ladder: every rung once, then a person."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.ladder import answered, climb, not_taken, suggested
from handlers.services import Found
from handlers.words import TICKET, AnswerGiven, Outcome, TicketWanted
from tests.fakes.services import FakeServices, a_page, a_turn, labels

PAGES = {slug: a_page(slug) for slug in ("leaks", "shakes", "drains", "door", "noise")}
NONE_FOUND = Found("abstain", 0.05, None)
TITLES = Found("suggest", 0.3, None, ("leaks", "shakes"))


def turn(text: str = "water everywhere", **state: Any) -> Any:
    return a_turn(text, state=state, services=FakeServices(pages=PAGES))


@pytest.mark.parametrize(
    ("state", "buttons", "climbed"),
    [
        # an answer did not help, others were found: titles
        (
            {"question": "q", "others": ["shakes", "drains"]},
            ["entry:shakes", "entry:drains", "none"],
            ["suggest"],
        ),
        # no others, or titles were shown already: other words
        ({"question": "q", "others": []}, ["person"], ["suggest", "rephrase"]),
        ({"question": "q", "others": ["gone"]}, ["person"], ["suggest", "rephrase"]),
        (
            {"question": "q", "others": ["shakes"], "climbed": ["suggest"]},
            ["person"],
            ["suggest", "suggest", "rephrase"],
        ),
        # other words were asked for: a person
        ({"question": "q", "others": ["shakes"], "climbed": ["suggest", "rephrase"]}, ["person", "again"], None),
        # a button of an older day, nothing is known any more
        ({}, ["person"], ["suggest", "rephrase"]),
    ],
)
def test_climb(state: dict[str, Any], buttons: list[str], climbed: list[str] | None) -> None:
    outcome = climb(turn(**state))
    assert labels(outcome) == buttons
    assert outcome.state.get("climbed") == (climbed or state.get("climbed"))
    assert outcome.state["others"] == []
    assert outcome.state.get("question") == state.get("question")


def test_no_rung_is_taken_twice_however_often_it_did_not_help() -> None:
    seen, now = [], turn(question="q", others=["shakes"])
    for _ in range(5):
        outcome = climb(now)
        seen.append(outcome.replies[0].text)
        now = turn(**outcome.state)
    assert len(set(seen)) == 3
    assert seen[2:] == [seen[2]] * 3  # at the top the offer stands


def test_an_answer_remembers_what_else_it_could_have_been() -> None:
    found = Found("answer", 0.9, "leaks", ("leaks", "shakes", "drains"))
    outcome = answered(turn(), "water everywhere", found, PAGES["leaks"])
    assert outcome.events == (AnswerGiven("water everywhere", "answer", 0.9, "leaks", "0badcafe", "en"),)
    assert outcome.state["others"] == ["shakes", "drains"]
    assert labels(outcome) == ["rate:yes:leaks:0badcafe", "rate:no:leaks:0badcafe"]


def test_titles_are_offered_and_none_of_them_leads_on() -> None:
    outcome = suggested(turn(), "water", Found("suggest", 0.3, None, ("leaks", "gone", "shakes", "drains", "door")))
    assert labels(outcome) == ["entry:leaks", "entry:shakes", "entry:drains", "none"]
    assert outcome.events == (AnswerGiven("water", "suggest", 0.3),)
    assert labels(climb(turn(**outcome.state))) == ["person"]


@pytest.mark.parametrize("found", [NONE_FOUND, Found("suggest", 0.2, None, ("gone",))])
def test_nothing_found_asks_for_other_words_and_says_so_in_the_books(found: Found) -> None:
    outcome = suggested(turn(), "water", found)
    assert outcome.events == (AnswerGiven("water", "abstain", found.confidence),)
    assert labels(outcome) == ["person"]
    assert outcome.state["rephrasing"]


def called(outcome: Outcome) -> str | None:
    """What the desk hears, if a person is called."""
    return next((event.description for event in outcome.events if isinstance(event, TicketWanted)), None)


def test_two_questions_without_an_answer_go_to_a_person() -> None:
    first = suggested(turn(), "water", NONE_FOUND)
    second = suggested(turn(**first.state), "puddle", NONE_FOUND)
    assert called(first) is None
    assert second.events == (AnswerGiven("puddle", "abstain", 0.05), TicketWanted("unsure_twice", "water\npuddle"))
    assert TICKET in second.replies[0].text
    third = suggested(turn(**second.state), "sea", NONE_FOUND)
    assert called(third) is None  # it counts anew
    assert called(suggested(turn(**third.state), "ocean", NONE_FOUND)) == "sea\nocean"


def test_titles_count_once_nobody_took_them() -> None:
    first = suggested(turn(), "water", TITLES)
    second = suggested(turn(**first.state), "puddle", TITLES)
    assert called(second) is None  # the answer may be among these
    assert called(not_taken(turn(**second.state))) == "puddle"
    assert called(suggested(turn(**second.state), "sea", NONE_FOUND)) == "puddle\nsea"
    assert called(suggested(turn(**second.state), "sea", TITLES)) == "puddle\nsea"


def test_titles_not_taken_and_then_nothing_found() -> None:
    first = suggested(turn(), "water", TITLES)
    rephrase = not_taken(turn(**first.state))
    assert labels(rephrase) == ["person"]
    assert called(suggested(turn(**rephrase.state), "puddle", NONE_FOUND)) == "water\npuddle"


def test_an_answer_in_between_makes_them_no_row() -> None:
    first = suggested(turn(), "water", NONE_FOUND)
    found = answered(turn(**first.state), "leaks", Found("answer", 0.9, "leaks"), PAGES["leaks"])
    assert called(suggested(turn(**found.state), "puddle", NONE_FOUND)) is None


def test_titles_of_the_ladder_are_no_doubt_of_ours() -> None:
    """An answer was sure but did not help: "none of these" is the next rung, not a second failure to understand."""
    shown = climb(turn(question="q", others=["shakes"], unsure=1))
    assert called(not_taken(turn(**shown.state))) is None


def test_a_new_question_begins_a_new_ladder() -> None:
    old = {"question": "tv", "climbed": ["suggest", "rephrase"], "others": []}
    assert answered(turn(**old), "water", Found("answer", 0.9, "leaks"), PAGES["leaks"]).state["climbed"] == []


def test_other_words_for_the_same_problem_go_on_climbing() -> None:
    old = {"question": "tv", "climbed": ["suggest", "rephrase"], "others": [], "rephrasing": True}
    outcome = answered(turn(**old), "water", Found("answer", 0.9, "leaks"), PAGES["leaks"])
    assert outcome.state["climbed"] == ["suggest", "rephrase"]
    assert "rephrasing" not in outcome.state
    assert labels(climb(turn(**outcome.state))) == ["person", "again"]


def test_a_question_is_kept_short_in_the_state() -> None:
    outcome = answered(turn(), "w" * 50_000, Found("answer", 0.9, "leaks"), PAGES["leaks"])
    assert len(outcome.state["question"]) == 1000
