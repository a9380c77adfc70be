"""Joining the parts, starting them together, stopping them in reverse."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from bot.codes import Codes
from bot.conversation import Conversation
from bot.doors import find_channels
from bot.hub import Hub
from bot.inbox import Inbox
from bot.knowledge import Knowledge
from bot.labels import Labels
from bot.outbox import Outbox
from bot.photographed import Photographed
from bot.ports import Channel, Door
from bot.records import DeviceRecords, Rules
from bot.senders import open_sender
from bot.services import BotServices, spoken
from bot.settings import SHIPPED as SHIPPED
from bot.settings import Settings
from bot.source_settings import CompanySystem
from bot.storage.store import Store
from bot.tickets import Tickets
from bot.web.files import Files
from bot.worker import Worker
from handlers.router import find_topics
from handlers.units import unit_filters
from handlers.voice import Voice, read_catalogue
from knowledge_base.rendering import Renderer
from knowledge_base.statutes import LawBook

if TYPE_CHECKING:
    from bot.http_source import HttpSource

DRAIN_S = 2.0  # of the five seconds a stop may take
FLUSH_S = 0.5

log = structlog.get_logger()


def utc_now() -> datetime:
    """The clock of the running bot; tests pass their own."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Mind:
    """What the bot knows and how it speaks: enough to answer a question without any channel."""

    voice: Voice
    renderer: Renderer
    knowledge: Knowledge
    services: BotServices


def build_mind(settings: Settings) -> Mind:
    """Voice, articles and search for these settings; nothing is loaded yet."""
    company = settings.company
    voice = Voice(company.template_values())
    renderer = Renderer(company.template_values(), unit_filters(voice))
    languages = spoken(company, voice)
    knowledge = Knowledge(
        path=settings.knowledge.folder,
        cache=Path(settings.knowledge.cache),
        renderer=renderer,
        languages=languages,
        encoder=settings.knowledge.encoder,
        phrases=_phrases,
    )
    return Mind(voice, renderer, knowledge, BotServices(settings, voice, knowledge))


def _phrases(language: str) -> list[str]:
    """The bot's own sentences in a language: they teach the language detector."""
    found = (message.string for message in read_catalogue(language) if message.id)
    return [words for words in found if isinstance(words, str) and words]


class App:
    """The running bot."""

    def __init__(self, settings: Settings, mind: Mind, store: Store, now: Callable[[], datetime] = utc_now) -> None:
        self.settings, self.store, self.now = settings, store, now
        self.codes = Codes(store, mind.voice, open_sender(settings), settings.company.default_language)
        self.source = open_source(settings.warranty.source)
        rules = rules_of(settings, lambda: self.mind.services.law)
        self.records = DeviceRecords(store, rules, self.codes, self.source, photographed(settings, store))
        # A mind may serve several apps, each with a database of its own.
        self.mind = mind = replace(mind, services=mind.services.with_records(self.records))
        self.hub = Hub()
        self.channels: dict[str, Channel] = {}  # those that push
        conversation = Conversation(
            mind.services, find_topics(), lambda: mind.knowledge.live.detector, settings.company.default_language
        )
        fetched = {channel.NAME for channel in find_channels().values() if not channel.PUSHES}

        # Whether or not this process has the channel's door: another one on the same database may.
        def pushes(channel: str) -> bool:
            return channel not in fetched

        self.outbox = Outbox(store, self.channels, now)
        self.tickets = Tickets(store, self.hub, mind.services, pushes, self.outbox.wake, now)
        self.outbox.lost = self.tickets.lost
        self.worker = Worker(store, self.hub, conversation, now, pushes, self.outbox.wake, self.tickets.changed)
        self.inbox = Inbox(store, self.hub, self.worker.offer, now)

    @property
    def ready(self) -> bool:
        """Whether questions can be answered."""
        return self.mind.knowledge.loaded

    async def run(self, doors: Sequence[Door], stop: asyncio.Event) -> None:
        """Open the doors, work until `stop` is set, then finish what was accepted."""
        started = time.monotonic()
        knowledge = self.mind.knowledge
        knowledge.install(await asyncio.to_thread(knowledge.load))
        await asyncio.to_thread(self._read_law)
        async with asyncio.TaskGroup() as group:
            works = (self.worker.run(), self.outbox.run(), knowledge.run(), self.records.run(self.now))
            tasks = [group.create_task(work) for work in works]
            self.store.listen(self.hub.heard)
            for door in doors:
                await door.start()
            log.info("started", action="start", seconds=round(time.monotonic() - started, 2))
            await stop.wait()
            await self._stop(doors, tasks)
        self.store.close()

    async def _flush(self) -> None:
        with contextlib.suppress(TimeoutError):  # what is not sent now is sent after the next start
            async with asyncio.timeout(FLUSH_S):
                await self.outbox.flush()

    def _read_law(self) -> None:
        for problem in self.mind.services.law.problems:
            log.error("law_broken", action="load", file=str(problem.path), line=problem.line, why=problem.sentence)

    async def _stop(self, doors: Sequence[Door], tasks: list[asyncio.Task[None]]) -> None:
        for door in reversed(doors):
            await door.stop()
        drained = await self.worker.drain(DRAIN_S)
        await asyncio.gather(self._flush(), self.codes.close())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.mind.knowledge.close()
        if self.source is not None:
            await self.source.close()
        log.info("stopped", action="stop", drained=drained)


def open_source(system: CompanySystem) -> HttpSource | None:
    """The company's own system; None: there is none."""
    if not system.url:
        return None
    from bot.http_source import HttpSource  # only where it is asked

    return HttpSource(system)


def photographed(settings: Settings, store: Store) -> Photographed:
    """What reads serials on photos that customers sent."""
    files = Files(Path(settings.knowledge.cache).parent / "attachments", store)
    return Photographed(files, Labels(), settings.warranty.product_lines())


def rules_of(settings: Settings, law: Callable[[], LawBook]) -> Rules:
    """What the answers about devices follow."""
    warranty = settings.warranty
    return Rules(law, settings.company.zone, warranty.product_lines(), warranty.strict)


def stop_on_signals(stop: asyncio.Event) -> None:
    """SIGTERM and Ctrl-C set `stop`. Where the platform has no such handlers, Ctrl-C interrupts as usual."""
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(name, stop.set)
        except NotImplementedError:
            signal.signal(name, lambda *_: loop.call_soon_threadsafe(stop.set))
