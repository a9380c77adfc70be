"""The ticket's states: one table says what may happen when, by whom, and what comes of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

Status = Literal["new", "open", "waiting_customer", "waiting_third_party", "reopened", "solved", "closed"]
Actor = Literal["customer", "agent", "clock"]
Action = Literal[
    "create",  # also by the bot: it acts on what the customer said
    "take",  # "I work on it now"
    "assign",  # to somebody else, who may still wait
    "customer_wrote",
    "agent_wrote",  # to the customer: a note inside is no action
    "wait_for_customer",
    "wait_for_third_party",
    "solve",
    "confirm",  # "yes, it is solved"
    "reopen",
    "close",
    "hand_back",  # to the bot, which speaks again until somebody takes it
    "silence",  # nothing heard for the configured time after it was solved
]
Refusal = Literal["no_ticket", "exists", "closed", "solved", "not_solved", "already", "not_yours"]

STATUSES: tuple[Status, ...] = get_args(Status)
ACTIONS: tuple[Action, ...] = get_args(Action)
ACTORS: tuple[Actor, ...] = get_args(Actor)
LIVE: tuple[Status, ...] = ("new", "open", "waiting_customer", "waiting_third_party", "reopened")


@dataclass(frozen=True, slots=True)
class Refused:
    """The action may not happen now. `why` is a sentence for agents; customers hear a phrase by `code`."""

    code: Refusal
    why: str


@dataclass(frozen=True, slots=True)
class TicketChanged:
    """One action that happened. `was` is None for the first; `was` and `became` may be the same."""

    seq: int  # 1, 2, 3 … within the ticket
    action: Action
    was: Status | None
    became: Status
    actor: Actor
    at: datetime


class LogBroken(ValueError):
    """The events of a ticket do not follow from each other; the message names the first that does not."""


_AGENT: frozenset[Actor] = frozenset({"agent"})
_CUSTOMER: frozenset[Actor] = frozenset({"customer"})
_CLOCK: frozenset[Actor] = frozenset({"clock"})
_BOTH = _AGENT | _CUSTOMER

Row = Mapping[Status, tuple[Status, frozenset[Actor]]]


def _row(actors: frozenset[Actor], became: Mapping[Status, Status]) -> Row:
    return {was: (status, actors) for was, status in became.items()}


def _from(*statuses: Status, to: Status) -> Mapping[Status, Status]:
    return dict.fromkeys(statuses, to)


def _same(*statuses: Status) -> Mapping[Status, Status]:
    return {status: status for status in statuses}


# What is not in the table is refused. One line per action and group of actors; read "from, to".
_TABLE: Mapping[Action, Row] = {
    "create": {},  # there is no status to come from, see `apply`
    "take": _row(_AGENT, _from(*LIVE, to="open")),
    "assign": _row(_AGENT, {**_same(*LIVE), **_from("new", "reopened", to="open")}),
    # A spare part does not arrive because the customer wrote: waiting for others goes on.
    "customer_wrote": _row(
        _CUSTOMER, {**_same(*LIVE), **_from("waiting_customer", to="open"), **_from("solved", to="reopened")}
    ),
    "agent_wrote": _row(_AGENT, {**_same(*LIVE, "solved"), **_from("new", "reopened", to="open")}),
    "wait_for_customer": _row(
        _AGENT, _from("new", "open", "reopened", "waiting_third_party", to="waiting_customer")
    ),
    "wait_for_third_party": _row(
        _AGENT, _from("new", "open", "reopened", "waiting_customer", to="waiting_third_party")
    ),
    "solve": _row(_AGENT, _from(*LIVE, to="solved")),
    "confirm": _row(_CUSTOMER, _from("solved", to="closed")),
    # A closed ticket is opened again only by an agent, who closed the wrong one; a customer gets a new ticket.
    "reopen": {**_row(_BOTH, _from("solved", to="reopened")), **_row(_AGENT, _from("closed", to="reopened"))},
    "close": _row(_AGENT, _from(*LIVE, "solved", to="closed")),
    "hand_back": _row(_AGENT, _from(*LIVE[1:], to="new")),
    "silence": _row(_CLOCK, _from("solved", to="closed")),
}  # fmt: skip

_SHOWN: Mapping[Status, str] = {
    "new": "new", "open": "open", "waiting_customer": "waiting for the customer",
    "waiting_third_party": "waiting for a third party", "reopened": "reopened", "solved": "solved", "closed": "closed",
}  # fmt: skip
_MAY: Mapping[Actor, str] = {"agent": "an agent", "customer": "the customer", "clock": "the clock"}


def apply(status: Status | None, action: Action, actor: Actor) -> Status | Refused:
    """The status after an action, or why it may not happen. `status` None: there is no ticket yet."""
    if status is None:
        return _first(action, actor)
    if action == "create":
        return Refused("exists", "The ticket exists already; a new problem is a ticket of its own.")
    step = _TABLE[action].get(status)
    if step is None:
        return _no_step(status, action)
    became, actors = step
    return became if actor in actors else _not_yours(status, action, actors)


def allowed(status: Status, actor: Actor) -> tuple[Action, ...]:
    """What this actor may do now: the buttons of a card."""
    return tuple(action for action in ACTIONS if not isinstance(apply(status, action, actor), Refused))


def change(log: Sequence[TicketChanged], action: Action, actor: Actor, at: datetime) -> TicketChanged | Refused:
    """The next event of a ticket's log, or why there is none."""
    was = log[-1].became if log else None
    became = apply(was, action, actor)
    if isinstance(became, Refused):
        return became
    return TicketChanged(len(log) + 1, action, was, became, actor, at)


