"""`tickets`: what customers are owed."""

from __future__ import annotations

from functools import partial

import click

from bot.commands import Failed
from bot.settings import Settings


@click.group()
def tickets() -> None:
    """Requests for a person: list them, show one with its talk."""


@tickets.command(name="list")
@click.pass_obj
def list_(settings: Settings) -> None:
    """One line per live ticket, urgent ones first."""
    from bot.storage.store import reading
    from bot.storage.tickets import live_tickets

    found = reading(settings.storage.url, live_tickets)
    for ticket in found:
        contact = ticket.contact or "no contact left"
        when = ticket.created_at.astimezone(settings.company.zone)
        click.echo(f"{ticket.id:>6}  {ticket.priority:<6}  {when:%Y-%m-%d %H:%M}  {ticket.reason:<16}  {contact}")
    click.echo(f"{len(found)} live tickets", err=True)


@tickets.command()
@click.argument("number", type=int)
@click.pass_obj
def show(settings: Settings, number: int) -> None:
    """A ticket and the whole talk."""
    from bot.storage.store import reading
    from bot.storage.tickets import ticket_with_talk

    found = reading(settings.storage.url, partial(ticket_with_talk, number=number))
    if found is None:
        raise Failed(f"there is no ticket {number}; `python -m bot tickets list` shows those there are")
    ticket, talk = found
    click.echo(f"ticket {ticket.id}: {ticket.status}, {ticket.priority}, {ticket.reason}")
    click.echo(f"contact: {ticket.contact or 'none left'}\n{ticket.description}\n")
    for message in talk:
        click.echo(f"{message.seq:>4} {message.author}: {message.text}")
