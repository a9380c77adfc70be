"""What every topic tells that opens a request or adds to one: its number, and by when a person will have answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers.rules.contact import country_of, find_contact
from handlers.rules.numbers import shown
from handlers.rules.tickets import LIVE
from handlers.when import moment, place_of_clock, rounded_up
from handlers.words import TICKET, Event, State, TicketView, TicketWanted, Turn

TOPIC = "escalation"
STORED: State = {"topic": TOPIC, "step": "stored"}  # nothing more is asked; a contact that comes late is taken


def live_ticket(turn: Turn) -> TicketView | None:
    """The customer's request that a person still owes an answer; there is one at most."""
    return next((ticket for ticket in turn.conversation.tickets if ticket.status in LIVE), None)


def own_ticket(turn: Turn, number: int) -> TicketView | None:
    """A request by its number; None for one of somebody else as for one that does not exist."""
    return next((ticket for ticket in turn.conversation.tickets if ticket.number == number), None)


def promised(turn: Turn, events: Sequence[Event]) -> str:
    """The number of the request this turn is about, and by when a person will have answered.

    Where the events want no ticket there must have been one.
    """
    wanted = any(isinstance(event, TicketWanted) for event in events)
    number = TICKET if wanted else shown(turn.conversation.tickets[0].number)
    live = live_ticket(turn)
    since = live.opened if live is not None else turn.now
    return f"{turn.services.say('tickets.number', turn.language, number=number)} {expected(turn, since)}"


def expected(turn: Turn, since: datetime) -> str:
    """By when a person will have answered a request made then; when nobody is on line now, that too."""
    services, language = turn.services, turn.language
    due = rounded_up(services.reply_due(since))
    parts = [] if services.somebody_works(turn.now) else [services.say("tickets.nobody_now", language)]
    return " ".join((*parts, _due(turn, due)))


def contact_in(turn: Turn) -> str | None:
    """A number without a code is taken for one of the company's country, else of the language's."""
    at_home, abroad = str(turn.services.company()["country"]), country_of(turn.language)
    return find_contact(turn.message.text, *filter(None, (at_home, abroad)))


def _due(turn: Turn, due: datetime) -> str:
    say, language = turn.services.say, turn.language
    if due <= turn.now:  # the promise is broken, or was kept and more was asked since: no second one is made up
        return say("tickets.soon", language)
    when, place = moment(due, language), place_of_clock(due, language)
    time = when.time if place is None else say("tickets.time_in", language, time=when.time, place=place)
    if due.date() == turn.now.astimezone(due.tzinfo).date():
        return say("tickets.due_today", language, time=time)
    return say("tickets.due", language, weekday=when.weekday, day=when.day, time=time)
