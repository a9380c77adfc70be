"""`agents`: who answers customers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import click

from bot.commands import Failed
from bot.settings import Settings


@click.group()
def agents() -> None:
    """People who answer customers: add, list, remove."""


@agents.command()
@click.argument("name")
@click.option("--telegram", type=int, help="The number of their Telegram account; a bot like @userinfobot tells it.")
@click.pass_obj
def add(settings: Settings, name: str, telegram: int | None) -> None:
    """Let NAME answer customers. Known by the same Telegram account already, they get this name."""
    from bot.storage.agents import add_agent

    if not name.strip():
        raise Failed("the name is empty; write for example `python -m bot agents add Jana --telegram 123456789`")
    now = datetime.now(UTC)
    agent = _write(settings, partial(add_agent, name=" ".join(name.split()), telegram_id=telegram, now=now))
    click.echo(f"{agent.id}  {agent.name}")


@agents.command(name="list")
@click.pass_obj
def list_(settings: Settings) -> None:
    """One line per agent: number, Telegram account, name."""
    from bot.storage.agents import list_agents
    from bot.storage.store import reading

    found = reading(settings.storage.url, list_agents)
    for agent in found:
        click.echo(f"{agent.id:>4}  {agent.telegram_id or '-':>12}  {agent.name}")
    click.echo(f"{len(found)} agents", err=True)


@agents.command()
@click.argument("number", type=int)
@click.pass_obj
def remove(settings: Settings, number: int) -> None:
    """Agent NUMBER answers nobody from now on; what they wrote stays."""
    from bot.storage.agents import remove_agent

    if not _write(settings, partial(remove_agent, number=number, now=datetime.now(UTC))):
        raise Failed(f"there is no agent {number}; `python -m bot agents list` shows those there are")
    click.echo(f"agent {number} is removed")


def _write(settings: Settings, write: Callable[..., Any]) -> Any:
    from bot.storage.store import ready_engine

    engine = ready_engine(settings.storage.url)
    try:
        with engine.begin() as connection:
            return write(connection)
    finally:
        engine.dispose()
