"""What topics reported, kept: answers, ratings, tickets."""

from __future__ import annotations

from datetime import datetime

import structlog
from sqlalchemy import Connection, func, insert, select, update

from bot.storage.conversations import insert_once
from bot.storage.prepared import Prepared
from bot.storage.registry.checks import note_check
from bot.storage.tables import answers, conversations, surveys
from bot.storage.tickets import act, is_ticket_of, open_or_extend, touch
from bot.storage.walks import keep_walk
from handlers.words import (
    AnswerGiven,
    AnswerRated,
    CountryTold,
    Event,
    FlowMoved,
    SerialChecked,
    SurveyAnswered,
    TicketActed,
    TicketWanted,
)  # fmt: skip

log = structlog.get_logger()

_insert_answer = Prepared(insert(answers))


def keep(connection: Connection, conversation: int, language: str, event: Event, now: datetime) -> int | None:
    """Store one event of a turn; the number of the ticket, where it wanted one."""
    match event:
        case AnswerGiven():
            _keep_answer(connection, conversation, language, event, now)
        case AnswerRated():
            _rate(connection, conversation, event)
        case TicketWanted():
            return open_or_extend(connection, conversation, language, event, now)
        case TicketActed() | SurveyAnswered() if not is_ticket_of(connection, conversation, event.number):
            log.warning("ticket_of_another", action="turn", conversation=conversation)
        case TicketActed():
            act(connection, event.number, event.action, "customer", now)  # refused: an agent was quicker
        case SurveyAnswered():
            _survey(connection, event, now)
        case SerialChecked():
            note_check(connection, conversation, event, now)
        case FlowMoved():
            keep_walk(connection, conversation, event, now)
        case CountryTold():
            mine = update(conversations).where(conversations.c.id == conversation)
            connection.execute(mine.values(country=event.country))
    return None


def _keep_answer(connection: Connection, conversation: int, language: str, given: AnswerGiven, now: datetime) -> None:
    _insert_answer.count(
        connection,
        {
            "conversation_id": conversation, "question": given.question, "language": language,
            "decision": given.decision, "entry": given.entry, "entry_version": given.entry_version,
            "entry_language": given.entry_language, "confidence": given.confidence, "helped": None, "at": now,
        },
    )  # fmt: skip


def _rate(connection: Connection, conversation: int, rated: AnswerRated) -> None:
    last = (
        select(answers.c.id)
        .where(
            answers.c.conversation_id == conversation,
            answers.c.entry == rated.entry,
            answers.c.entry_version == rated.entry_version,
        )
        .order_by(answers.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    connection.execute(update(answers).where(answers.c.id == last).values(helped=rated.helped))


def _survey(connection: Connection, answered: SurveyAnswered, now: datetime) -> None:
    """What is said later replaces what was said before; what is not said again stays."""
    which = (surveys.c.ticket_id == answered.number) & (surveys.c.resolution == answered.resolution)
    insert_once(
        connection,
        surveys,
        {
            "ticket_id": answered.number, "resolution": answered.resolution, "tags": [], "asked_at": now,
            "score": None, "comment": None, "answered_at": None,
        },
    )  # fmt: skip
    said = {"score": answered.score, "tags": answered.tags and list(answered.tags), "comment": answered.comment}
    values = {name: value for name, value in said.items() if value is not None}
    first = func.coalesce(surveys.c.answered_at, now) if answered.score is not None else surveys.c.answered_at
    connection.execute(update(surveys).where(which).values(**values, answered_at=first))
    touch(connection, answered.number)
