"""The veil: what a topic shows of a ticket, with serials and telephone numbers masked. Many eyes look at a group, and
its history stays on their phones; who needs the whole presses a button for it, and that is noted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.desk.telegram.plan import Voice
from bot.storage.standings import Line, Shown, Standing
from handlers.rules.masking import as_written

Hide = Callable[[str], str]


def veiled(standing: Standing, voice: Voice) -> Standing:
    """The same standing with nothing in it that the group should not read. What files show stays as it is."""
    hide = hiding(standing.ticket, voice)
    outdated = standing.outdated
    return replace(
        standing,
        ticket=_ticket(standing.ticket, hide),
        lines=tuple(_line(line, hide) for line in standing.lines),
        outdated=outdated and replace(outdated, lines=tuple(_line(line, hide) for line in outdated.lines)),
    )


def hiding(ticket: Shown, voice: Voice) -> Hide:
    """What hides the secrets of one customer, however they are typed."""
    known = (*ticket.serials, *as_written(ticket.contact or "", voice.mask.countries[0]))
    return lambda text: voice.hide(text, ticket.language, known)


def _ticket(ticket: Shown, hide: Hide) -> Shown:
    return replace(
        ticket,
        subject=hide(ticket.subject),
        contact=ticket.contact and hide(ticket.contact),
        description=hide(ticket.description),
        packet={name: _value(value, hide) for name, value in ticket.packet.items()},
        tags=tuple(map(hide, ticket.tags)),
        comment=ticket.comment and hide(ticket.comment),
    )


def _line(line: Line, hide: Hide) -> Line:
    files = tuple(replace(file, name=hide(file.name)) for file in line.attachments)
    return replace(line, text=hide(line.text), attachments=files)


def _value(value: Any, hide: Hide) -> Any:
    """Any JSON value with its texts hidden."""
    match value:
        case str():
            return hide(value)
        case list():
            return [_value(one, hide) for one in value]
        case Mapping():
            return {name: _value(one, hide) for name, one in value.items()}
        case _:
            return value
