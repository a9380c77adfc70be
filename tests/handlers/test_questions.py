"""Which of several questions is answered now, which wait, and how they are remembered."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.questions import LONGEST, MOST, STATE, Heard, hear, picked, waiting_in, with_waiting
from handlers.services import Found
from handlers.topics import escalation, faq, feedback
from handlers.words import AnswerGiven, Choice, Outcome, Reply
from tests.fakes.services import FakeServices, a_page, a_turn, labels

LEAKS, HOURS = "My washer leaks. What can I do?", "And when are you open?"
BOTH = f"{LEAKS} {HOURS}"
NOTHING = Found("abstain", 0.02, None)
PAGES = {slug: a_page(slug) for slug in ("leaks", "hours", "shakes")}


def sure(entry: str, confidence: float = 0.9) -> Found:
    return Found("answer", confidence, entry)


def perhaps(entry: str, confidence: float = 0.3) -> Found:
    return Found("suggest", confidence, entry, (entry, "shakes"))


async def heard(text: str, **found: Found) -> tuple[Heard, list[str]]:
    """What is heard in a text, where searching for LEAKS, HOURS and the whole finds what is told; what was asked."""
    answers = {
        text: found.get("whole", NOTHING),
        LEAKS: found.get("leaks", NOTHING),
        HOURS: found.get("hours", NOTHING),
    }
    services = FakeServices(answers)
    return await hear(a_turn(services=services), text), services.asked


async def test_one_question_is_searched_for_as_it_is_written() -> None:
    """Also one at the end of a story: the symptom stands before it."""
    text = "Hello. I bought a washer in May.\nIt leaks.  What can I do?"
    assert await heard(text, whole=sure("leaks")) == (Heard(text, sure("leaks")), [text])


async def test_small_talk_is_no_question() -> None:
    text = f"Hi, how are you doing? {LEAKS}"
    assert await heard(text, whole=sure("leaks")) == (Heard(text, sure("leaks")), [text])


async def test_the_first_of_two_is_answered_and_the_other_waits() -> None:
    found, asked = await heard(BOTH, leaks=sure("leaks"), hours=sure("hours"))
    assert found == Heard(LEAKS, sure("leaks"), (HOURS,))
    assert asked == [LEAKS, HOURS]


@pytest.mark.parametrize(
    ("hours", "waits"),
    [
        (sure("leaks"), False),  # one subject
        (perhaps("leaks"), False),
        (perhaps("hours"), True),
        (perhaps("hours", 0.1), False),  # "what do I do first?" finds nothing in particular
        (NOTHING, False),
    ],
)
async def test_what_is_worth_a_button(hours: Found, waits: bool) -> None:
    found, _ = await heard(BOTH, leaks=sure("leaks"), hours=hours)
    assert found == Heard(LEAKS, sure("leaks"), (HOURS,) if waits else ())


async def test_what_takes_both_questions_to_be_understood_is_one() -> None:
    found, _ = await heard(BOTH, leaks=perhaps("leaks"), hours=perhaps("leaks"), whole=sure("leaks"))
    assert found == Heard(BOTH, sure("leaks"))
    found, _ = await heard(BOTH, leaks=perhaps("leaks"), hours=perhaps("hours"), whole=perhaps("shakes"))
    assert found == Heard(BOTH, perhaps("shakes"))  # nothing is sure: as one question


async def test_the_surer_answer_comes_first_and_the_other_question_waits() -> None:
    found, _ = await heard(BOTH, leaks=perhaps("leaks"), hours=sure("hours"), whole=sure("hours"))
    assert found == Heard(BOTH, sure("hours"), (LEAKS,))


async def test_a_question_nothing_was_found_for_is_reported() -> None:
    """`kb gaps` counts it, though another one was answered."""
    found, _ = await heard(BOTH, leaks=NOTHING, hours=sure("hours"))
    assert found == Heard(HOURS, sure("hours"), (), (AnswerGiven(LEAKS, "abstain", 0.02),))
    outcome = await faq.handle(
        a_turn(BOTH, services=FakeServices({LEAKS: NOTHING, HOURS: sure("hours"), BOTH: NOTHING}, PAGES))
    )
    assert outcome is not None
    assert [event.decision for event in outcome.events if isinstance(event, AnswerGiven)] == ["abstain", "answer"]


async def asked_both() -> Outcome:
    services = FakeServices({LEAKS: sure("leaks"), HOURS: sure("hours")}, PAGES)
    outcome = await faq.handle(a_turn(BOTH, services=services))
    assert outcome is not None
    return outcome


async def pressed(choice: str, state: Any, **answers: Found) -> Outcome:
    services = FakeServices({HOURS: answers.get("hours", sure("hours"))}, PAGES)
    outcome = await faq.handle(a_turn(choice=choice, state=state, services=services))
    assert outcome is not None
    return outcome


async def test_the_button_says_the_question_and_is_answered_as_if_asked() -> None:
    outcome = await asked_both()
    button = outcome.replies[-1].choices[-1]
    assert button.label == f"Your other question: {HOURS}"
    then = await pressed(button.id, outcome.state)
    assert then.replies[0].text.startswith("**Title of hours**")
    assert then.events == (AnswerGiven(HOURS, "answer", 0.9, "hours", "0badcafe", "en"),)
    assert STATE not in then.state  # answered: it waits no longer
    again = await pressed(button.id, then.state)
    assert again.replies[0].text == FakeServices().say("faq.gone", "en")


async def test_a_waiting_question_starts_a_ladder_of_its_own() -> None:
    outcome = await asked_both()
    state = {**outcome.state, "climbed": ["suggest", "rephrase"], "rephrasing": True}
    then = await pressed(outcome.replies[-1].choices[-1].id, state, hours=perhaps("hours"))
    assert then.state["climbed"] == ["suggest"]


@pytest.mark.parametrize("choice", ["rate:yes:leaks:0badcafe", "rate:no:leaks:0badcafe", "none", "again"])
async def test_it_waits_through_the_rating_and_the_ladder(choice: str) -> None:
    state = (await asked_both()).state
    outcome = await feedback.handle(a_turn(choice=choice, state=state, services=FakeServices({}, PAGES)))
    assert outcome is not None
    assert outcome.state[STATE] == [HOURS]
    assert labels(outcome)[-1].startswith("question:")


async def test_a_new_question_takes_the_place_of_those_that_wait() -> None:
    services = FakeServices({"it shakes": sure("shakes")}, PAGES)
    outcome = await faq.handle(a_turn("it shakes", state=(await asked_both()).state, services=services))
    assert outcome is not None
    assert STATE not in outcome.state


async def test_who_asks_for_a_person_takes_them_along() -> None:
    outcome = await escalation.handle(a_turn(choice="person", state=(await asked_both()).state))
    assert outcome is not None
    assert getattr(outcome.events[0], "description", "") == f"{LEAKS}\n{HOURS}"


class FindsAnything(FakeServices):
    """Another entry for every text."""

    async def search(self, question: str, language: str) -> Found:
        return sure(question[-20:])


async def test_what_is_remembered_is_limited() -> None:
    text = " ".join(f"{'why ' * 90}is it number {number}?" for number in range(9))
    found = await hear(a_turn(services=FindsAnything()), text)
    assert len(found.waiting) == MOST
    assert {len(question) for question in found.waiting} == {LONGEST}
    outcome = with_waiting(a_turn(), Outcome((Reply("a"),)), found.waiting)
    assert len(set(labels(outcome))) == MOST


@pytest.mark.parametrize("state", [{}, {STATE: []}, {STATE: ["x"]}])
def test_a_button_of_another_talk_means_nothing(state: dict[str, Any]) -> None:
    assert picked(a_turn(choice="question:0badcafe", state=state)) is None


def test_nothing_waits_nothing_changes() -> None:
    outcome = Outcome((Reply("a", (Choice("b", "B"),)),), state={"c": 1})
    assert with_waiting(a_turn(), outcome, ()) is outcome
    assert waiting_in(a_turn()) == ()
