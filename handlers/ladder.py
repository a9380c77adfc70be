"""The ladder of one problem: other entries, another wording, a person; each rung is taken once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from handlers.presenting import entry_choices, show
from handlers.services import Found, Page
from handlers.words import AnswerGiven, Choice, Outcome, Reply, State, Turn


def answered(turn: Turn, question: str, found: Found, page: Page) -> Outcome:
    """An entry as the answer to a question."""
    event = AnswerGiven(question, "answer", found.confidence, page.entry, page.version, page.language)
    others = [entry for entry in found.suggestions if entry != page.entry]
    return Outcome((show(turn, page),), (event,), _state(turn, question, others))


def suggested(turn: Turn, question: str, found: Found) -> Outcome:
    """Up to three titles to choose from; without any, the next rung."""
    choices = entry_choices(turn, found.suggestions)
    event = AnswerGiven(question, "suggest" if choices else "abstain", found.confidence)
    state = _state(turn, question, ())
    if not choices:
        outcome = climb(turn, state)
        return Outcome(outcome.replies, (event,), outcome.state)
    say = turn.services.say
    none = Choice("none", say("faq.none_of_these", turn.language))
    reply = Reply(say("faq.did_you_mean", turn.language), (*choices, none))
    return Outcome((reply,), (event,), {**state, "climbed": [*state["climbed"], "suggest"]})


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


def _state(turn: Turn, question: str, others: Sequence[str]) -> dict[str, Any]:
    """A new question starts a new ladder, unless it is the other wording we asked for."""
    going_on = bool(turn.state.get("rephrasing")) or question == turn.state.get("question")
    climbed = list(turn.state.get("climbed", ())) if going_on else []
    return {"topic": "ladder", "question": question[:1000], "others": list(others), "climbed": climbed}
