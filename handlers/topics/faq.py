"""A question in free words, or a title the customer picked: the knowledge base answers."""

from __future__ import annotations

from dataclasses import replace

from handlers.ladder import answered, suggested
from handlers.presenting import ENTRY
from handlers.questions import PREFIX, Heard, hear, picked, waiting_in, with_waiting
from handlers.services import Found
from handlers.words import Outcome, Reply, Turn

ORDER = 80


async def handle(turn: Turn) -> Outcome | None:
    """An answer, titles to choose from, or the next rung of the ladder."""
    choice = turn.message.choice
    if choice is not None and choice.startswith(PREFIX):
        return await _next_question(turn)
    if choice is not None:
        return _picked(turn, choice.removeprefix(ENTRY)) if choice.startswith(ENTRY) else None
    question = turn.message.text.strip()
    if not question or question.startswith("/"):
        return None
    return _answer(turn, await hear(turn, question))


def _answer(turn: Turn, heard: Heard) -> Outcome:
    question, found = heard.question, heard.found
    page = turn.services.page(found.entry, turn.language) if found.entry is not None else None
    if found.decision == "answer" and page is not None:
        outcome = answered(turn, question, found, page)
    else:
        outcome = suggested(turn, question, found)
    return with_waiting(turn, replace(outcome, events=(*heard.unanswered, *outcome.events)), heard.waiting)


async def _next_question(turn: Turn) -> Outcome:
    """A question that waited is answered as if it were asked now."""
    question = picked(turn)
    if question is None:
        return _gone(turn)
    rest = tuple(other for other in waiting_in(turn) if other != question)
    found = await turn.services.search(question, turn.language)
    fresh = replace(turn, conversation=replace(turn.conversation, state={}))
    return _answer(fresh, Heard(question, found, rest))


def _picked(turn: Turn, entry: str) -> Outcome:
    page = turn.services.page(entry, turn.language)
    if page is None:
        return _gone(turn)
    question = str(turn.state.get("question") or page.title)
    found = Found("answer", 1.0, page.entry, tuple(turn.state.get("others", ())))
    return with_waiting(turn, answered(turn, question, found, page), waiting_in(turn))


def _gone(turn: Turn) -> Outcome:
    return Outcome((Reply(turn.services.say("faq.gone", turn.language)),), state=turn.state)
