"""What the clock tells the agents: what is due, who waits for an answer, what the day begins with. Each thing once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog
from telegram import Bot

from bot.desk.telegram.plan import Voice
from bot.desk.telegram.posting import Place, send_words
from bot.desk.telegram.trouble import Trouble, Unsure
from bot.desk.telegram.view import View
from bot.logs import place
from bot.settings import Settings
from bot.storage.reminders import Owed, not_told, owed, remind, solved, tell_once, told
from bot.storage.store import Store
from bot.storage.tickets import act
from bot.storage.writer import StorageAway
from bot.telegram_text import plain
from bot.tickets import Tickets
from handlers.rules.sla import Clock, Promise, Tier, clock, due_at
from handlers.rules.tickets import ends_in_silence

EVERY_S = 60.0
MORNING = timedelta(hours=2)  # after opening; a bot that was away longer begins the day without a digest
WAITING = ("waiting_customer", "waiting_third_party")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Reminder:
    """Something the agents of a ticket are to hear once."""

    key: str
    number: int
    text: str


class Reminders:
    """Looks at the tickets, and says what is new."""

    def __init__(
        self,
        settings: Settings,
        bot: Bot,
        views: Sequence[View],
        tickets: Tickets,
        store: Store,
        voice: Voice,
        now: Callable[[], datetime],
    ) -> None:
        self._bot, self._views, self._tickets, self._store = bot, views, tickets, store
        self._voice, self._now, self._sla = voice, now, settings.sla
        self._calendar, self._zone = settings.calendar(), settings.company.zone
        self._close_after = settings.tickets.close_after

    async def run(self) -> None:
        """Look once. What goes wrong now is looked at again the next time."""
        try:
            await self.look()
        except StorageAway:
            log.warning("reminders_wait", action="remind")
        except Exception as error:
            log.error("reminders_failed", action="remind", error=type(error).__name__, where=place(error))

    async def look(self) -> None:
        """Warn, close what ended in silence, and begin the day. Raises `StorageAway`."""
        now = self._now()
        live = [(one, self._clock(one, now)) for one in await self._store.read(owed)]
        await self._warn([reminder for one, stands in live for reminder in self._reminders(one, stands, now)], now)
        await self._close(now)
        await self._greet(live, now)

    async def _warn(self, due: Sequence[Reminder], now: datetime) -> None:
        known = await self._store.read(partial(told, keys=[reminder.key for reminder in due]))
        fresh = [reminder for reminder in due if reminder.key not in known]
        for reminder in fresh:
            tell = partial(remind, key=reminder.key, number=reminder.number, text=reminder.text, now=now)
            await self._store.write(tell)
        if fresh:
            self._tickets.changed()

    async def _close(self, now: datetime) -> None:
        """Close the solved tickets whose customers have said nothing for the configured time."""
        for one in await self._store.read(partial(solved, before=now - self._close_after)):
            end = ends_in_silence(one.log, self._close_after)
            if end is not None and end <= now:
                close = partial(act, number=one.number, action="silence", actor="clock", now=now)
                await self._store.write(close)
                self._tickets.changed()

    async def _greet(self, live: Sequence[tuple[Owed, Clock]], now: datetime) -> None:
        """At the opening hour of a working day each group with open tickets hears how things stand."""
        today = now.astimezone(self._zone).date()
        midnight = datetime(today.year, today.month, today.day, tzinfo=self._zone)
        if not self._calendar.slots(today):
            return
        opening = self._calendar.next_open(midnight)
        if not opening <= now < opening + MORNING:
            return
        for view in self._views:
            mine = [(one, stands) for one, stands in live if one.group == view.group]
            if mine:
                await self._tell_group(view, f"digest:{view.group}:{today}", self._digest(mine), now)

    async def _tell_group(self, view: View, key: str, text: str, now: datetime) -> None:
        if not await self._store.write(partial(tell_once, key=key, now=now)):
            return
        await view.turn()
        try:
            await send_words(self._bot, Place(view.group, None), plain(text, self._voice.language))
        except Unsure:  # it may stand there: a second one would be worse than none
            return
        except Trouble:
            await self._store.write(partial(not_told, key=key))

    def _clock(self, one: Owed, now: datetime) -> Clock:
        return clock(one.log, self._tier(one), self._calendar, now)

    def _tier(self, one: Owed) -> Tier:
        tiers = {"extended": self._sla.extended, "premium": self._sla.premium}
        return tiers.get(one.tier, self._sla.basic).tier()

    def _reminders(self, one: Owed, stands: Clock, now: datetime) -> Iterator[Reminder]:
        promises: dict[str, Promise] = {"first_reply": stands.first_reply, "resolution": stands.resolution}
        for warning in stands.warnings:
            name, _, kind = warning.key.partition(":")
            due = promises[name].due
            if due is not None:
                text = self._voice.say(f"{kind}_{name}", due=self._shown(due))
                yield Reminder(f"sla:{one.number}:{warning.key}", one.number, text)
        # Before the first reply the promise of one is warned of.
        if one.asked is not None and not stands.first_reply.is_owed and stands.is_running:
            seq, at = one.asked
            if due_at(self._tier(one).first_reply, self._calendar, at) <= now:
                text = self._voice.say("unanswered", since=self._shown(at))
                yield Reminder(f"unanswered:{one.number}:{seq}", one.number, text)

    def _digest(self, live: Sequence[tuple[Owed, Clock]]) -> str:
        broken = sum(stands.first_reply.is_broken or stands.resolution.is_broken for _, stands in live)
        return self._voice.say(
            "digest",
            live=len(live),
            untaken=sum(not one.is_taken for one, _ in live),
            waiting=sum(one.status in WAITING for one, _ in live),
            overdue=broken,
        )

    def _shown(self, at: datetime) -> str:
        return f"{at.astimezone(self._zone):%Y-%m-%d %H:%M}"
