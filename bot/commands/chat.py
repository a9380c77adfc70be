"""`chat`: the bot in the terminal."""

from __future__ import annotations

import asyncio

import click

from bot.settings import Settings


@click.command()
@click.option("--lang", help="The language to begin with.")
@click.pass_obj
def chat(settings: Settings, lang: str | None) -> None:
    """Talk to the bot in the terminal; an empty line or Ctrl-D ends."""
    from bot.logs import set_up_logs

    set_up_logs(level=50)  # only what is critical: the terminal belongs to the talk
    asyncio.run(talk(settings, lang))


async def talk(settings: Settings, lang: str | None) -> None:
    """Run the bot with the terminal as its only door."""
    from bot.app import App, build_mind
    from bot.channels.console import Console
    from bot.storage.store import Store

    stop = asyncio.Event()
    app = App(settings, build_mind(settings), Store(settings.storage.url))
    console = Console(
        app.inbox.accept, stop, lang, app.mind.services.say("start.welcome", lang or settings.company.default_language)
    )
    app.channels[console.name] = console
    await app.run([console], stop)
