"""Queries about tickets: opening one, what happens to it, and reading it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, get_args

from sqlalchemy import Connection, Row, case, func, insert, select, update

from bot.storage.conversations import Standing, standing
from bot.storage.packets import ended, packet_of
from bot.storage.registry.checks import Check, last_check, tier_of
from bot.storage.tables import (
    LIVE_STATUSES,
    agents,
    contacts,
    conversations,
    messages,
    surveys,
    ticket_events,
    tickets,
)
from bot.storage.walks import walks_of
from handlers.rules.ownership import owner
from handlers.rules.packet import as_json
from handlers.rules.sla import TierName
from handlers.rules.tickets import Action, Actor, Refused, TicketChanged, change
from handlers.words import TicketView, TicketWanted

DESCRIPTION_LIMIT = 20_000  # characters of one ticket's own text; the talk itself is kept whole
SUBJECT_LIMIT = 80
VIEWS = 5  # tickets of one customer that a turn sees
PRIORITIES = ("normal", "high", "urgent")
TIERS = get_args(TierName)  # the slowest first

_URGENCY = case({"urgent": 0, "high": 1}, value=tickets.c.priority, else_=2)


def open_or_extend(
    connection: Connection, conversation: int, language: str, wanted: TicketWanted, now: datetime
) -> int:
    """The number of the conversation's live ticket: opened now, or with this request added to it."""
    live = live_ticket(connection, conversation)
    if live is None:
        return _open(connection, conversation, language, wanted, now)
    check = _check(connection, conversation)
    about = {}
    if check is not None and check.serial != live.serial:  # told after the ticket was opened
        packet = packet_of(connection, conversation, language, replace(wanted, reason=live.reason))
        about = {"serial": check.serial, "packet": as_json(packet)}
    tier = tier_of(connection, conversation, check, now)
    together = "\n".join(part for part in (live.description, wanted.description) if part)
    connection.execute(
        update(tickets)
        .where(tickets.c.id == live.id)
        .values(
            contact=wanted.contact or live.contact,
            description=together[:DESCRIPTION_LIMIT],
            subject=live.subject or _subject(wanted.description),
            priority=max(live.priority, wanted.priority, key=PRIORITIES.index),
            tier=max(live.tier, tier, key=TIERS.index),
            **about,
            version=tickets.c.version + 1,
            updated_at=now,
        )
    )
    return int(live.id)


def _open(connection: Connection, conversation: int, language: str, wanted: TicketWanted, now: datetime) -> int:
    packet = packet_of(connection, conversation, language, wanted)
    tier = tier_of(connection, conversation, _check(connection, conversation), now)
    values = {
        "conversation_id": conversation, "status": "new", "priority": wanted.priority, "reason": wanted.reason,
        "contact": wanted.contact, "description": wanted.description[:DESCRIPTION_LIMIT],
        "subject": _subject(*packet.questions[-1:], wanted.description), "packet": as_json(packet), "tags": [],
        "serial": packet.serial, "tier": tier, "version": 1, "created_at": now, "updated_at": now,
    }  # fmt: skip
    number = connection.execute(insert(tickets).returning(tickets.c.id), values).scalar_one()
    _append(connection, number, TicketChanged(1, "create", None, "new", "customer", now), None, {"tier": tier})
    _settle_owner(connection, conversation)
    return int(number)


def _check(connection: Connection, conversation: int) -> Check | None:
    """The device this talk is about."""
    return last_check(connection, conversation, ended(connection, conversation))


def _subject(*texts: str) -> str:
    """The first line of the first text that has one, cut between words."""
    line = next((line.strip() for text in texts for line in text.splitlines() if line.strip()), "")
    if len(line) <= SUBJECT_LIMIT:
        return line
    return f"{line[: SUBJECT_LIMIT - 1].rpartition(' ')[0] or line[: SUBJECT_LIMIT - 1]}…"


