"""Looking a serial number up, and what is said to each answer of the records."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from handlers.rules.disclosure import View
from handlers.rules.serials import grouped
from handlers.services import Checked
from handlers.warranty.alike import which_sign
from handlers.warranty.naming import country_in, country_name
from handlers.warranty.state import PERSON, PREFIX, button, buttons, remembered, saying, state_of
from handlers.warranty.telling import told
from handlers.when import moment, rounded_up
from handlers.words import Choice, CountryTold, Event, Outcome, Reply, SerialChecked, State, Turn

SHOWN = 9  # countries on buttons; any other can be written
ELSEWHERE = "other"  # a country whose law we do not know
HIDDEN = ("proof", "code", "retype", PERSON)


async def look_up(turn: Turn, serial: str, *events: Event) -> Outcome:
    """Ask the records, and say what they let be said."""
    checked = await turn.services.records.check(serial, turn.asker, turn.now, country=_country(turn, *events))
    return said(turn, serial, checked, *events)


def said(turn: Turn, serial: str, checked: Checked, *events: Event) -> Outcome:
    """The words for what the records answered."""
    state = state_of(turn, "serial", serial=serial)
    match checked.outcome:
        case "seen" if checked.view is not None:
            return _seen(turn, serial, checked, checked.view, *events)
        case "ambiguous":
            return which_sign(turn, serial, checked)
        case "paused":
            return _paused(turn, checked.until, state)
        case "closed":
            return saying(turn, "closed", (PERSON,), state)
        case "away":
            return saying(turn, "away", ("again", PERSON), state)
    return _hidden(turn, serial, *events)


def _seen(turn: Turn, serial: str, checked: Checked, view: View, *events: Event) -> Outcome:
    event = SerialChecked(serial, view.verdict, checked.coverage, checked.serial)
    state = state_of(turn, "seen", serial=serial, product=view.product)
    if view.country is None and not _was_asked(turn, *events):
        return _ask_country(turn, {**state, "step": "country"}, event, *events)
    text = told(turn.services, view, serial, turn.language)
    names = _next_steps(view, checked.level, coded=state.get("coded") == serial)
    return Outcome((Reply(text, buttons(turn, names)),), (*events, event), state)


def _next_steps(view: View, level: int, *, coded: bool) -> list[str]:
    """What can be done now; what helps most stands first."""
    names = ["proof", "code"] if level == 0 else []
    if coded and level == 1:
        names.append("keep")
    over = view.verdict in ("expired", "void")
    names += ["broken", "claim", *(["page:repair-after-warranty"] if over else [])]
    names += ["page:warranty-vs-law", *(["page:warranty-exclusions"] if level else [])]
    return [*names, PERSON]


def _hidden(turn: Turn, serial: str, *events: Event) -> Outcome:
    """One text for a number nobody knows, for somebody else's, and where a proof comes before every answer."""
    say, language = turn.services.say, turn.language
    text = "\n\n".join((say("warranty.serial", language, serial=grouped(serial)), say("warranty.hidden", language)))
    event = SerialChecked(serial, "unknown")
    state = state_of(turn, "seen", serial=serial)
    return Outcome((Reply(text, buttons(turn, HIDDEN)),), (*events, event), state)


def _paused(turn: Turn, until: datetime | None, state: State) -> Outcome:
    if until is None:
        return saying(turn, "paused", (PERSON,), state)
    zone = ZoneInfo(str(turn.services.company()["timezone"]))
    local = rounded_up(until).astimezone(zone)
    when = moment(local, turn.language)
    if local.date() == turn.now.astimezone(zone).date():
        return saying(turn, "paused_until", ("again", PERSON), state, time=when.time)
    return saying(turn, "paused_until_day", ("again", PERSON), state, day=when.day, time=when.time)


def _ask_country(turn: Turn, state: State, *events: Event) -> Outcome:
    """Asked once: whose law counts, where the sale does not tell."""
    countries = turn.services.countries()[:SHOWN]
    named = tuple(Choice(f"{PREFIX}country:{country}", country_name(country, turn.language)) for country in countries)
    text = turn.services.say("warranty.country", turn.language)
    choices = (*named, button(turn, f"country:{ELSEWHERE}"))
    return Outcome((Reply(text, choices),), events, {**state, "asked_country": True})


async def take_country(turn: Turn, country: str) -> Outcome | None:
    """The country that was picked: it is kept, and the answer is given."""
    serial = remembered(turn, "serial")
    if country in turn.services.countries():
        event = CountryTold(country)
        return await look_up(turn, serial, event) if serial else None
    if country != ELSEWHERE or not serial:
        return None
    shown = await look_up(turn, serial)
    told_so = Reply(turn.services.say("warranty.country_unknown", turn.language))
    return Outcome((told_so, *shown.replies), shown.events, shown.state)


async def take_named_country(turn: Turn, text: str) -> Outcome | None:
    """The same, where its name was written: one we have no law of is another country; None for other words."""
    country = country_in(text, (turn.language, *turn.services.languages))
    if country is None:
        return None
    return await take_country(turn, country if country in turn.services.countries() else ELSEWHERE)


def _country(turn: Turn, *events: Event) -> str | None:
    """Where they bought, as far as the customer was asked: just now, or in an earlier talk."""
    just_now = next((event.country for event in events if isinstance(event, CountryTold)), None)
    return just_now or turn.conversation.country


def _was_asked(turn: Turn, *events: Event) -> bool:
    return _country(turn, *events) is not None or bool(turn.state.get("asked_country"))
