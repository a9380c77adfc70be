"""Queries about standings: a ticket, its topic, and what the topic does not show yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update

from bot.storage.copies import add_copy
from bot.storage.registry.checks import serials_of
from bot.storage.tables import (
    LIVE_STATUSES,
    agents,
    contacts,
    conversations,
    copies,
    messages,
    surveys,
    ticket_events,
    tickets,
)
from bot.storage.threads import DESK, ENDING, Thread, shows, thread_of
from handlers.rules.tickets import Status
from handlers.words import Attachment

PAGE = 60  # lines of a talk looked at together


@dataclass(frozen=True, slots=True)
class Shown:
    """A ticket as a desk shows it."""

    number: int
    version: int
    conversation: int
    status: Status
    priority: str
    reason: str
    subject: str
    contact: str | None
    description: str
    packet: Mapping[str, Any]
    tags: tuple[str, ...]
    holder: str | None  # name of the agent who has it
    language: str | None  # the customer's
    channel: str
    address: str  # on that channel
    is_blocked: bool  # nothing reaches the customer
    score: int | None  # what the customer gave for the last resolution
    comment: str | None
    serials: tuple[str, ...] = field(default=(), repr=False)  # that this customer told, whole: to be hidden


@dataclass(frozen=True, slots=True)
class Line:
    """A message of the talk, as agents see it."""

    seq: int
    author: str  # "customer", "bot" or "agent"
    is_internal: bool
    text: str
    attachments: tuple[Attachment, ...]
    at: datetime
    reply_to: int | None
    revision: int
    agent: str | None  # name, of an agent's
    external_id: str | None


@dataclass(frozen=True, slots=True)
class Post:
    """A post in the group that must be edited: the messages that stand in it, in order."""

    id: int
    lines: tuple[Line, ...]
    part: int  # which of the message's posts, of a message that has several


@dataclass(frozen=True, slots=True)
class Standing:
    """A ticket, its topic, and what the topic does not show yet."""

    ticket: Shown
    thread: Thread
    lines: tuple[Line, ...]  # not shown yet, in order
    arrived: int  # parts of the first of them that stand in the topic
    quoted: Mapping[int, int]  # seq of a message that one of them answers -> the post it stands in
    outdated: Post | None  # a post with a message that was edited since


@dataclass(frozen=True, slots=True)
class Whose:
    """The customer of a ticket."""

    conversation: int
    channel: str
    address: str


def came_from(line: Line, thread: Thread) -> bool:
    """Whether a message was written in this very topic."""
    return line.external_id is not None and line.external_id.startswith(f"{DESK}:{thread.group}:{thread.topic}:")


def standing_of(connection: Connection, number: int) -> Standing:
    """Everything about one topic. The ticket is read first: what changes after it makes it lag behind again."""
    ticket = _shown(connection, number)
    thread = thread_of(connection, number)
    if thread is None:
        raise LookupError(f"ticket {number} has no thread")
    lines = _lines(connection, ticket, thread)
    first = _copies(connection, thread, ticket.conversation, [lines[0].seq]) if lines else []
    answered = [line.reply_to for line in lines if line.reply_to is not None and line.author != "bot"]
    quoted = {
        copy.seq: post_id(copy.external_id) for copy in _copies(connection, thread, ticket.conversation, answered)
    }
    outdated = _outdated(connection, ticket, thread)
    return Standing(ticket, thread, lines, len(first), quoted, outdated)


def whose(connection: Connection, number: int) -> Whose:
    """The customer of a ticket."""
    query = (
        select(tickets.c.conversation_id, contacts.c.channel, contacts.c.address)
        .join(conversations, conversations.c.id == tickets.c.conversation_id)
        .join(contacts, contacts.c.id == conversations.c.contact_id)
        .where(tickets.c.id == number)
    )
    return Whose(*connection.execute(query).one())


def is_internal(connection: Connection, conversation: int, seq: int) -> bool:
    """Whether a message stays among agents."""
    which = (messages.c.conversation_id == conversation) & (messages.c.seq == seq)
    return connection.execute(select(messages.c.visibility).where(which)).scalar() == "internal"


def posted(connection: Connection, standing: Standing, post: int, lines: Sequence[Line], seen: int) -> None:
    """These messages stand in this post, and all up to `seen` are shown."""
    group = standing.thread.group
    for place, line in enumerate(reversed(lines)):
        external_id = str(post) if place == 0 else f"{post}#{place}"
        add_copy(connection, DESK, str(group), external_id, standing.ticket.conversation, line.seq, line.revision)
    shows(connection, standing.ticket.number, shown_seq=seen)


def edited(connection: Connection, standing: Standing, post: Post) -> None:
    """The post shows these messages as they are in `post`."""
    for line in post.lines:
        here = _in_group(standing.thread.group, standing.ticket.conversation) & (copies.c.seq == line.seq)
        connection.execute(update(copies).where(here, _in_post(post.id)).values(revision=line.revision))


def post_gone(connection: Connection, group: int, post: int) -> None:
    """Somebody deleted a post."""
    connection.execute(delete(copies).where(copies.c.channel == DESK, copies.c.address == str(group), _in_post(post)))


def post_id(external_id: str) -> int:
    """The chat's number of the post that a copy stands in."""
    return int(external_id.partition("#")[0])


