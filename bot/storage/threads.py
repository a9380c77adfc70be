"""Queries about threads: the topics that show tickets in a group of agents, and how far each shows its ticket."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, case, delete, func, select, update

from bot.storage.conversations import insert_once
from bot.storage.tables import LIVE_STATUSES, conversations, copies, desk_threads, messages, ticket_events, tickets

DESK = "desk"  # the channel of copies in groups of agents
PAGE = 60  # tickets settled together

# What ended a ticket's talk: it was solved or closed, and the customer said that it is. That a solved one was closed
# later, in silence, moves nothing.
ENDING = (ticket_events.c.was.in_(LIVE_STATUSES) & ticket_events.c.became.not_in(LIVE_STATUSES)) | (
    ticket_events.c.action == "confirm"
)

_ORDER = (
    tickets.c.status == "closed",
    case({"urgent": 0, "high": 1}, value=tickets.c.priority, else_=2),
    tickets.c.id,
)


@dataclass(frozen=True, slots=True)
class Thread:
    """The topic of a ticket."""

    group: int
    topic: int | None  # None until Telegram has made it
    card: int | None  # id of the first post
    title: str  # as Telegram shows it; without a topic: one with this title was asked for at `begun`
    is_closed: bool
    version: int  # of the ticket as it is shown
    seen: int  # messages up to this seq are shown
    begun: datetime


def origin(group: int, topic: int, message: int) -> str:
    """The external id of what an agent wrote in a topic."""
    return f"{DESK}:{group}:{topic}:{message}"


def homeless(connection: Connection) -> list[tuple[int, str | None]]:
    """Number and customer's language of tickets no group shows, closed ones aside."""
    query = (
        select(tickets.c.id, conversations.c.language)
        .join(conversations, conversations.c.id == tickets.c.conversation_id)
        .outerjoin(desk_threads, desk_threads.c.ticket_id == tickets.c.id)
        .where(desk_threads.c.id.is_(None), tickets.c.status != "closed")
        .order_by(tickets.c.id)
        .limit(PAGE)
    )
    return [(row.id, row.language) for row in connection.execute(query)]


def settle(connection: Connection, numbers: Sequence[int], group: int, now: datetime) -> None:
    """These tickets are shown in this group from now on; those that have one already stay."""
    fresh = {"thread_id": None, "card_id": None, "title": "", "closed": False, "version": 0, "created_at": now}
    for number in numbers:
        values = {"ticket_id": number, "group_id": group, "shown_seq": _beginning(connection, number)}
        insert_once(connection, desk_threads, {**values, **fresh})


def most_urgent(connection: Connection, group: int, besides: Collection[int]) -> int | None:
    """The ticket whose topic lags behind, the most urgent of several."""
    return connection.execute(
        select(tickets.c.id)
        .join(desk_threads, desk_threads.c.ticket_id == tickets.c.id)
        .where(
            desk_threads.c.group_id == group,
            desk_threads.c.version < tickets.c.version,
            tickets.c.id.not_in(besides),
        )
        .order_by(*_ORDER)
        .limit(1)
    ).scalar()


def thread_of(connection: Connection, number: int) -> Thread | None:
    """The topic of a ticket; None where it has none in any group."""
    row = connection.execute(select(desk_threads).where(desk_threads.c.ticket_id == number)).one_or_none()
    return None if row is None else _thread(row)


def ticket_in(connection: Connection, group: int, topic: int) -> int | None:
    """The ticket that a topic shows."""
    here = (desk_threads.c.group_id == group) & (desk_threads.c.thread_id == topic)
    return connection.execute(select(desk_threads.c.ticket_id).where(here)).scalar()


def begin_topic(connection: Connection, number: int, title: str, now: datetime, given_up: datetime) -> bool:
    """A topic is about to be made. False where it was made meanwhile, or is being made since after `given_up`."""
    free = desk_threads.c.thread_id.is_(None) & ((desk_threads.c.title == "") | (desk_threads.c.created_at <= given_up))
    mine = (desk_threads.c.ticket_id == number) & free
    begun = update(desk_threads).where(mine).values(title=title, created_at=now)
    return connection.execute(begun).rowcount == 1


