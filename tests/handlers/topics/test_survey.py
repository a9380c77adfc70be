"""After a request was solved."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from handlers.rules.numbers import shown
from handlers.topics import start, survey
from handlers.words import TICKET, Choice, Outcome, SurveyAnswered, TicketActed, TicketView, TicketWanted
from tests.fakes.services import NOW, FakeServices, a_ticket, a_turn, labels, shared_mind

LANGUAGES = shared_mind().services.languages
SOLVED = a_ticket(7, "solved", solved=3)
CLOSED = a_ticket(7, "closed", solved=3)
LIVE = a_ticket(8, "new")
OFFERED = (Choice("ticket:confirm:7", "Yes, it is solved"), Choice("ticket:reopen:7", "No, not yet"))
SAY = FakeServices().say


async def answer(
    text: str = "", choice: str | None = None, *tickets: TicketView, language: str = "en", **state: Any
) -> Outcome:
    outcome = await survey.handle(a_turn(text, choice=choice, tickets=tickets, state=state, language=language))
    assert outcome is not None
    return outcome


async def pressed(choice: str, *tickets: TicketView, language: str = "en", **state: Any) -> Outcome:
    return await answer("", choice, *tickets, language=language, **state)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_confirmed_it_asks_how_we_were(language: str) -> None:
    outcome = await pressed("ticket:confirm:7", SOLVED, language=language)
    assert outcome.events == (TicketActed(7, "confirm"),)
    assert labels(outcome) == [f"survey:7:3:{score}" for score in range(1, 6)]
    assert outcome.replies[0].text.endswith(SAY("survey.question", language))


async def test_confirmed_twice_asks_again_until_it_is_answered() -> None:
    again = await pressed("ticket:confirm:7", CLOSED)
    assert (again.events, len(again.replies[0].choices)) == ((), 5)
    scored = await pressed("ticket:confirm:7", a_ticket(7, "closed", solved=3, score=5, answered=NOW))
    assert (scored.events, scored.replies[0].choices) == ((), ())


async def test_one_that_nobody_solved_has_no_survey() -> None:
    assert (await pressed("ticket:confirm:7", a_ticket(7, "closed"))).replies[0].choices == ()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_reopened_a_person_looks_at_it_again_and_by_when(language: str) -> None:
    outcome = await pressed("ticket:reopen:7", SOLVED, language=language)
    assert outcome.events == (TicketActed(7, "reopen"),)
    assert outcome.replies[0].text.startswith(SAY("tickets.reopened", language, number="AC-000007"))
    assert ("15:00" in outcome.replies[0].text) or language == "fa"


@pytest.mark.parametrize(
    ("tickets", "number"), [((CLOSED,), TICKET), ((LIVE, SOLVED), "AC-000008"), ((LIVE, CLOSED), "AC-000008")]
)
async def test_what_can_not_be_reopened_goes_to_a_person_all_the_same(tickets: Any, number: str) -> None:
    outcome = await pressed("ticket:reopen:7", *tickets)
    assert outcome.events == (TicketWanted("asked_for_person", "AC-000007: The washer leaks"),)
    assert SAY("tickets.number", "en", number=number) in outcome.replies[0].text
    assert ("closed already" in outcome.replies[0].text) == (number == TICKET)


@pytest.mark.parametrize("act", ["confirm", "reopen"])
async def test_a_request_that_is_worked_on_is_left_alone(act: str) -> None:
    outcome = await pressed(f"ticket:{act}:8", LIVE, x=1)
    assert (outcome.events, outcome.state) == ((), {"x": 1})
    assert shown(8) in outcome.replies[0].text


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("it still does not work", "reopen"), ("no, it is not fixed", "reopen"), ("всё равно не работает", "reopen"),
        ("pořád to nefunguje", "reopen"), ("nadal nie działa", "reopen"), ("هنوز کار نمی‌کند", "reopen"),
        ("әлі істемейді", "reopen"), ("yes, everything works now", "confirm"), ("да, всё работает", "confirm"),
    ],
)  # fmt: skip
async def test_in_words(text: str, act: str) -> None:
    outcome = await survey.handle(a_turn(text, tickets=(SOLVED,), offered=OFFERED))
    assert outcome is not None
    assert outcome.events == (TicketActed(7, act),)  # type: ignore[arg-type]  # one of the two


@pytest.mark.parametrize(
    "text", ["my fridge does not work", "thank you", "спасибо!", "sorry", "", "how long is the warranty"]
)
async def test_other_words_are_no_answer(text: str) -> None:
    assert await survey.handle(a_turn(text, tickets=(SOLVED,), offered=OFFERED)) is None


@pytest.mark.parametrize("text", ["thank you!", "thanks, bye"])
async def test_after_a_courtesy_the_question_still_stands(text: str) -> None:
    outcome = await start.handle(a_turn(text, tickets=(SOLVED,), offered=OFFERED))
    assert outcome is not None
    assert outcome.replies[0].choices == OFFERED


async def test_where_nobody_asked_words_mean_nothing() -> None:
    assert await survey.handle(a_turn("it still does not work", tickets=(SOLVED,))) is None


@pytest.mark.parametrize("score", [4, 5])
async def test_a_good_score_may_have_a_comment(score: int) -> None:
    outcome = await pressed(f"survey:7:3:{score}", CLOSED)
    assert outcome.events == (SurveyAnswered(7, 3, score, tags=()),)
    assert labels(outcome) == ["survey:7:3:comment"]


@pytest.mark.parametrize("score", [1, 2, 3])
async def test_a_bad_score_is_asked_for_its_reasons_several_in_turn(score: int) -> None:
    first = await pressed(f"survey:7:3:{score}", CLOSED)
    assert first.events == (SurveyAnswered(7, 3, score),)
    assert labels(first) == [f"survey:7:3:{tag}" for tag in (*survey.TAGS, "done")]
    second = await pressed("survey:7:3:slow", CLOSED, **first.state)
    third = await pressed("survey:7:3:price", CLOSED, **second.state)
    assert third.events == (SurveyAnswered(7, 3, tags=("slow", "price")),)
    assert "survey:7:3:slow" not in labels(third)
    assert labels(await pressed("survey:7:3:done", CLOSED, **third.state)) == ["survey:7:3:skip"]


async def test_reasons_of_another_survey_are_not_taken_over() -> None:
    outcome = await pressed("survey:7:3:price", CLOSED, topic="survey", number=6, resolution=3, tags=["slow"])
    assert outcome.events == (SurveyAnswered(7, 3, tags=("price",)),)


STATE = {"topic": "survey", "number": 7, "resolution": 3, "step": "comment"}


@pytest.mark.parametrize(
    "text", ["The operator was rude.", "it took three weeks", "still not working", "отлично всё сделали"]
)
async def test_a_comment(text: str) -> None:
    outcome = await answer(text, None, CLOSED, **STATE)
    assert outcome.events == (SurveyAnswered(7, 3, comment=text),)
    assert (labels(outcome), outcome.state) == (["person"], {})


async def test_a_long_comment_is_cut() -> None:
    (event,) = (await answer("x" * 5000, None, CLOSED, **STATE)).events
    assert isinstance(event, SurveyAnswered)
    assert len(event.comment or "") == survey.COMMENT


@pytest.mark.parametrize("text", ["no thanks", "thank you", "ok"])
async def test_who_has_nothing_to_say_is_let_go(text: str) -> None:
    outcome = await answer(text, None, CLOSED, **STATE)
    assert (outcome.events, outcome.state) == ((), {})
    assert (await pressed("survey:7:3:skip", CLOSED, **STATE)).events == ()


@pytest.mark.parametrize("text", ["", "/help", "where is my order?", "کجاست؟", "operator!", "человека"])
async def test_what_is_no_comment_is_left_to_others(text: str) -> None:
    assert await survey.handle(a_turn(text, state=STATE, tickets=(CLOSED,))) is None


@pytest.mark.parametrize(("days", "is_late"), [(6.99, False), (7, True), (30, True)])
@pytest.mark.parametrize("said", ["5", "slow", "done", "comment"])
async def test_for_seven_days_it_may_be_changed(days: float, is_late: bool, said: str) -> None:
    ticket = a_ticket(7, "closed", solved=3, score=2, answered=NOW - timedelta(days=days))
    outcome = await pressed(f"survey:7:3:{said}", ticket)
    assert (outcome.replies[0].text == SAY("survey.late", "en")) == is_late
    assert not (is_late and outcome.events)


@pytest.mark.parametrize(
    "choice",
    [
        "ticket:confirm:99", "ticket:reopen:99", "ticket:confirm:", "ticket:close:7", "ticket:confirm:x", "ticket:",
        "ticket:confirm:²", "ticket", "ticket:confirm:7:7", "ticket:confirm:" + 5000 * "7", "survey:7:3:5:5",
        "survey:99:3:5", "survey:7:1:5", "survey:7:3:6", "survey:7:3:0", "survey:7:3:", "survey:7:3:rude",
        "survey:x:3:5", "survey:7", "survey:", "surveys:7:3:5", "rate:yes:a:b",
    ],
)  # fmt: skip
async def test_made_up_buttons_and_those_of_others_are_unknown(choice: str) -> None:
    assert await survey.handle(a_turn(choice=choice, tickets=(CLOSED,))) is None


@pytest.mark.parametrize("status", ["new", "open", "reopened"])
async def test_a_survey_of_a_resolution_that_was_none_is_over(status: Any) -> None:
    assert await survey.handle(a_turn(choice="survey:7:3:5", tickets=(a_ticket(7, status, solved=3),))) is None


@pytest.mark.parametrize("language", LANGUAGES)
async def test_scores_are_typed_as_the_numbers_they_are(language: str) -> None:
    """A typed number is taken for the choice at that place: the scores must stand in their order, all of them."""
    outcome = await pressed("ticket:confirm:7", SOLVED, language=language)
    assert [choice.id[-1] for choice in outcome.replies[0].choices] == ["1", "2", "3", "4", "5"]
