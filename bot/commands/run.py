"""`run`: the bot itself. `migrate`: the database alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.settings import Settings

if TYPE_CHECKING:
    from contextlib import AsyncExitStack

    from bot.app import App
    from bot.ports import Door


@click.command()
@click.pass_obj
def run(settings: Settings) -> None:
    """Serve the website widget (and Telegram, where tokens are set) until stopped."""
    from bot.logs import set_up_logs
    from bot.memory import one_arena

    one_arena()
    set_up_logs()
    with asyncio.Runner(loop_factory=fastest_loop()) as runner:
        runner.run(serve(settings))


def fastest_loop() -> Callable[[], asyncio.AbstractEventLoop]:
    """uvloop where it exists (not on Windows), else the standard loop, which does the same, slower."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop
    return uvloop.new_event_loop


async def serve(settings: Settings, stop: asyncio.Event | None = None) -> None:
    """Run until `stop` is set, or until a signal sets it."""
    from contextlib import AsyncExitStack

    from bot.app import App, build_mind, stop_on_signals
    from bot.storage.store import Store

    stop = stop or asyncio.Event()
    stop_on_signals(stop)
    store = Store(settings.storage.url)
    app = App(settings, build_mind(settings), store)
    async with AsyncExitStack() as stack:
        await app.run(open_doors(app, data_folder(settings), stack), stop)


def open_doors(app: App, data: Path, stack: AsyncExitStack) -> list[Door]:
    """All doors of an app, in the order they open. `stack` closes what they need to the very end."""
    from bot.channels.telegram.join import open_customers_bot
    from bot.desk.telegram.join import open_desk
    from bot.web.join import open_website

    server = open_website(app, data)
    return [server, *open_customers_bot(app, data, server, stack), *open_desk(app, data, server)]


def data_folder(settings: Settings) -> Path:
    """Where files of customers are kept: beside the cache."""
    return Path(settings.knowledge.cache).parent


@click.command()
@click.argument("revision", default="head")
@click.pass_obj
def migrate(settings: Settings, revision: str) -> None:
    """Bring the database to this version's schema (or to REVISION; "base" empties it)."""
    from bot.storage.migrate import current
    from bot.storage.store import ready_engine

    engine = ready_engine(settings.storage.url, revision)
    click.echo(f"the database stands at {current(engine) or 'base'}")
    engine.dispose()
