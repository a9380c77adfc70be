"""What comes after a person has solved a request: is it really, and how was our help."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from handlers.questions import ASKED
from handlers.requests import expected, line_of, live_ticket, own_ticket, promised
from handlers.rules.acts import POLITE, leading
from handlers.rules.numbers import shown
from handlers.rules.tickets import LIVE
from handlers.words import (
    Choice,
    Event,
    Outcome,
    Reply,
    SurveyAnswered,
    TicketActed,
    TicketView,
    TicketWanted,
    Turn,
)
from knowledge_base.rendering import local_number

ORDER = 26
TOPIC = "survey"
SCORES = range(1, 6)
LOW = 3  # up to this score we ask for the reasons
TAGS = ("slow", "unfriendly", "unsolved", "unclear", "price", "other")
EDITABLE = timedelta(days=7)  # since it was given first
COMMENT = 2000  # characters that are kept
DONE = frozenset({"thanks", "goodbye", "ok", "no", "solved"})


@dataclass(frozen=True, slots=True)
class Survey:
    """What is asked about: one resolution of one of the customer's requests."""

    ticket: TicketView
    resolution: int

    def choice(self, said: str, label: str) -> Choice:
        return Choice(f"{TOPIC}:{self.ticket.number}:{self.resolution}:{said}", label)

    def state(self, step: str) -> dict[str, Any]:
        return {"topic": TOPIC, "number": self.ticket.number, "resolution": self.resolution, "step": step}

    def answer(self, **said: Any) -> SurveyAnswered:
        return SurveyAnswered(self.ticket.number, self.resolution, **said)


async def handle(turn: Turn) -> Outcome | None:
    """A word on a solved request, a score, its reasons, a comment; None for a request that is not the customer's."""
    match (turn.message.choice or _meant(turn) or "").split(":"):
        case ["ticket", "confirm" | "reopen" as act, number]:
            return _decided(turn, act, number)
        case ["survey", number, resolution, said]:
            return _answered(turn, _survey(turn, number, resolution), said)
        case [""] if turn.state.get("topic") == TOPIC:
            return _commented(turn)
    return None


def _meant(turn: Turn) -> str | None:
    """The choice that an answer in words stands for, where the last question was whether a request is solved."""
    if turn.acts and POLITE.issuperset(turn.acts):  # "thank you" may be said by anybody
        return None
    for choice in turn.conversation.offered:
        list_of = {"ticket:confirm": "works_again", "ticket:reopen": "still_broken"}.get(choice.id.rpartition(":")[0])
        if list_of and any(map(turn.services.vocabulary(list_of).only, turn.readings)):
            return choice.id
        if list_of == "still_broken" and any(_begins_with_no(turn, text) for text in turn.readings):
            return choice.id
    return None


def _begins_with_no(turn: Turn, text: str) -> bool:
    """ "No, water is still coming out": whatever follows, it is not solved."""
    first, _, rest = text.strip().replace(",", " ").replace("،", " ").partition(" ")
    return bool(rest.strip()) and not turn.acts and turn.services.acts(first, turn.language) == ("no",)


def _decided(turn: Turn, act: str, number: str) -> Outcome | None:
    ticket = own_ticket(turn, number)
    if ticket is None:
        return None
    if ticket.status in LIVE:  # pressed twice, or an agent was quicker
        return Outcome((Reply(line_of(turn, ticket)),), state=turn.state)
    return _confirmed(turn, ticket) if act == "confirm" else _reopened(turn, ticket)


def _confirmed(turn: Turn, ticket: TicketView) -> Outcome:
    say, language = turn.services.say, turn.language
    events = (TicketActed(ticket.number, "confirm"),) if ticket.status == "solved" else ()
    text = say("tickets.confirmed", language, number=shown(ticket.number))
    if ticket.solved is None or ticket.score is not None:
        return Outcome((Reply(text),), events)
    survey = Survey(ticket, ticket.solved)
    scores = tuple(survey.choice(str(score), local_number(score, language)) for score in SCORES)
    return Outcome((Reply(f"{text}\n\n{say('survey.question', language)}", scores),), events)


