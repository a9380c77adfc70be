"""`desk`: the agents' group in Telegram."""

from __future__ import annotations

import click

from bot.settings import Settings


@click.group()
def desk() -> None:
    """The agents' group in Telegram."""


@desk.command()
@click.pass_obj
def rebuild(settings: Settings) -> None:
    """Make all topics anew: after the group was changed, or its topics are no longer right.

    The running bot does it, most urgent tickets first, as fast as Telegram allows. Old topics stay as they are and are
    connected to nothing.
    """
    from bot.storage.store import ready_engine
    from bot.storage.threads import forget_topics

    engine = ready_engine(settings.storage.url)
    try:
        with engine.begin() as connection:
            count = forget_topics(connection)
    finally:
        engine.dispose()
    click.echo(f"{count} topics will be made anew by the running bot")
