"""The ladder of one problem: other entries, another wording, a person; each rung is taken once.

Two questions in a row without a sure answer lead to a person by themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from handlers.presenting import entry_choices, show
from handlers.questions import waiting_in
from handlers.requests import STORED, promised
from handlers.services import Found, Page
from handlers.words import AnswerGiven, Choice, Event, Outcome, Reply, State, TicketWanted, Turn

UNSURE = 2  # questions in a row without a sure answer, after which a person is called


def answered(turn: Turn, question: str, found: Found, page: Page) -> Outcome:
    """An entry as the answer to a question."""
    event = AnswerGiven(question, "answer", found.confidence, page.entry, page.version, page.language)
    others = [entry for entry in found.suggestions if entry != page.entry]
    return Outcome((show(turn, page),), (event,), _state(turn, question, others))


def suggested(turn: Turn, question: str, found: Found) -> Outcome:
    """Up to three titles to choose from; without any, the next rung. The second time in a row a person is called."""
    choices = entry_choices(turn, found.suggestions)
    event = AnswerGiven(question, "suggest" if choices else "abstain", found.confidence)
    unsure = _unsure(turn) + (not choices)  # titles may still hold the answer
    if unsure >= UNSURE:
        return _passed_on(turn, question, event)
    state = {**_state(turn, question, ()), "unsure": unsure, "suggested": bool(choices)}
    if not choices:
        outcome = climb(turn, state)
        return Outcome(outcome.replies, (event,), outcome.state)
    say = turn.services.say
    none = Choice("none", say("faq.none_of_these", turn.language))
    reply = Reply(say("faq.did_you_mean", turn.language), (*choices, none))
    return Outcome((reply,), (event,), {**state, "climbed": [*state["climbed"], "suggest"]})


def not_taken(turn: Turn) -> Outcome:
    """None of the titles that were shown: where nothing was sure, nothing is now."""
    unsure = _unsure(turn)
    if unsure >= UNSURE:
        return _passed_on(turn, "")
    return climb(turn, {**turn.state, "unsure": unsure, "suggested": False})


def climb(turn: Turn, state: State | None = None) -> Outcome:
    """The next rung: what was offered did not help."""
    state = turn.state if state is None else state
    climbed, others = list(state.get("climbed", ())), state.get("others", ())
    choices = entry_choices(turn, others) if "suggest" not in climbed else ()
    say, language = turn.services.say, turn.language
    base: dict[str, Any] = {**state, "topic": "ladder", "others": []}
    if choices:
        none = Choice("none", say("faq.none_of_these", language))
        return Outcome(
            (Reply(say("feedback.maybe_these", language), (*choices, none)),),
            state={**base, "climbed": [*climbed, "suggest"]},
        )
    person = Choice("person", say("start.person", language))
    if "rephrase" not in climbed:
        reply = Reply(say("feedback.rephrase", language), (person,))
        return Outcome((reply,), state={**base, "climbed": [*climbed, "suggest", "rephrase"], "rephrasing": True})
    again = Choice("again", say("feedback.try_again", language))
    return Outcome((Reply(say("feedback.offer_person", language), (person, again)),), state=base)


def _unsure(turn: Turn) -> int:
    """How many questions before this message had no sure answer, in a row; titles nobody took were none."""
    return int(turn.state.get("unsure", 0)) + bool(turn.state.get("suggested"))


def _passed_on(turn: Turn, question: str, *events: Event) -> Outcome:
    """The questions go to a person, and the bot goes on listening."""
    asked = dict.fromkeys((str(turn.state.get("question") or ""), question, *waiting_in(turn)))
    wanted = TicketWanted("unsure_twice", "\n".join(filter(None, asked)))
    say, language = turn.services.say, turn.language
    told = f"{say('escalation.unsure', language)} {promised(turn)}"
    reply = Reply(f"{told}\n\n{say('escalation.elsewhere', language)}")
    return Outcome((reply,), (*events, wanted), STORED)


def _state(turn: Turn, question: str, others: Sequence[str]) -> dict[str, Any]:
    """A new question starts a new ladder, unless it is the other wording we asked for."""
    going_on = bool(turn.state.get("rephrasing")) or question == turn.state.get("question")
    climbed = list(turn.state.get("climbed", ())) if going_on else []
    return {"topic": "ladder", "question": question[:1000], "others": list(others), "climbed": climbed}
