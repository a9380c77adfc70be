"""Several questions in one message: the first is answered, the others wait as buttons."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from handlers.services import Found
from handlers.words import AnswerGiven, Choice, Outcome, Turn
from knowledge_base.mending import parts_in, questions_in

PREFIX = "question:"
STATE = "questions"  # key of the state: those that wait, as they were written
MOST, LONGEST = 3, 300  # questions that wait, characters of one
ASKED = ("?", "؟")
LABEL = 50  # characters of a question on its button
LEAST = 0.3  # confidence from which a question is worth a button: "what do I do?" finds nothing in particular


@dataclass(frozen=True, slots=True)
class Heard:
    """What is answered now, what was found for it, the questions that wait, and those nothing was found for."""

    question: str
    found: Found
    waiting: tuple[str, ...] = ()
    unanswered: tuple[AnswerGiven, ...] = ()


async def hear(turn: Turn, text: str) -> Heard:
    """One question is searched for as it is written, story and all; of several each with what stands before it."""
    parts = parts_in(text) if sum(map(text.count, ASKED)) > 1 else ()
    parts = tuple(part for part in parts if not turn.services.acts(part, turn.language))
    if len(parts) < 2:
        return Heard(text, await turn.services.search(text, turn.language))
    found = {part: await turn.services.search(part, turn.language) for part in parts}
    first = next((part for part in parts if found[part].decision != "abstain"), parts[0])
    if found[first].decision != "answer":  # it may take the other questions to be understood
        whole = await turn.services.search(text, turn.language)
        if whole.decision == "answer":
            return Heard(text, whole, _waiting(parts, found, whole.entry))
        if not any(one.decision == "answer" for one in found.values()):
            return Heard(text, whole)
    lost = (AnswerGiven(part, "abstain", found[part].confidence) for part in parts[: parts.index(first)])
    return Heard(first, found[first], _waiting(parts, found, found[first].entry), tuple(lost))


def _waiting(parts: Sequence[str], found: Mapping[str, Found], answered: str | None) -> tuple[str, ...]:
    """Those that lead elsewhere: "where is my order? I ordered on Monday?" is one subject."""
    seen, waiting = {answered}, []
    for part in parts:
        entry = found[part].entry
        if entry is not None and entry not in seen and found[part].confidence >= LEAST:
            seen.add(entry)
            waiting.append(part[-LONGEST:])
    return tuple(waiting[:MOST])


def waiting_in(turn: Turn) -> tuple[str, ...]:
    """The questions of this talk that wait for an answer."""
    return tuple(map(str, turn.state.get(STATE, ())))


def picked(turn: Turn) -> str | None:
    """The waiting question whose button was pressed; None where it no longer waits."""
    return next((question for question in waiting_in(turn) if _id(question) == turn.message.choice), None)


def with_waiting(turn: Turn, outcome: Outcome, waiting: Sequence[str]) -> Outcome:
    """The outcome with a button for each question that waits, which it remembers."""
    if not waiting or not outcome.replies:
        return outcome
    *before, last = outcome.replies
    buttons = tuple(Choice(_id(question), _label(turn, question)) for question in waiting)
    replies = (*before, replace(last, choices=(*last.choices, *buttons)))
    return replace(outcome, replies=replies, state={**outcome.state, STATE: list(waiting)})


def _id(question: str) -> str:
    """A button pressed late must not mean another question, so it is named after its words."""
    return PREFIX + hashlib.blake2b(question.encode("utf-8", "replace"), digest_size=8).hexdigest()


def _label(turn: Turn, question: str) -> str:
    asked = (questions_in(question) or (question,))[-1]
    short = asked if len(asked) <= LABEL else f"{asked[: LABEL - 1].rstrip()}…"
    return turn.services.say("faq.other_question", turn.language, question=short)