def act(
    connection: Connection,
    number: int,
    action: Action,
    actor: Actor,
    now: datetime,
    agent: int | None = None,
    detail: Mapping[str, Any] | None = None,
) -> TicketChanged | Refused:
    """One action on a ticket: its event, its status, and who speaks with the customer from now on; or why not.

    `agent` acts. Who takes it, or whom `assign` names in `detail["to"]`, has the ticket from then on.
    """
    ticket = connection.execute(select(tickets).where(tickets.c.id == number).with_for_update()).one_or_none()
    if ticket is None:
        return Refused("no_ticket", "There is no such ticket.")
    event = change(log_of(connection, number), action, actor, now)
    if isinstance(event, Refused):
        return event
    if event.became in LIVE_STATUSES and ticket.status not in LIVE_STATUSES:
        other = live_ticket(connection, ticket.conversation_id)
        if other is not None:
            return Refused("exists", "The customer has another open ticket; answer there, or close that one first.")
    _append(connection, number, event, agent, detail or {})
    has = _holder(ticket.agent_id, action, agent, detail or {})
    connection.execute(
        update(tickets)
        .where(tickets.c.id == number)
        .values(status=event.became, agent_id=has, version=tickets.c.version + 1, updated_at=now)
    )
    _settle_owner(connection, ticket.conversation_id)
    return event


def _holder(has: int | None, action: Action, agent: int | None, detail: Mapping[str, Any]) -> int | None:
    """Who has the ticket after an action. To answer is to take, unless somebody has it."""
    if action == "hand_back":
        return None
    if action == "assign":
        return int(detail["to"])
    if action == "take":
        return agent
    return agent if has is None and action in ("agent_wrote", "wait_for_customer", "wait_for_third_party") else has


def _settle_owner(connection: Connection, conversation: int) -> None:
    """Who speaks from now on: the live ticket tells. A turn in the middle of its thinking is thought about again."""
    live = live_ticket(connection, conversation)
    to = "bot" if live is None else owner(live.status, live.agent_id is not None)
    connection.execute(
        update(conversations)
        .where(conversations.c.id == conversation)
        .values(owner=to, version=conversations.c.version + 1)
    )


def _append(
    connection: Connection, number: int, event: TicketChanged, agent: int | None, detail: Mapping[str, Any]
) -> None:
    connection.execute(
        insert(ticket_events),
        {
            "ticket_id": number, "seq": event.seq, "action": event.action, "was": event.was, "became": event.became,
            "actor": event.actor, "agent_id": agent, "detail": dict(detail), "at": event.at,
        },
    )  # fmt: skip


def customer_wrote(connection: Connection, conversation: int, now: datetime) -> None:
    """A live ticket has something new to show; one that waited for the customer waits no more."""
    live = live_ticket(connection, conversation)
    if live is None:
        return
    if live.status == "waiting_customer":
        act(connection, live.id, "customer_wrote", "customer", now)
    else:
        touch(connection, live.id)


def touch(connection: Connection, number: int) -> None:
    """Desks have something new to show of this ticket."""
    connection.execute(update(tickets).where(tickets.c.id == number).values(version=tickets.c.version + 1))


def touch_live(connection: Connection, conversation: int) -> None:
    """Desks have something new to show of this customer's live ticket, where there is one."""
    live = (tickets.c.conversation_id == conversation) & tickets.c.status.in_(LIVE_STATUSES)
    connection.execute(update(tickets).where(live).values(version=tickets.c.version + 1))


def log_of(connection: Connection, number: int) -> list[TicketChanged]:
    """What happened to a ticket, in order."""
    rows = connection.execute(
        select(ticket_events).where(ticket_events.c.ticket_id == number).order_by(ticket_events.c.seq)
    )
    return [TicketChanged(row.seq, row.action, row.was, row.became, row.actor, row.at) for row in rows]


def live_ticket(connection: Connection, conversation: int) -> Row[Any] | None:
    """The conversation's live ticket; None where there is none."""
    return connection.execute(
        select(tickets).where(tickets.c.conversation_id == conversation, tickets.c.status.in_(LIVE_STATUSES))
    ).one_or_none()


