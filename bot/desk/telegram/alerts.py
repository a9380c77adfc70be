"""Alerts in the group: somebody is guessing serials. Each stands in General once, or twice where an answer was lost:
an alert nobody reads would be worse. They tell how much was asked, never what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import get_args

import structlog
from telegram import Bot

from bot import metrics
from bot.desk.telegram.plan import Voice
from bot.desk.telegram.posting import Place, send_words
from bot.desk.telegram.trouble import Later, Trouble, Unsure
from bot.desk.telegram.view import View
from bot.logs import place
from bot.storage.lease import Lease
from bot.storage.registry.alerts import Alert, alert_told, untold
from bot.storage.store import Store
from bot.storage.writer import StorageAway
from bot.telegram_text import plain
from handlers.rules.guard import AlertKind

KINDS = get_args(AlertKind)  # with words of their own; a row may be of a later version

log = structlog.get_logger()


class Alerts:
    """Tells the first group what nobody was told yet."""

    def __init__(self, bot: Bot, view: View, store: Store, voice: Voice, now: Callable[[], datetime]) -> None:
        self._bot, self._view, self._store, self._voice, self._now = bot, view, store, voice, now
        self._lease = Lease(store, "alerts")

    async def run(self) -> None:
        """Look once. What goes wrong now is looked at again the next time."""
        try:
            await self.look()
        except StorageAway:
            log.warning("alerts_wait", action="alert")
        except Exception as error:
            log.error("alerts_failed", action="alert", error=type(error).__name__, where=place(error))

    async def look(self) -> None:
        """Tell what is new; what Telegram does not take now stays untold. Raises `StorageAway`."""
        if not await self._lease.hold(self._now()):
            return
        for alert in await self._store.read(untold):
            try:
                await self._tell(alert)
            except Trouble as trouble:
                log.warning("alert_waits", action="alert", why=alert.kind, error=type(trouble).__name__)
                self._learn(trouble)
                return

    async def _tell(self, alert: Alert) -> None:
        await self._view.turn()
        await send_words(self._bot, Place(self._view.group, None), plain(self._text(alert), self._voice.language))
        await self._store.write(partial(alert_told, number=alert.id, now=self._now()))

    def _learn(self, trouble: Trouble) -> None:
        if isinstance(trouble, Later):
            self._view.pace.hold(self._now(), trouble.pause)
        if isinstance(trouble, Unsure):
            metrics.DESK_DOUBLED.labels("alert").inc()

    def _text(self, alert: Alert) -> str:
        say = self._voice.say
        told = say(f"alert_{alert.kind}") if alert.kind in KINDS else say("alert_other", kind=alert.kind)
        counts = say("alert_counts", asked=alert.asked, askers=alert.askers, missed=alert.missed)
        return f"🚨 {told} {counts}"