def topic_refused(connection: Connection, number: int) -> None:
    """Telegram made no topic, that is sure."""
    none = (desk_threads.c.ticket_id == number) & desk_threads.c.thread_id.is_(None)
    connection.execute(update(desk_threads).where(none).values(title=""))


def topic_made(connection: Connection, number: int, group: int, topic: int, title: str) -> int | None:
    """Telegram made a topic for a ticket; the one the ticket has now, which is another where it had one before."""
    none = (desk_threads.c.ticket_id == number) & (desk_threads.c.group_id == group)
    made = update(desk_threads).where(none & desk_threads.c.thread_id.is_(None))
    connection.execute(made.values(thread_id=topic, title=title, closed=False))
    return connection.execute(select(desk_threads.c.thread_id).where(none)).scalar()


def shows(connection: Connection, number: int, **values: Any) -> None:
    """What a topic shows now: `card_id`, `title`, `closed`, `version`, `shown_seq`."""
    connection.execute(update(desk_threads).where(desk_threads.c.ticket_id == number).values(**values))


def topic_gone(connection: Connection, number: int) -> None:
    """The topic was deleted: everything it showed is to be shown again, in a new one."""
    thread = thread_of(connection, number)
    if thread is None:
        return
    start = _beginning(connection, number)
    there = (copies.c.channel == DESK) & (copies.c.address == str(thread.group))
    whose = select(tickets.c.conversation_id).where(tickets.c.id == number).scalar_subquery()
    shown = (copies.c.conversation_id == whose) & (copies.c.seq > start) & (copies.c.seq <= thread.seen)
    connection.execute(delete(copies).where(there, shown))
    fresh = {"thread_id": None, "card_id": None, "title": "", "closed": False, "version": 0, "shown_seq": start}
    shows(connection, number, **fresh)


def forget_topics(connection: Connection) -> int:
    """All topics are to be made anew; how many there were."""
    connection.execute(delete(copies).where(copies.c.channel == DESK))
    known = connection.execute(select(desk_threads).where(desk_threads.c.thread_id.is_not(None))).all()
    connection.execute(delete(desk_threads))
    kept = [row for row in known if _is_closed(connection, row.ticket_id)]
    for row in kept:  # a closed ticket gets a topic only where it had one
        settle(connection, [row.ticket_id], row.group_id, row.created_at)
    return len(known)


def by_hand(connection: Connection, group: int, topic: int, **values: Any) -> None:
    """Somebody changed `title` or `closed` of a topic; it is to be put right."""
    here = (desk_threads.c.group_id == group) & (desk_threads.c.thread_id == topic)
    connection.execute(update(desk_threads).where(here).values(**values, version=0))


def group_moved(connection: Connection, old: int, new: int) -> None:
    """The group has another number now."""
    connection.execute(update(desk_threads).where(desk_threads.c.group_id == old).values(group_id=new))
    there = (copies.c.channel == DESK) & (copies.c.address == str(old))
    connection.execute(update(copies).where(there).values(address=str(new)))


def _beginning(connection: Connection, number: int) -> int:
    """The seq after which a ticket's own talk begins: what was said until the ticket before it ended is that one's."""
    whose = select(tickets.c.conversation_id).where(tickets.c.id == number).scalar_subquery()
    before = (
        select(func.max(ticket_events.c.at))
        .join(tickets, tickets.c.id == ticket_events.c.ticket_id)
        .where(tickets.c.conversation_id == whose, tickets.c.id < number, tickets.c.status.in_(("solved", "closed")))
        .where(ENDING)
        .scalar_subquery()
    )
    said = select(func.max(messages.c.seq)).where(messages.c.conversation_id == whose, messages.c.at <= before)
    return int(connection.execute(said).scalar() or 0)


def _thread(row: Row[Any]) -> Thread:
    return Thread(
        row.group_id, row.thread_id, row.card_id, row.title, row.closed, row.version, row.shown_seq, row.created_at
    )


def _is_closed(connection: Connection, number: int) -> bool:
    return connection.execute(select(tickets.c.status).where(tickets.c.id == number)).scalar() == "closed"
