"""A threat with a lawyer, a court or an authority, or a formal demand: a person must answer, and soon."""

from __future__ import annotations

from dataclasses import replace

from handlers.ladder import answered
from handlers.questions import ASKED, hear, waiting_in, with_waiting
from handlers.requests import STORED, contact_in, promised
from handlers.words import AnswerGiven, Event, Outcome, Reply, TicketWanted, Turn

ORDER = 15  # before a ticket's number is read in it


async def handle(turn: Turn) -> Outcome | None:
    """A request of high priority at once; what the knowledge base knows of it is said all the same."""
    if turn.message.choice is not None or turn.message.text.startswith("/") or not claims(turn):
        return None
    heard = await hear(turn, turn.message.text.strip())
    found, wanted = heard.found, _wanted(turn)
    page = turn.services.page(found.entry, turn.language) if found.entry is not None else None
    if found.decision != "answer" or page is None:
        lost = AnswerGiven(heard.question, "abstain", found.confidence)
        return Outcome((_told(turn, _reached(turn, wanted)),), (*heard.unanswered, lost, wanted), STORED)
    shown = answered(turn, heard.question, found, page)
    events: tuple[Event, ...] = (*heard.unanswered, *shown.events, wanted)
    replies = (_told(turn), *shown.replies)
    return with_waiting(turn, replace(shown, replies=replies, events=events), heard.waiting)


def claims(turn: Turn) -> bool:
    """Whether somebody threatens or demands. To ask about a court or an authority is no threat, to name it is one."""
    if any(map(turn.services.vocabulary("claim").heard, turn.readings)):
        return True
    is_question = any(sign in turn.message.text for sign in ASKED)
    return not is_question and any(map(turn.services.vocabulary("authority").heard, turn.readings))


def _wanted(turn: Turn) -> TicketWanted:
    asked = (str(turn.state.get("question") or ""), *waiting_in(turn), turn.message.text)
    said = "\n".join(part for part in dict.fromkeys(asked) if part)
    return TicketWanted("claim_or_law", said, contact_in(turn), "high")


def _reached(turn: Turn, wanted: TicketWanted) -> str:
    """How a colleague will get in touch, or how to say where."""
    if wanted.contact is None:
        return turn.services.say("escalation.elsewhere", turn.language)
    return turn.services.say("escalation.stored", turn.language, contact=wanted.contact)


def _told(turn: Turn, more: str = "") -> Reply:
    told = f"{turn.services.say('escalation.claim', turn.language)} {promised(turn)}"
    return Reply(f"{told}\n\n{more}".strip())
