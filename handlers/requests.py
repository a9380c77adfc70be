"""What every topic tells that opens a request or adds to one: its number, and by when a person will have answered."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from handlers.rules.contact import country_of, find_contact
from handlers.rules.numbers import shown
from handlers.rules.sla import TierName
from handlers.rules.tickets import LIVE
from handlers.services import Services
from handlers.when import local_date, moment, place_of_clock, rounded_up
from handlers.words import TICKET, Choice, State, TicketView, Turn
from knowledge_base.text import clean

_MARKS = str.maketrans("", "", "*_`[]<>\\#|~")  # what Markdown reads; a subject is the customer's own words

TOPIC = "escalation"
STORED: State = {"topic": TOPIC, "step": "stored"}  # nothing more is asked; a contact that comes late is taken


def live_ticket(turn: Turn) -> TicketView | None:
    """The customer's request that a person still owes an answer; there is one at most."""
    return next((ticket for ticket in turn.conversation.tickets if ticket.status in LIVE), None)


def own_ticket(turn: Turn, number: object) -> TicketView | None:
    """A request by its number, as it stands in a button or the state; None for somebody else's, as for none at all."""
    return next((ticket for ticket in turn.conversation.tickets if str(ticket.number) == str(number)), None)


def promised(turn: Turn) -> str:
    """The number of the request this turn opens or adds to, and by when a person will have answered.

    Where no request is live the outcome must want one.
    """
    live = live_ticket(turn)
    if live is None:
        number, since, tier = TICKET, turn.now, turn.conversation.tier
    else:
        number, since, tier = shown(live.number), live.opened, live.tier
    return f"{turn.services.say('tickets.number', turn.language, number=number)} {expected(turn, since, tier)}"


def expected(turn: Turn, since: datetime, tier: TierName) -> str:
    """By when a person will have answered a request made then; when nobody is on line now, that too."""
    services, language = turn.services, turn.language
    due = rounded_up(services.reply_due(since, tier))
    parts = [] if services.somebody_works(turn.now) else [services.say("tickets.nobody_now", language)]
    return " ".join((*parts, _due(turn, due)))


def line_of(turn: Turn, ticket: TicketView) -> str:
    """A request in a sentence: number, subject, how it stands, when it was opened."""
    say, language = turn.services.say, turn.language
    opened = ticket.opened.astimezone(ZoneInfo(str(turn.services.company()["timezone"]))).date()
    return say(
        "tickets.line",
        language,
        number=shown(ticket.number),
        subject=" ".join(clean(ticket.subject).translate(_MARKS).split()),
        state=say(f"tickets.state_{ticket.status}", language),
        date=local_date(opened, language),
    )


def choices_of_solved(services: Services, number: int, language: str) -> tuple[Choice, ...]:
    """What the customer may say to a request that is marked as solved."""
    return tuple(
        Choice(f"ticket:{act}:{number}", services.say(f"tickets.{act}", language)) for act in ("confirm", "reopen")
    )


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
