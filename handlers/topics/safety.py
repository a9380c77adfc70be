"""Smoke, a burning smell, a swollen battery, gas, water near electricity: stop everything else."""

from __future__ import annotations

from handlers.requests import TOPIC, promised
from handlers.words import Choice, Outcome, Reply, TicketWanted, Turn

ORDER = 10


async def handle(turn: Turn) -> Outcome | None:
    """A warning, and a ticket of high priority, whatever was being talked about."""
    events = alarms(turn)
    if not events:
        return None
    say, language = turn.services.say, turn.language
    return Outcome(
        replies=(
            Reply(say("safety.stop", language)),
            Reply(
                f"{say('safety.passed_on', language)}\n\n{promised(turn)}",
                (Choice("contact:none", say("escalation.without_contact", language)),),
            ),
        ),
        events=events,
        state={"topic": TOPIC, "step": "contact", "described": True},
    )


def alarms(turn: Turn) -> tuple[TicketWanted, ...]:
    """What the desk must hear of a message that speaks of danger, whoever speaks with the customer."""
    if not any(map(turn.services.vocabulary("safety").heard, turn.readings)):
        return ()
    return (TicketWanted("safety", turn.message.text, priority="urgent"),)