def replay(events: Iterable[TicketChanged]) -> Status:
    """The status that a whole log leads to. Raises `LogBroken` where an event is missing, doubled or out of place.

    Whether each step was allowed is not asked again: the table may have been another one in those days.
    """
    status: Status | None = None
    for seq, event in enumerate(events, 1):
        if event.seq != seq:
            raise LogBroken(f"event {seq} is missing: number {event.seq} stands in its place")
        if event.was != status:
            raise LogBroken(f"event {seq} starts from {event.was}, but the ticket was {status}")
        status = event.became
    if status is None:
        raise LogBroken("there is no event; a ticket begins with create")
    return status


def ends_in_silence(events: Sequence[TicketChanged], close_after: timedelta) -> datetime | None:
    """When a solved ticket closes if nobody says a word; None for one that is not solved.

    Words of an agent after solving count: the customer has the whole time to answer them.
    """
    return events[-1].at + close_after if events and events[-1].became == "solved" else None


def takes_message(events: Sequence[TicketChanged], now: datetime, close_after: timedelta) -> bool:
    """Whether a customer's message belongs to this ticket; else it is about something new.

    A solved one takes it within `close_after`, even where the clock has not come round to close it since.
    """
    status = replay(events)
    end = ends_in_silence(events, close_after)
    return status in LIVE if end is None else now < end


def _first(action: Action, actor: Actor) -> Status | Refused:
    if action != "create":
        return Refused("no_ticket", "There is no such ticket yet.")
    if actor == "clock":
        return Refused("not_yours", "Only the customer or an agent opens a ticket.")
    return "new"


def _no_step(status: Status, action: Action) -> Refused:
    if status == "closed":
        return Refused("closed", "The ticket is closed: reopen it, or open a new one.")
    if status == "solved":
        if action == "solve":
            return Refused("already", "The ticket is solved already.")
        return Refused("solved", "The ticket is solved; reopen it first.")
    if action in ("confirm", "silence", "reopen"):
        return Refused("not_solved", f"The ticket is {_SHOWN[status]}, not solved.")
    return Refused("already", f"The ticket is {_SHOWN[status]} already.")


def _not_yours(status: Status, action: Action, actors: frozenset[Actor]) -> Refused:
    who = " or ".join(sorted(_MAY[actor] for actor in actors))
    return Refused("not_yours", f"While the ticket is {_SHOWN[status]}, only {who} may do this ({action}).")
