"""How the customer's own requests stand: /status, "what about my ticket?", or a number typed back."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.requests import choices_of_solved, expected, line_of, own_ticket
from handlers.rules.numbers import read, shown
from handlers.words import Outcome, Reply, TicketView, Turn

ORDER = 22
WORDS_OF_A_QUESTION = 10  # a longer text that names a request is about something else
WORDS_WITH_A_NUMBER = 8
ASKED = frozenset({"contact", "description", "tags", "comment"})  # steps of other topics that wait for plain words


async def handle(turn: Turn) -> Outcome | None:
    """A line for each request; a number of somebody else gets the words of one that does not exist."""
    if turn.message.choice is not None:
        return None
    text, tickets = turn.message.text, turn.conversation.tickets
    if text.split("@")[0].split(" ")[0].lower() == "/status":
        return _listed(turn, tickets)
    if turn.services.vocabulary("person").heard(text):  # whoever calls for a person gets one, whatever else they name
        return None
    words = len(text.split())
    number = read(text) if words <= WORDS_WITH_A_NUMBER else None
    if number is not None:
        ticket = own_ticket(turn, number)
        return _listed(turn, (ticket,)) if ticket is not None else _not_found(turn, number)
    if words > WORDS_OF_A_QUESTION or turn.state.get("step") in ASKED:
        return None
    return _listed(turn, tickets) if any(map(turn.services.vocabulary("status").heard, turn.readings)) else None


def _listed(turn: Turn, tickets: Sequence[TicketView]) -> Outcome:
    say, language = turn.services.say, turn.language
    if not tickets:
        return Outcome((Reply(say("tickets.nothing", language)),), state=turn.state)
    text = "\n".join(f"- {line_of(turn, ticket)}" for ticket in tickets)
    parts = [say("tickets.yours", language), text] if len(tickets) > 1 else [line_of(turn, tickets[0])]
    waiting = next((ticket for ticket in tickets if ticket.status == "new"), None)
    if waiting is not None:
        parts.append(expected(turn, waiting.opened, waiting.tier))
    solved = next((ticket for ticket in tickets if ticket.status == "solved"), None)
    choices = choices_of_solved(turn.services, solved.number, language) if solved is not None else ()
    return Outcome((Reply("\n\n".join(parts), choices),), state=turn.state)


def _not_found(turn: Turn, number: int) -> Outcome:
    text = turn.services.say("tickets.not_found", turn.language, number=shown(number))
    return Outcome((Reply(text),), state=turn.state)
