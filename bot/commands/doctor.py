"""`doctor`: is everything there, and what to do where it is not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import click

from bot.settings import Settings

Finding = tuple[bool, str]  # is it well, and a sentence
ALERTS_DAYS = 7  # older ones are history
_TELLS_ALERTS = "the bot tells them in the agents' group where [telegram.desk] has a token and a group_id"


@click.command()
@click.pass_context
def doctor(context: click.Context) -> None:
    """Check configuration, database, alerts, articles, phrases, encoder and Telegram; say what to do."""
    settings: Settings = context.obj
    well = True
    for examine in (_database, _alerts, _articles, _encoder, _telegram):
        for good, sentence in _safely(examine, settings):
            well = well and good
            click.echo(f"{'ok   ' if good else 'CHECK'}  {sentence}")
    context.exit(0 if well else 1)


def _safely(examine: Callable[[Settings], Iterator[Finding]], settings: Settings) -> Iterator[Finding]:
    try:
        yield from examine(settings)
    except Exception as error:
        yield False, f"{examine.__name__.strip('_')}: {type(error).__name__}: {str(error).splitlines()[0][:200]}"


def _database(settings: Settings) -> Iterator[Finding]:
    from bot.logs import masked
    from bot.storage.engine import open_engine
    from bot.storage.migrate import HEAD, current

    engine = open_engine(settings.storage.url)
    found = current(engine)
    engine.dispose()
    url = masked(settings.storage.url)
    if found in (None, HEAD):
        yield True, f"database {url}: {'empty, will be set up at the first start' if found is None else 'up to date'}"
    else:
        yield False, f"database {url} stands at {found}: run `python -m bot migrate`"


def _alerts(settings: Settings) -> Iterator[Finding]:
    from datetime import UTC, datetime, timedelta

    from bot.storage.engine import open_engine
    from bot.storage.migrate import HEAD, current
    from bot.storage.registry.alerts import count_untold

    engine = open_engine(settings.storage.url)
    try:
        if current(engine) != HEAD:
            return
        with engine.connect() as connection:
            count = count_untold(connection, since=datetime.now(UTC) - timedelta(days=ALERTS_DAYS))
    finally:
        engine.dispose()
    if count:
        yield False, f"alerts: {count} that nobody was told of: somebody is guessing serials; {_TELLS_ALERTS}"
    else:
        yield True, "alerts: none that nobody was told of"


def _articles(settings: Settings) -> Iterator[Finding]:
    from bot.commands.knowledge import mistakes

    found = mistakes(settings)
    if found:
        yield False, f"knowledge base: {len(found)} mistakes; `python -m bot kb check` lists them"
    else:
        yield True, "knowledge base: no mistakes"


def _encoder(settings: Settings) -> Iterator[Finding]:
    from knowledge_base.encoder import EncoderMissing, load_encoder

    if settings.knowledge.encoder == "none":
        yield True, "encoder: switched off; answers are found by words alone"
        return
    try:
        encoder = load_encoder(settings.knowledge.encoder, Path(settings.knowledge.cache))
    except EncoderMissing as missing:
        yield False, f"encoder: {missing}"
    else:
        yield True, f"encoder: {encoder.name}, {encoder.dimensions} dimensions"


def _telegram(settings: Settings) -> Iterator[Finding]:
    import asyncio

    from bot.commands.telegram_check import telegram_findings

    yield from asyncio.run(telegram_findings(settings))