def is_ticket_of(connection: Connection, conversation: int, number: int) -> bool:
    """Whether a ticket is this customer's."""
    of = connection.execute(select(tickets.c.conversation_id).where(tickets.c.id == number)).scalar()
    return of == conversation


def find_ticket(connection: Connection, *, number: int) -> Row[Any] | None:
    """A ticket by its number."""
    return connection.execute(select(tickets).where(tickets.c.id == number)).one_or_none()


def whole_standing(connection: Connection, conversation: int, now: datetime) -> Standing:
    """Where a conversation stands, with the customer's tickets and walks through flows in its snapshot."""
    stands = standing(connection, conversation)
    tickets_of, walks = views_of(connection, conversation), walks_of(connection, conversation, now)
    tier = tier_of(connection, conversation, _check(connection, conversation), now)
    return replace(stands, snapshot=replace(stands.snapshot, tickets=tickets_of, walks=walks, tier=tier))


def views_of(connection: Connection, conversation: int) -> tuple[TicketView, ...]:
    """What a customer may see of their own tickets, the newest first."""
    query = select(tickets).where(tickets.c.conversation_id == conversation).order_by(tickets.c.id.desc()).limit(VIEWS)
    return tuple(_view(connection, row) for row in connection.execute(query))


def _view(connection: Connection, row: Row[Any]) -> TicketView:
    solved = next((event.seq for event in reversed(log_of(connection, row.id)) if event.action == "solve"), None)
    found = connection.execute(
        select(surveys).where(surveys.c.ticket_id == row.id, surveys.c.resolution == solved)
    ).one_or_none()
    score, answered = (found.score, found.answered_at) if found is not None else (None, None)
    return TicketView(row.id, row.status, row.subject, row.created_at, solved, score, answered, row.tier)


def live_tickets(connection: Connection) -> list[Row[Any]]:
    """Live tickets, the most urgent first, then the oldest."""
    query = select(tickets).where(tickets.c.status.in_(LIVE_STATUSES)).order_by(_URGENCY, tickets.c.id)
    return list(connection.execute(query))


def ticket_with_talk(
    connection: Connection, *, number: int
) -> tuple[Row[Any], list[TicketChanged], Sequence[Row[Any]]] | None:
    """A ticket, its log, and all messages of its conversation with the notes; None where there is no such ticket."""
    ticket = find_ticket(connection, number=number)
    if ticket is None:
        return None
    talk = select(messages).where(messages.c.conversation_id == ticket.conversation_id).order_by(messages.c.seq)
    return ticket, log_of(connection, number), list(connection.execute(talk))


def ticket_rows(connection: Connection) -> list[dict[str, Any]]:
    """All tickets with whose they are and what the customer thought of them, the oldest first."""
    newest = (
        select(surveys.c.ticket_id, func.max(surveys.c.resolution).label("resolution"))
        .group_by(surveys.c.ticket_id)
        .subquery()
    )
    query = (
        select(
            tickets.c.id.label("number"), tickets.c.status, tickets.c.priority, tickets.c.reason, tickets.c.subject,
            tickets.c.contact, tickets.c.tier, tickets.c.tags, agents.c.name.label("agent"), conversations.c.language,
            contacts.c.channel, tickets.c.created_at, tickets.c.updated_at, surveys.c.score, surveys.c.comment,
        )
        .join(conversations, conversations.c.id == tickets.c.conversation_id)
        .join(contacts, contacts.c.id == conversations.c.contact_id)
        .outerjoin(agents, agents.c.id == tickets.c.agent_id)
        .outerjoin(newest, newest.c.ticket_id == tickets.c.id)
        .outerjoin(
            surveys, (surveys.c.ticket_id == tickets.c.id) & (surveys.c.resolution == newest.c.resolution)
        )
        .order_by(tickets.c.id)
    )  # fmt: skip
    return [dict(row._mapping) for row in connection.execute(query)]
