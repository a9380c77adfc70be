"""The view: keeps the topics of one group showing their tickets.

Nothing here is queued. The database says how far each topic shows its ticket; whatever lags behind is brought up to
date, one call after another, the most urgent ticket first. A crash, a 429, a deleted topic: the next look goes on.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import structlog
from telegram import Bot
from telegram.constants import ChatAction

from bot import metrics
from bot.desk.telegram.groups import Groups
from bot.desk.telegram.hands import Hands
from bot.desk.telegram.plan import (
    EditPost,
    PutCard,
    PutPost,
    Rename,
    Skip,
    Step,
    UpToDate,
    Voice,
    WaitUntil,
    fingerprint,
    next_step,
)  # fmt: skip
from bot.desk.telegram.rates import Pace
from bot.desk.telegram.trouble import Barred, Later, Moved, PostGone, TopicGone, Trouble, Unsure, asked
from bot.desk.telegram.veil import veiled
from bot.logs import place
from bot.storage.lease import Lease
from bot.storage.standings import Standing, post_gone, standing_of
from bot.storage.store import Store
from bot.storage.threads import group_moved, homeless, most_urgent, settle, shows, topic_gone
from bot.storage.writer import StorageAway
from bot.web.files import Files

POLL = timedelta(seconds=3)
LONGEST_SLEEP = timedelta(seconds=5)  # the lease must be renewed
UNSURE_PAUSE = timedelta(seconds=2)
FIRST_PAUSE, LONGEST_PAUSE, DOUBLINGS = timedelta(seconds=5), timedelta(minutes=5), 10
BROKEN_PAUSE = timedelta(seconds=30)  # for a ticket that can not be shown because of a mistake of ours
CARDS = 2_000  # remembered, so that an unchanged one is not put again

log = structlog.get_logger()


class View:
    """One group's topics. `work` does all that can be done now; `run` does it until `stop`."""

    def __init__(
        self,
        group: int,
        groups: Groups,
        bot: Bot,
        store: Store,
        files: Files,
        voice: Voice,
        now: Callable[[], datetime],
    ) -> None:
        self.group, self._groups, self._bot, self._store = group, groups, bot, store
        self.voice, self.now, self.pace = voice, now, Pace()
        self._lease = Lease(store, f"desk {group}")
        self._hands = Hands(bot, store, files, voice, self.pace, now)
        self.barred: str | None = None  # why the bot may not work in this group, where it may not
        self._times_barred = 0
        self._waiting: dict[int, datetime] = {}  # tickets that are not looked at before a moment
        self._cards: dict[int, str] = {}
        self._wake = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        """There may be something new to show."""
        self._wake.set()

    def stop(self) -> None:
        """End after the step that is being taken."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Work until told to stop."""
        await self._find_group()
        while not self._stopping:
            self._wake.clear()
            pause = min(await self._work_safely(), LONGEST_SLEEP)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause.total_seconds()):
                    await self._wake.wait()
        await self._lease.let_go(self.now())

    async def work(self) -> timedelta:
        """Show all that can be shown now; how long there will be nothing to do."""
        await self._settle()
        while not self._stopping:
            now = self.now()
            if not await self._lease.hold(now):
                return POLL
            pause = self.pace.pause(now)
            if pause:
                return pause
            self._waiting = {number: at for number, at in self._waiting.items() if at > now}
            query = partial(most_urgent, group=self.group, besides=tuple(self._waiting))
            number = await self._store.read(query)
            if number is None:
                return min((at - now for at in self._waiting.values()), default=POLL)
            await self._advance(number)
        return POLL

    async def turn(self) -> None:
        """Returns when one more call may be made in this group, and counts it."""
        while pause := self.pace.pause(self.now()):  # noqa: ASYNC110 - it is waited for time, which is no event
            await asyncio.sleep(pause.total_seconds())
        self.pace.spend(self.now())

    async def adopt(self, number: int, topic: int, name: str) -> None:
        """Telegram tells of a topic of ours: perhaps the answer to its making was lost."""
        await self._hands.adopt(self.group, number, topic, name)
        self._waiting.pop(number, None)
        self.wake()

    def forget_card(self, number: int) -> None:
        """The card is no longer as it was put last."""
        self._cards.pop(number, None)

    def retry(self) -> None:
        """The bot's rights in the group may be others now."""
        if self.barred is not None:
            self.pace.let_go()
            self.wake()

    async def move(self, group: int) -> None:
        """The group has another number now: everything stored follows."""
        if group == self.group:
            return
        log.warning("group_moved", action="desk", group=group, why="write this number into [telegram.desk] group_id")
        await self._hands.note(partial(group_moved, old=self.group, new=group))
        self._groups.moved(self.group, group)
        self.group = group

    async def _find_group(self) -> None:
        """It may have another number since an earlier run: what is written there must not come from a stranger."""
        while not self._stopping:
            try:
                await asked(self._bot.send_chat_action(self.group, ChatAction.TYPING))
            except Moved as moved:
                await self.move(moved.group)
            except (Unsure, Later):
                await asyncio.sleep(UNSURE_PAUSE.total_seconds())
                continue
            except Trouble as trouble:  # the first topic that is to be shown says it again, and has the cure
                log.warning("group_not_found", action="desk", group=self.group, error=type(trouble).__name__)
            return

    async def _work_safely(self) -> timedelta:
        try:
            return await self.work()
        except StorageAway:
            log.warning("desk_waits", action="desk")
        except Exception as error:
            log.error("desk_failed", action="desk", error=type(error).__name__, where=place(error))
        return POLL

    async def _settle(self) -> None:
        found = await self._store.read(homeless)
        mine = [number for number, language in found if self._groups.of(language) == self.group]
        if mine:
            await self._store.write(partial(settle, numbers=mine, group=self.group, now=self.now()))

    async def _advance(self, number: int) -> None:
        """One step of one topic."""
        standing = veiled(await self._store.read(partial(standing_of, number=number)), self.voice)
        step = next_step(standing, self.voice, self._cards.get(number), self.now())
        if isinstance(step, WaitUntil):
            self._waiting[number] = step.at
            return
        try:
            await self._hands.take(standing, step)
        except Trouble as trouble:
            await self._cure(standing, step, trouble)
        except StorageAway:
            raise
        except Exception as error:
            log.error("topic_failed", action="desk", ticket=number, error=type(error).__name__, where=place(error))
            self._waiting[number] = self.now() + BROKEN_PAUSE
        else:
            self._done(number, step)

    def _done(self, number: int, step: Step) -> None:
        if isinstance(step, PutCard):
            self._cards.pop(number, None)
            self._cards[number] = fingerprint(step)
            if len(self._cards) > CARDS:
                del self._cards[next(iter(self._cards))]
        if self.barred is not None and not isinstance(step, (UpToDate, Skip)):
            log.warning("desk_back", action="desk", group=self.group)
            metrics.DESK_BARRED.labels(str(self.group)).set(0)
            self.barred, self._times_barred = None, 0

    async def _cure(self, standing: Standing, step: Step, trouble: Trouble) -> None:
        number, now = standing.ticket.number, self.now()
        match trouble:
            case TopicGone():
                log.warning("topic_gone", action="desk", ticket=number)
                self.forget_card(number)
                await self._store.write(partial(topic_gone, number=number))
            case PostGone() if isinstance(step, PutCard):
                await self._store.write(partial(shows, number=number, card_id=None))
            case PostGone() if isinstance(step, EditPost):
                await self._store.write(partial(post_gone, group=self.group, post=step.post.id))
                # Perhaps the whole topic was deleted: to be asked for its title will tell.
                await self._store.write(partial(shows, number=number, title=""))
            case Moved(group):
                await self.move(group)
            case Later(pause):
                self.pace.hold(now, pause)
            case Barred(why):
                self._bar(why)
            case Unsure():
                if isinstance(step, PutPost) or (isinstance(step, PutCard) and step.post is None):
                    metrics.DESK_DOUBLED.labels("post").inc()
                self.pace.hold(now, UNSURE_PAUSE)
            case _:
                why = str(trouble)
                log.error("post_refused", action="desk", ticket=number, error=type(trouble).__name__, why=why)
                await self._give_up(standing, step)

    async def _give_up(self, standing: Standing, step: Step) -> None:
        """Telegram never takes this: nothing behind it may wait for it."""
        number = standing.ticket.number
        if isinstance(step, PutPost):
            await self._store.write(partial(shows, number=number, shown_seq=step.lines[-1].seq))
        elif isinstance(step, Rename):
            await self._store.write(partial(shows, number=number, title=step.title))
        else:
            self._waiting[number] = self.now() + BROKEN_PAUSE

    def _bar(self, why: str) -> None:
        """The bot may not work here: said once, tried again with growing pauses."""
        if self.barred is None:
            log.error("desk_barred", action="desk", group=self.group, why=why)
        metrics.DESK_BARRED.labels(str(self.group)).set(1)
        self.barred = why
        self.pace.hold(self.now(), min(FIRST_PAUSE * 2 ** min(self._times_barred, DOUBLINGS), LONGEST_PAUSE))
        self._times_barred += 1
