"""A question in free words, or a title the customer picked: the knowledge base answers."""

from __future__ import annotations

from handlers.ladder import answered, suggested
from handlers.presenting import ENTRY
from handlers.services import Found
from handlers.words import Outcome, Reply, Turn

ORDER = 80


async def handle(turn: Turn) -> Outcome | None:
    """An answer, titles to choose from, or the next rung of the ladder."""
    choice = turn.message.choice
    if choice is not None:
        return _picked(turn, choice.removeprefix(ENTRY)) if choice.startswith(ENTRY) else None
    question = turn.message.text.strip()
    if not question or question.startswith("/"):
        return None
    found = await turn.services.search(question, turn.language)
    page = turn.services.page(found.entry, turn.language) if found.entry is not None else None
    if found.decision == "answer" and page is not None:
        return answered(turn, question, found, page)
    return suggested(turn, question, found)


def _picked(turn: Turn, entry: str) -> Outcome:
    page = turn.services.page(entry, turn.language)
    if page is None:
        return Outcome((Reply(turn.services.say("faq.gone", turn.language)),), state=turn.state)
    question = str(turn.state.get("question") or page.title)
    found = Found("answer", 1.0, page.entry, tuple(turn.state.get("others", ())))
    return answered(turn, question, found, page)