def _shown(connection: Connection, number: int) -> Shown:
    row = connection.execute(
        select(
            tickets,
            agents.c.name.label("holder"),
            conversations.c.language,
            contacts.c.channel,
            contacts.c.address,
            contacts.c.blocked_at,
        )
        .join(conversations, conversations.c.id == tickets.c.conversation_id)
        .join(contacts, contacts.c.id == conversations.c.contact_id)
        .outerjoin(agents, agents.c.id == tickets.c.agent_id)
        .where(tickets.c.id == number)
    ).one()
    rated = connection.execute(
        select(surveys.c.score, surveys.c.comment)
        .where(surveys.c.ticket_id == number)
        .order_by(surveys.c.resolution.desc())
        .limit(1)
    ).one_or_none()
    score, comment = (rated.score, rated.comment) if rated is not None else (None, None)
    return Shown(
        row.id, row.version, row.conversation_id, row.status, row.priority, row.reason, row.subject, row.contact,
        row.description, row.packet or {}, tuple(row.tags), row.holder, row.language, row.channel, row.address,
        row.blocked_at is not None, score, comment, serials_told(connection, row),
    )  # fmt: skip


def serials_told(connection: Connection, ticket: Row[Any]) -> tuple[str, ...]:
    """The serials the customer of a ticket has told so far."""
    told = serials_of(connection, ticket.conversation_id)
    return told if ticket.serial is None else (ticket.serial, *told)


def _lines(connection: Connection, ticket: Shown, thread: Thread) -> tuple[Line, ...]:
    """What is not shown yet. Of a ticket that ended: what was said until then; the rest is the bot's own talk."""
    query = select(messages, agents.c.name).outerjoin(agents, agents.c.id == messages.c.agent_id)
    query = query.where(messages.c.conversation_id == ticket.conversation, messages.c.seq > thread.seen)
    if ticket.status not in LIVE_STATUSES:
        last_words = ENDING | (ticket_events.c.action == "agent_wrote")
        log = select(func.max(ticket_events.c.at)).where(ticket_events.c.ticket_id == ticket.number, last_words)
        ended = log.scalar_subquery()
        query = query.where(messages.c.at <= ended)
    return tuple(_line(connection, row) for row in connection.execute(query.order_by(messages.c.seq).limit(PAGE)))


def _line(connection: Connection, row: Row[Any]) -> Line:
    files = tuple(Attachment(**file) for file in row.attachments)
    return Line(
        row.seq, row.author, row.visibility == "internal", _words(connection, row), files, row.at, row.reply_to,
        row.revision, row.name, row.external_id,
    )  # fmt: skip


def _words(connection: Connection, row: Row[Any]) -> str:
    """What a message says; a pressed button says what stood on it."""
    if row.text or row.choice is None:
        return str(row.text)
    earlier = (messages.c.conversation_id == row.conversation_id) & (messages.c.seq < row.seq)
    query = select(messages.c.choices).where(earlier, messages.c.author == "bot")
    shown = connection.execute(query.order_by(messages.c.seq.desc()).limit(PAGE)).scalars()
    offered = (choice for choices in shown for choice in choices)
    return next((str(choice["label"]) for choice in offered if choice["id"] == row.choice), "")


def _copies(connection: Connection, thread: Thread, conversation: int, seqs: Sequence[int]) -> list[Row[Any]]:
    here = _in_group(thread.group, conversation) & copies.c.seq.in_(seqs)
    return list(connection.execute(select(copies).where(here).order_by(copies.c.id)))


def _outdated(connection: Connection, ticket: Shown, thread: Thread) -> Post | None:
    same = (messages.c.conversation_id == copies.c.conversation_id) & (messages.c.seq == copies.c.seq)
    found = connection.execute(
        select(copies.c.external_id)
        .join(messages, same)
        .where(_in_group(thread.group, ticket.conversation), copies.c.revision < messages.c.revision)
        .order_by(copies.c.id)
        .limit(1)
    ).scalar()
    if found is None:
        return None
    together = (
        select(messages, agents.c.name)
        .join(copies, same)
        .outerjoin(agents, agents.c.id == messages.c.agent_id)
        .where(_in_group(thread.group, ticket.conversation), _in_post(post_id(found)))
        .order_by(messages.c.seq)
    )
    lines = tuple(_line(connection, row) for row in connection.execute(together))
    posts = [copy.external_id for copy in _copies(connection, thread, ticket.conversation, [lines[0].seq])]
    return Post(post_id(found), lines, posts.index(found) if found in posts else 0)


def _in_group(group: int, conversation: int) -> Any:
    """Copies of a conversation in a group."""
    return (copies.c.channel == DESK) & (copies.c.address == str(group)) & (copies.c.conversation_id == conversation)


def _in_post(post: int) -> Any:
    return (copies.c.external_id == str(post)) | copies.c.external_id.like(f"{post}#%")
