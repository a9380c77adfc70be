"""The desk in Telegram in service: shows tickets in the groups, and takes what agents write there."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from functools import partial

import structlog
from telegram.error import TelegramError

from bot.app import App
from bot.desk.telegram.acts import Acts
from bot.desk.telegram.alerts import Alerts
from bot.desk.telegram.application import ALLOWED, Routing, get_updates, poll_failed, register_commands
from bot.desk.telegram.application import App as Application
from bot.desk.telegram.buttons import Buttons
from bot.desk.telegram.door import Door
from bot.desk.telegram.fetching import Fetcher
from bot.desk.telegram.groups import Groups
from bot.desk.telegram.join import voice_of
from bot.desk.telegram.people import People
from bot.desk.telegram.reminders import EVERY_S, Reminders
from bot.desk.telegram.replies import Replies
from bot.desk.telegram.view import View
from bot.hub import Listener
from bot.logs import place
from bot.polling import Poller
from bot.storage.updates import Raw
from bot.tickets import DESK
from bot.updates import Reader, Updates
from bot.web.files import Files

NAME = "desk"
DRAIN_S = 0.5
STOP_S = 1.0
FIRST_LOOK_S = 1.0  # after the start, at what is due
FIRST_PAUSE_S, LONGEST_PAUSE_S = 2.0, 60.0

log = structlog.get_logger()


class TelegramDesk:
    """Open from `start` to `stop`. Telegram itself may be reached later: until then tickets wait in the database."""

    def __init__(self, app: App, application: Application, files: Files, webhook: str | None) -> None:
        """`webhook` is the address Telegram delivers to; None: we fetch."""
        settings = app.settings.telegram.desk
        if settings.group_id is None:
            raise ValueError("the desk needs a group")
        self._app, self._application, self._webhook = app, application, webhook
        self._settings, self._bot, services = settings, application.bot, app.mind.services
        self._voice = voice_of(services, app.settings.warranty.product_lines())
        groups = Groups(settings.group_id, settings.groups)
        self.views = [View(one, groups, self._bot, app.store, files, self._voice, app.now) for one in groups.all]
        people = People(self._bot, app.store, settings.admins_are_agents, app.now)
        fetcher = Fetcher(self._bot, files, self._voice.say, app.now)
        acts = Acts(
            app.tickets, app.store, self._voice, services.languages, app.settings.company.zone, settings.default
        )
        replies = Replies(self._bot, self._voice)
        door = Door(self._bot, self.views, app.tickets, app.store, people, fetcher, acts, replies, settings.default)
        buttons = Buttons(self._bot, door.view_of, app.store, people, acts, replies, services.languages)
        self._reminders = Reminders(app.settings, self._bot, self.views, app.tickets, app.store, self._voice, app.now)
        self._alerts = Alerts(self._bot, self.views[0], app.store, self._voice, app.now)
        self._routing, self._ready = Routing(application, door, buttons), asyncio.Event()
        number = int(settings.token.get_secret_value().partition(":")[0])
        self.updates = Updates(app.store, Reader(NAME, number, lane_of, self._handle), app.now)
        self._poller = Poller(NAME, partial(get_updates, application), self.updates.receive)
        self._work: asyncio.Task[None] | None = None
        self._showing: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin; returns at once."""
        self._work = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Take nothing more, and end what was begun."""
        for view in self.views:
            view.stop()
        if self._showing:  # a call that is cut off may have been done, and would be done again
            await asyncio.wait(self._showing, timeout=DRAIN_S)
        if self._work is not None:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)
        await self.updates.drain(DRAIN_S)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STOP_S):
                if self._application.running:
                    await self._application.stop()
                await self._application.shutdown()

    async def _handle(self, raws: Sequence[Raw]) -> None:
        await self._ready.wait()  # a webhook brings updates before we know our own name
        await self._routing.handle(raws)

    async def _run(self) -> None:
        try:
            await self._serve()
        except Exception as error:
            log.error("desk_ended", action="desk", error=type(error).__name__, where=place(error))
            raise

    async def _serve(self) -> None:
        await self._introduced()
        await self._application.start()
        self._ready.set()
        if (jobs := self._application.job_queue) is not None:
            jobs.run_repeating(self._remind, EVERY_S, first=FIRST_LOOK_S)
            jobs.run_repeating(self._alert, EVERY_S, first=FIRST_LOOK_S)
        await self._offer_commands()
        unlisten = self._app.hub.listen(DESK, self._listener())
        try:
            async with asyncio.TaskGroup() as group:
                self._showing = [group.create_task(view.run()) for view in self.views]
                group.create_task(self.updates.run())
                if self._webhook is None:
                    group.create_task(self._poller.run())
        finally:
            unlisten()

    def _listener(self) -> Listener:
        def heard(_: object) -> None:
            for view in self.views:
                view.wake()

        return heard

    async def _introduced(self) -> None:
        """Get to know ourselves, and let Telegram know how our updates come to us; until it works."""
        pause = FIRST_PAUSE_S
        while True:
            try:
                await self._application.initialize()
                await self._receive_as_set()
            except TelegramError as error:
                log.error("telegram_unreached", action="start", channel=NAME, why=poll_failed(error).why)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE_S)
            else:
                log.info("telegram_ready", action="start", channel=NAME)
                return

    async def _remind(self, _context: object) -> None:
        await self._reminders.run()

    async def _alert(self, _context: object) -> None:
        await self._alerts.run()

    async def _offer_commands(self) -> None:
        try:
            await register_commands(self._application, [view.group for view in self.views], self._voice.say)
        except TelegramError as error:  # agents can type them all the same
            log.warning("commands_not_offered", action="start", channel=NAME, error=type(error).__name__)

    async def _receive_as_set(self) -> None:
        if self._webhook is None:
            await self._bot.delete_webhook()
        else:
            secret = self._settings.webhook_secret.get_secret_value()
            await self._bot.set_webhook(self._webhook, allowed_updates=ALLOWED, secret_token=secret)


def lane_of(raw: Raw) -> str | None:
    """What is handled in order: a topic, and what concerns the group as a whole."""
    found = next((part for name, part in raw.items() if name != "update_id" and isinstance(part, dict)), {})
    where = found.get("message", found)
    if not isinstance(where, dict) or "chat" not in where:
        return None
    return f"{where['chat']['id']}:{where.get('message_thread_id', 0) if where.get('is_topic_message') else 0}"
