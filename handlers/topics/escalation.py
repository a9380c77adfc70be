"""Asking for a person: the request is stored at the first word, contact and description are added to it."""

from __future__ import annotations

from handlers.rules.contact import find_contact
from handlers.words import Choice, Outcome, Reason, Reply, State, TicketWanted, Turn

ORDER = 30
WORDS_OF_A_REQUEST = 12  # a longer text that names an operator is a question about something else


async def handle(turn: Turn) -> Outcome | None:
    """Opens the request, or takes the next piece of it."""
    if _asked(turn):
        reason: Reason = "ladder_end" if turn.state.get("topic") == "ladder" else "asked_for_person"
        return _open(turn, reason)
    if turn.state.get("topic") != "escalation" or _elsewhere(turn):
        return None
    return _take_contact(turn) if turn.state.get("step") == "contact" else _take_description(turn)


def _asked(turn: Turn) -> bool:
    text = turn.message.text
    if turn.message.choice == "person" or text.lower().startswith("/human"):
        return True
    if turn.message.choice is not None or len(text.split()) > WORDS_OF_A_REQUEST:
        return False
    vocabulary = turn.services.vocabulary
    return vocabulary("person").heard(text) or vocabulary("person_alone").only(text)


def _elsewhere(turn: Turn) -> bool:
    """Whether the customer pressed a button of another topic in the middle, or gave a command."""
    choice = turn.message.choice
    return turn.message.text.startswith("/") or (choice is not None and not choice.startswith("contact:"))


def _open(turn: Turn, reason: Reason) -> Outcome:
    said = str(turn.state.get("question") or turn.message.text)
    state = {"topic": "escalation", "step": "contact", "described": bool(turn.state.get("question"))}
    return Outcome((_ask_contact(turn, "escalation.ask_contact"),), (TicketWanted(reason, said),), state)


def _ask_contact(turn: Turn, phrase: str) -> Reply:
    say, language = turn.services.say, turn.language
    return Reply(say(phrase, language), (Choice("contact:none", say("escalation.without_contact", language)),))


def _take_contact(turn: Turn) -> Outcome:
    if turn.message.choice == "contact:none":
        return _next(turn, None)
    contact = find_contact(turn.message.text, str(turn.services.company()["country"]))
    event = TicketWanted("asked_for_person", turn.message.text, contact)
    if contact is None and not turn.state.get("asked_again"):
        state = {**turn.state, "asked_again": True, "described": True}
        return Outcome((_ask_contact(turn, "escalation.contact_unclear"),), (event,), state)
    return _next(turn, contact, event)


def _next(turn: Turn, contact: str | None, *events: TicketWanted) -> Outcome:
    if turn.state.get("described"):
        return _stored(turn, contact, *events)
    say, language = turn.services.say, turn.language
    done = Choice("contact:done", say("escalation.nothing_to_add", language))
    state: State = {"topic": "escalation", "step": "description", "contact": contact}
    return Outcome((Reply(say("escalation.ask_description", language), (done,)),), events, state)


def _take_description(turn: Turn) -> Outcome:
    contact = turn.state.get("contact")
    if turn.message.choice is not None:
        return _stored(turn, contact)
    return _stored(turn, contact, TicketWanted("asked_for_person", turn.message.text))


def _stored(turn: Turn, contact: str | None, *events: TicketWanted) -> Outcome:
    say, language = turn.services.say, turn.language
    words = f"{say('escalation.stored', language, contact=contact)}\n\n{say('escalation.hours', language)}"
    return Outcome((Reply(words),), events)
