"""`tickets`: what customers are owed."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import IO, Any

import click

from bot.commands import Failed
from bot.settings import Settings
from bot.spreadsheets import harmless

COLUMNS = ("number", "status", "priority", "reason", "subject", "contact", "tier", "tags", "agent", "language",
           "channel", "created_at", "updated_at", "score", "comment")  # fmt: skip


@click.group()
def tickets() -> None:
    """Requests for a person: list them, show one with its talk, export all."""


@tickets.command(name="list")
@click.pass_obj
def list_(settings: Settings) -> None:
    """One line per live ticket, urgent ones first."""
    from bot.storage.store import reading
    from bot.storage.tickets import live_tickets
    from handlers.rules.numbers import shown

    found = reading(settings.storage.url, live_tickets)
    for ticket in found:
        when = f"{ticket.created_at.astimezone(settings.company.zone):%Y-%m-%d %H:%M}"
        click.echo(f"{shown(ticket.id)}  {ticket.priority:<6}  {ticket.status:<19}  {when}  {ticket.subject}")
    click.echo(f"{len(found)} live tickets", err=True)


@tickets.command()
@click.argument("number")
@click.pass_obj
def show(settings: Settings, number: str) -> None:
    """A ticket, what happened to it, who looked behind its mask, and the whole talk with its notes. Nothing is masked
    here."""
    from bot.storage.audit import seen
    from bot.storage.store import reading
    from bot.storage.tickets import ticket_with_talk
    from handlers.rules.numbers import shown

    found = reading(settings.storage.url, partial(ticket_with_talk, number=_number(number)))
    if found is None:
        raise Failed(f"there is no ticket {number}; `python -m bot tickets list` shows those there are")
    ticket, events, talk = found
    click.echo(f"{shown(ticket.id)} {ticket.subject}")
    click.echo(f"{ticket.status}, {ticket.priority}, {ticket.reason}, contact: {ticket.contact or 'none left'}")
    click.echo(f"serial: {ticket.serial or 'not told'}, service level: {ticket.tier}\n")
    zone = settings.company.zone
    for event in events:
        click.echo(f"  {event.at.astimezone(zone):%Y-%m-%d %H:%M}  {event.actor:<8}  {event.action} -> {event.became}")
    for look in reading(settings.storage.url, partial(seen, number=ticket.id)):
        click.echo(
            f"  {look.at.astimezone(zone):%Y-%m-%d %H:%M}  agent     {look.action} contact and serial: {look.agent}"
        )
    click.echo()
    for message in talk:
        inside = " (note)" if message.visibility == "internal" else ""
        click.echo(f"{message.seq:>4} {message.author}{inside}: {message.text}")


@tickets.command()
@click.argument("number")
@click.pass_obj
def packet(settings: Settings, number: str) -> None:
    """What was said and tried before a ticket was opened, as JSON that fits `tickets schema`."""
    from bot.storage.store import reading
    from bot.storage.tickets import find_ticket

    ticket = reading(settings.storage.url, partial(find_ticket, number=_number(number)))
    if ticket is None or ticket.packet is None:
        raise Failed(f"there is no ticket {number} with a packet; `python -m bot tickets list` shows those there are")
    click.echo(json.dumps(ticket.packet, ensure_ascii=False, indent=2))


@tickets.command(name="schema")
def schema_() -> None:
    """The JSON Schema of the hand-off packet."""
    from handlers.rules.packet import schema

    click.echo(json.dumps(schema(), ensure_ascii=False, indent=2))


@tickets.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def export(settings: Settings, file: Path) -> None:
    """All tickets as CSV (UTF-8), a row each, without the talk."""
    from bot.storage.store import reading
    from bot.storage.tickets import ticket_rows

    found = reading(settings.storage.url, ticket_rows)
    try:
        with file.open("w", encoding="utf-8-sig", newline="") as out:  # the mark makes Excel read UTF-8
            _write(out, found)
    except OSError as error:
        raise Failed(f"{file} can not be written: {error.strerror}") from None
    click.echo(f"{len(found)} tickets in {file}", err=True)


def _number(written: str) -> int:
    """What an operator types: 12, AC-12, AC-000012."""
    from handlers.rules.numbers import read

    number = int(written) if written.isdecimal() else read(written)
    if number is None:
        raise Failed(f"{written!r} is no ticket number; write it like 12 or AC-000012")
    return number


def _write(out: IO[str], found: list[dict[str, Any]]) -> None:
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(map(_row, found))


def _row(ticket: dict[str, Any]) -> Iterator[str]:
    from handlers.rules.numbers import shown

    values = {**ticket, "number": shown(ticket["number"]), "tags": " ".join(ticket["tags"])}
    return (_cell(values[name]) for name in COLUMNS)


def _cell(value: Any) -> str:
    """As a cell: whatever a customer typed, no spreadsheet calculates with it."""
    if value is None:
        return ""
    return harmless(value.isoformat() if hasattr(value, "isoformat") else str(value))
