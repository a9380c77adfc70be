"""Asking for a person: the request is stored at the first word, contact and description are added to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers.questions import waiting_in
from handlers.requests import STORED, TOPIC, contact_in, live_ticket, promised
from handlers.rules.acts import leading
from handlers.words import Choice, Outcome, Reason, Reply, State, TicketWanted, Turn

ORDER = 30
WORDS_OF_A_REQUEST = 12  # a longer text that names an operator is a question about something else
WORDS_OF_A_CONTACT = 8  # a longer text that holds an address is about something else
WONDERING = frozenset({"robot", "presence"})  # "are you a real person?" is answered by what we are
DONE = frozenset({"thanks", "goodbye", "ok", "no", "solved", "praise"})
SAYING = frozenset({"yes", "complaint", "unhelpful"})  # acts that belong into the request


async def handle(turn: Turn) -> Outcome | None:
    """Opens the request, or takes the next piece of it."""
    if _asked(turn):
        return _open(turn)
    if _elsewhere(turn) or _aside(turn):
        return None
    if live_ticket(turn) is None:  # solved meanwhile: what is said now is about something else
        return None
    step = _STEPS.get(str(turn.state.get("step"))) if turn.state.get("topic") == TOPIC else None
    return (step or _take_late_contact)(turn)


def _asked(turn: Turn) -> bool:
    text = turn.message.text
    if turn.message.choice == "person" or text.lower().startswith("/human"):
        return True
    if turn.message.choice is not None or len(text.split()) > WORDS_OF_A_REQUEST:
        return False
    if leading(turn.acts) in WONDERING:
        return False
    inside, alone = turn.services.vocabulary("person"), turn.services.vocabulary("person_alone")
    return any(inside.heard(text) or alone.only(text) for text in turn.readings)


def _elsewhere(turn: Turn) -> bool:
    """Whether the customer pressed a button of another topic in the middle, gave a command, or sent only files."""
    choice, text = turn.message.choice, turn.message.text
    if choice is not None:
        return not choice.startswith("contact:")
    return text.startswith("/") or not text.strip()


def _aside(turn: Turn) -> bool:
    """ "Wait a minute" and "are you there?" are no contact and no description; they are answered for themselves."""
    act = leading(turn.acts) if turn.message.choice is None else None
    return act is not None and act not in DONE and act not in SAYING


def _open(turn: Turn) -> Outcome:
    """Store the request at once, with the question it grew from and the words it was asked for in."""
    pressed, text = turn.message.choice is not None, turn.message.text
    asked = "" if pressed else text.partition(" ")[2] if text.startswith("/") else text  # a command says nothing
    question = str(turn.state.get("question") or "")
    said = "\n".join(part for part in (question, *waiting_in(turn), asked) if part)
    reason: Reason = "ladder_end" if pressed and turn.state.get("topic") == "ladder" else "asked_for_person"
    state: State = {"topic": TOPIC, "step": "contact", "described": bool(question)}
    events = (TicketWanted(reason, said),)
    told = f"{turn.services.say('escalation.passed_on', turn.language)} {promised(turn)}\n\n"
    return Outcome((_ask_contact(turn, "escalation.ask_contact", told),), events, state)


def _ask_contact(turn: Turn, phrase: str, told: str = "") -> Reply:
    say, language = turn.services.say, turn.language
    return Reply(told + say(phrase, language), (Choice("contact:none", say("escalation.without_contact", language)),))


def _take_contact(turn: Turn) -> Outcome:
    """An address or a number; other words are kept too, and asked about once."""
    if turn.message.choice is not None:
        return _next(turn, None)
    if _courtesy(turn):
        return _stored(turn, None)
    contact = contact_in(turn)
    event = TicketWanted("asked_for_person", turn.message.text, contact)
    if contact is None and not turn.state.get("asked_again"):
        state = {**turn.state, "asked_again": True, "described": True}
        return Outcome((_ask_contact(turn, "escalation.contact_unclear"),), (event,), state)
    return _next(turn, contact, event)


def _take_description(turn: Turn) -> Outcome:
    contact = turn.state.get("contact")
    if turn.message.choice is not None or _courtesy(turn):
        return _stored(turn, contact)
    return _stored(turn, contact, TicketWanted("asked_for_person", turn.message.text))


def _take_late_contact(turn: Turn) -> Outcome | None:
    """A number sent after "Continue without a contact", or in the middle of another talk, still reaches the request."""
    text = turn.message.text
    if turn.message.choice is not None or len(text.split()) > WORDS_OF_A_CONTACT:
        return None
    contact = contact_in(turn)
    return _stored(turn, contact, TicketWanted("asked_for_person", text, contact)) if contact else None


_STEPS: Mapping[str, Callable[[Turn], Outcome | None]] = {
    "contact": _take_contact,
    "description": _take_description,
}


def _courtesy(turn: Turn) -> bool:
    """ "Thank you" and "goodbye" are no contact and no description: the customer is done."""
    return leading(turn.acts) in DONE


def _next(turn: Turn, contact: str | None, *events: TicketWanted) -> Outcome:
    if turn.state.get("described"):
        return _stored(turn, contact, *events)
    say, language = turn.services.say, turn.language
    done = Choice("contact:done", say("escalation.nothing_to_add", language))
    state: State = {"topic": TOPIC, "step": "description", "contact": contact}
    return Outcome((Reply(say("escalation.ask_description", language), (done,)),), events, state)


def _stored(turn: Turn, contact: str | None, *events: TicketWanted) -> Outcome:
    stored = turn.services.say("escalation.stored", turn.language, contact=contact)
    return Outcome((Reply(f"{stored}\n\n{promised(turn)}"),), events, STORED)
