"""What comes after an answer: did it help, and the ladder when it did not."""

from __future__ import annotations

from handlers.ladder import climb, not_taken
from handlers.questions import waiting_in, with_waiting
from handlers.words import AnswerRated, Outcome, Reply, Turn

ORDER = 40


async def handle(turn: Turn) -> Outcome | None:
    """A rating, or "none of these", or "ask something else"."""
    choice = turn.message.choice or ""
    outcome = None
    if choice.startswith("rate:"):
        outcome = _rated(turn, choice)
    if choice == "none":
        outcome = not_taken(turn)
    if choice == "again":
        outcome = Outcome((Reply(turn.services.say("feedback.go_ahead", turn.language)),))
    return None if outcome is None else with_waiting(turn, outcome, waiting_in(turn))


def _rated(turn: Turn, choice: str) -> Outcome | None:
    _, helped, entry, version = (*choice.split(":"), "", "", "")[:4]
    if helped not in ("yes", "no") or not entry:
        return None
    event = AnswerRated(entry, version, helped == "yes")
    if helped == "yes":
        return Outcome((Reply(turn.services.say("feedback.glad", turn.language)),), (event,))
    outcome = climb(turn)
    return Outcome(outcome.replies, (event, *outcome.events), outcome.state)
