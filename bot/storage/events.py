"""What topics reported, kept: answers, ratings, tickets."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from bot.storage.prepared import Prepared
from bot.storage.tables import LIVE_STATUSES, answers, tickets
from handlers.words import AnswerGiven, AnswerRated, Event, TicketWanted

_insert_answer = Prepared(insert(answers))

DESCRIPTION_LIMIT = 20_000  # characters of one ticket's own text; the talk itself is kept whole
PRIORITIES = ("normal", "high", "urgent")


def keep(connection: Connection, conversation: int, language: str, event: Event, now: datetime) -> None:
    """Store one event of a turn."""
    match event:
        case AnswerGiven():
            _keep_answer(connection, conversation, language, event, now)
        case AnswerRated():
            _rate(connection, conversation, event)
        case TicketWanted():
            _open_or_extend(connection, conversation, event, now)


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


def _open_or_extend(connection: Connection, conversation: int, wanted: TicketWanted, now: datetime) -> None:
    live = connection.execute(
        select(tickets).where(tickets.c.conversation_id == conversation, tickets.c.status.in_(LIVE_STATUSES))
    ).one_or_none()
    if live is None:
        connection.execute(
            insert(tickets),
            {
                "conversation_id": conversation, "status": "new", "priority": wanted.priority,
                "reason": wanted.reason, "contact": wanted.contact,
                "description": wanted.description[:DESCRIPTION_LIMIT], "created_at": now, "updated_at": now,
            },
        )  # fmt: skip
        return
    together = "\n".join(part for part in (live.description, wanted.description) if part)
    connection.execute(
        update(tickets)
        .where(tickets.c.id == live.id)
        .values(
            contact=wanted.contact or live.contact,
            description=together[:DESCRIPTION_LIMIT],
            priority=max(live.priority, wanted.priority, key=PRIORITIES.index),
            updated_at=now,
        )
    )