def _reopened(turn: Turn, ticket: TicketView) -> Outcome:
    """Open again; a closed one stays closed, and what it was about goes to a person as a request of its own."""
    say, language, number = turn.services.say, turn.language, shown(ticket.number)
    if ticket.status == "solved" and live_ticket(turn) is None:
        text = f"{say('tickets.reopened', language, number=number)} {expected(turn, turn.now, ticket.tier)}"
        return Outcome((Reply(text),), (TicketActed(ticket.number, "reopen"),))
    events = (TicketWanted("asked_for_person", f"{number}: {ticket.subject}".rstrip(": ")),)
    is_added = live_ticket(turn) is not None
    told = say("escalation.passed_on", language) if is_added else say("tickets.anew", language, number=number)
    return Outcome((Reply(f"{told} {promised(turn)}"),), events)


def _answered(turn: Turn, survey: Survey | None, said: str) -> Outcome | None:
    if survey is None or said not in (*map(str, SCORES), *TAGS, "done", "comment", "skip"):
        return None
    if said == "skip":
        return _thanked(turn)
    if _is_late(turn, survey):
        return Outcome((Reply(turn.services.say("survey.late", turn.language)),), state=turn.state)
    if said in ("done", "comment"):
        return _ask_comment(turn, survey)
    return _tagged(turn, survey, said) if said in TAGS else _scored(turn, survey, int(said))


def _survey(turn: Turn, number: object, resolution: object) -> Survey | None:
    """What a button or the state names; None unless that resolution is the last of a request and stands."""
    ticket = own_ticket(turn, number)
    if ticket is None or ticket.status in LIVE or ticket.solved is None or str(ticket.solved) != str(resolution):
        return None
    return Survey(ticket, ticket.solved)


def _is_late(turn: Turn, survey: Survey) -> bool:
    answered = survey.ticket.answered
    return answered is not None and turn.now - answered >= EDITABLE


def _scored(turn: Turn, survey: Survey, score: int) -> Outcome:
    say, language = turn.services.say, turn.language
    thanks = say("survey.thanks", language, score=local_number(score, language))
    if score > LOW:  # reasons of an earlier, lower score are taken back
        comment = survey.choice("comment", say("survey.comment", language))
        return Outcome((Reply(thanks, (comment,)),), (survey.answer(score=score, tags=()),))
    reply = Reply(f"{thanks} {say('survey.why', language)}", _reasons(turn, survey, ()))
    return Outcome((reply,), (survey.answer(score=score),), {**survey.state("tags"), "tags": []})


def _tagged(turn: Turn, survey: Survey, tag: str) -> Outcome:
    """One more reason; kept at once, since nobody must press the last button."""
    is_same = turn.state.get("topic") == TOPIC and turn.state.get("number") == survey.ticket.number
    before = turn.state.get("tags", ()) if is_same else ()
    tags = tuple(dict.fromkeys((*before, tag)))
    reply = Reply(turn.services.say("survey.more", turn.language), _reasons(turn, survey, tags))
    return Outcome((reply,), (survey.answer(tags=tags),), {**survey.state("tags"), "tags": list(tags)})


def _reasons(turn: Turn, survey: Survey, chosen: Sequence[str]) -> tuple[Choice, ...]:
    say, language = turn.services.say, turn.language
    left = (survey.choice(tag, say(f"survey.tag_{tag}", language)) for tag in TAGS if tag not in chosen)
    return (*left, survey.choice("done", say("survey.done", language)))


def _ask_comment(turn: Turn, survey: Survey) -> Outcome:
    say, language = turn.services.say, turn.language
    skip = survey.choice("skip", say("survey.skip", language))
    return Outcome((Reply(say("survey.ask_comment", language), (skip,)),), state=survey.state("comment"))


def _commented(turn: Turn) -> Outcome | None:
    """Words after a survey are its comment, unless they ask something, call for a person or are just polite."""
    text = turn.message.text.strip()
    survey = _survey(turn, turn.state.get("number"), turn.state.get("resolution"))
    is_other = not text or text.startswith("/") or any(sign in text for sign in ASKED)
    if survey is None or is_other or _is_call(turn):
        return None
    if leading(turn.acts) in DONE or _is_late(turn, survey):
        return _thanked(turn)
    return _thanked(turn, survey.answer(comment=text[:COMMENT]))


def _is_call(turn: Turn) -> bool:
    """ "The operator was rude" is a comment; "operator!" is none."""
    calls = (turn.services.vocabulary(name) for name in ("person", "person_alone"))
    return any(call.only(turn.message.text) for call in calls)


def _thanked(turn: Turn, *events: Event) -> Outcome:
    """The end of the survey. The talk begins anew, and a person is a button away."""
    say, language = turn.services.say, turn.language
    phrase = "survey.kept" if events else "start.welcome_back"
    return Outcome((Reply(say(phrase, language), (Choice("person", say("start.person", language)),)),), events)
