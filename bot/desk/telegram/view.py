"""The view: keeps the topics of one group showing their tickets.

Nothing here is queued. The database says how far each topic shows its ticket; whatever lags behind is brought up to
date, one call after another, the most urgent ticket first. A crash, a 429, a deleted topic: the next look goes on.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial

import structlog
from telegram import Bot

from bot import metrics
from bot.desk.telegram.card import title
from bot.desk.telegram.plan import (
    ADOPTION,
    EditPost,
    MakeTopic,
    Open,
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
from bot.desk.telegram.posting import Place, edit_part, edit_words, send_file, send_words
from bot.desk.telegram.posts import File
from bot.desk.telegram.rates import Pace
from bot.desk.telegram.trouble import (
    Barred,
    Later,
    Moved,
    PostGone,
    TopicGone,
    Trouble,
    Unchanged,
    Unfit,
    Unsure,
    asked,
)
from bot.logs import place
from bot.storage.store import Store
from bot.storage.threads import (
    Standing,
    begin_topic,
    edited,
    group_moved,
    homeless,
    most_urgent,
    post_gone,
    posted,
    settle,
    shows,
    standing_of,
    topic_gone,
    topic_made,
    topic_refused,
)  # fmt: skip
from bot.storage.writer import StorageAway
from bot.telegram_text import plain
from bot.web.files import Files

POLL = timedelta(seconds=3)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=5)
BROKEN_PAUSE = timedelta(seconds=30)  # for a ticket that can not be shown because of a mistake of ours
CARDS = 2_000  # remembered, so that an unchanged one is not put again

log = structlog.get_logger()


class Groups:
    """Which group shows which tickets: those of some languages have their own."""

    def __init__(self, default: int, by_language: dict[str, int]) -> None:
        self._default, self._by_language = default, dict(by_language)

    def of(self, language: str | None) -> int:
        return self._by_language.get(language or "", self._default)

    @property
    def all(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys((self._default, *self._by_language.values())))

    def moved(self, old: int, new: int) -> None:
        """A group has another number now."""
        self._default = new if self._default == old else self._default
        self._by_language = {spoken: new if group == old else group for spoken, group in self._by_language.items()}


class View:
    """One group's topics. `work` does all that can be done now; `run` does it for ever."""

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
        self._files, self.voice, self.now = files, voice, now
        self.pace = Pace()
        self.barred: str | None = None  # why the bot may not work in this group, where it may not
        self._times_barred = 0
        self._waiting: dict[int, datetime] = {}  # tickets that are not looked at before a moment
        self._cards: dict[int, str] = {}
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """There may be something new to show."""
        self._wake.set()

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            self._wake.clear()
            pause = await self._work_safely()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause.total_seconds()):
                    await self._wake.wait()

    async def work(self) -> timedelta:
        """Show all that can be shown now; how long there will be nothing to do."""
        await self._settle()
        while True:
            now = self.now()
            pause = self.pace.pause(now)
            if pause:
                return pause
            self._waiting = {number: at for number, at in self._waiting.items() if at > now}
            besides = tuple(self._waiting)
            number = await self._store.read(partial(most_urgent, group=self.group, besides=besides))
            if number is None:
                return min((at - now for at in self._waiting.values()), default=POLL)
            await self._advance(number)

    async def turn(self) -> None:
        """Returns when one more call may be made in this group, and counts it."""
        while pause := self.pace.pause(self.now()):  # noqa: ASYNC110 - it is waited for time, which is no event
            await asyncio.sleep(pause.total_seconds())
        self.pace.spend(self.now())

    async def adopt(self, number: int, topic: int, name: str) -> None:
        """Telegram tells of a topic of ours: perhaps the answer to its making was lost."""
        has = await self._store.write(partial(topic_made, number=number, group=self.group, topic=topic, title=name))
        if has is not None and has != topic:
            await self._remove(topic)
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
        await self._store.write(partial(group_moved, old=self.group, new=group))
        self._groups.moved(self.group, group)
        self.group = group

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
        standing = await self._store.read(partial(standing_of, number=number))
        step = next_step(standing, self.voice, self._cards.get(number), self.now())
        try:
            await self._take(standing, step)
        except Trouble as trouble:
            await self._cure(standing, step, trouble)
        except (StorageAway, asyncio.CancelledError):
            raise
        except Exception as error:
            log.error("topic_failed", action="desk", ticket=number, error=type(error).__name__, where=place(error))
            self._waiting[number] = self.now() + BROKEN_PAUSE
        else:
            self._is_well(step)

    async def _take(self, standing: Standing, step: Step) -> None:
        number = standing.ticket.number
        match step:
            case WaitUntil(at):
                self._waiting[number] = at
            case UpToDate(version):
                await self._store.write(partial(shows, number=number, version=version))
            case Skip(seen):
                await self._store.write(partial(shows, number=number, shown_seq=seen))
            case MakeTopic():
                await self._make(number, step)
            case Open(is_open):
                await self._open(standing, is_open)
            case Rename(name):
                await self._rename(standing, name)
            case PutCard():
                await self._put_card(standing, step)
            case PutPost():
                await self._put_post(standing, step)
            case EditPost():
                await self._edit_post(standing, step)

    async def _make(self, number: int, step: MakeTopic) -> None:
        now = self.now()
        begin = partial(begin_topic, number=number, title=step.title, now=now, given_up=now - ADOPTION)
        if not await self._store.write(begin):
            return
        if step.again:
            metrics.DESK_DOUBLED.labels("topic").inc()
        self._spend()
        try:
            topic = await asked(self._bot.create_forum_topic(self.group, step.title))
        except Unsure:
            raise
        except Trouble:
            await self._store.write(partial(topic_refused, number=number))
            raise
        await self.adopt(number, topic.message_thread_id, step.title)

    async def _remove(self, topic: int) -> None:
        """A topic that was made twice goes again; where the bot may not delete, it stays, and is empty."""
        self._spend()
        with contextlib.suppress(Trouble):
            await asked(self._bot.delete_forum_topic(self.group, topic))

    async def _open(self, standing: Standing, is_open: bool) -> None:
        self._spend()
        change = self._bot.reopen_forum_topic if is_open else self._bot.close_forum_topic
        with contextlib.suppress(Unchanged):
            await asked(change(self.group, _topic(standing)))
        await self._store.write(partial(shows, number=standing.ticket.number, closed=not is_open))

    async def _rename(self, standing: Standing, name: str) -> None:
        self._spend()
        with contextlib.suppress(Unchanged):
            await asked(self._bot.edit_forum_topic(self.group, _topic(standing), name))
        await self._store.write(partial(shows, number=standing.ticket.number, title=name))

    async def _put_card(self, standing: Standing, step: PutCard) -> None:
        self._spend()
        if step.post is None:
            post = await send_words(self._bot, Place(self.group, _topic(standing)), step.html, step.buttons)
            await self._store.write(partial(shows, number=standing.ticket.number, card_id=post))
        else:
            with contextlib.suppress(Unchanged):
                await edit_words(self._bot, self.group, step.post, step.html, step.buttons)
        self._remember(standing.ticket.number, fingerprint(step))

    async def _put_post(self, standing: Standing, step: PutPost) -> None:
        self._spend()
        at = Place(self.group, _topic(standing))
        if isinstance(step.part, File):
            post = await self._put_file(standing, at, step.part, step.answers)
        else:
            post = await send_words(self._bot, at, step.part.html, answers=step.answers)
        await self._store.write(partial(posted, standing=standing, post=post, lines=step.lines, seen=step.seen))

    async def _put_file(self, standing: Standing, at: Place, file: File, answers: int | None) -> int:
        ticket = standing.ticket
        found = await self._files.find(ticket.channel, ticket.address, file.attachment.id)
        if found is not None and found[1].is_file():
            with contextlib.suppress(Unfit):
                return await send_file(self._bot, at, file, found[1], answers)
        sentence = self.voice.say("file_failed", name=file.attachment.name)
        words = f"{file.caption}\n📎 {plain(sentence, self.voice.language)}"
        return await send_words(self._bot, at, words, answers=answers)

    async def _edit_post(self, standing: Standing, step: EditPost) -> None:
        if step.part is not None:
            self._spend()
            with contextlib.suppress(Unchanged, Unfit):
                await edit_part(self._bot, self.group, step.post.id, step.part)
        await self._store.write(partial(edited, standing=standing, post=step.post))

    async def _cure(self, standing: Standing, step: Step, trouble: Trouble) -> None:
        number, now = standing.ticket.number, self.now()
        match trouble:
            case TopicGone():
                log.warning("topic_gone", action="desk", ticket=number)
                self._cards.pop(number, None)
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
                self.pace.hold(now, timedelta(seconds=2))
            case _:
                log.error("post_refused", action="desk", ticket=number, error=type(trouble).__name__, why=str(trouble))
                await self._give_up(standing, step)

    async def _give_up(self, standing: Standing, step: Step) -> None:
        """Telegram never takes this: nothing behind it may wait for it."""
        number = standing.ticket.number
        if isinstance(step, PutPost):
            await self._store.write(partial(shows, number=number, shown_seq=step.lines[-1].seq))
        elif isinstance(step, Rename):
            await self._store.write(partial(shows, number=number, title=title(standing.ticket)))
        else:
            self._waiting[number] = self.now() + BROKEN_PAUSE

    def _bar(self, why: str) -> None:
        """The bot may not work here: said once, tried again with growing pauses."""
        if self.barred is None:
            log.error("desk_barred", action="desk", group=self.group, why=why)
        metrics.DESK_BARRED.labels(str(self.group)).set(1)
        self.barred = why
        pause = min(FIRST_PAUSE * 2 ** min(self._times_barred, 10), LONGEST_PAUSE)
        self._times_barred += 1
        self.pace.hold(self.now(), pause)

    def _is_well(self, step: Step) -> None:
        if self.barred is not None and not isinstance(step, (WaitUntil, UpToDate, Skip)):
            log.warning("desk_back", action="desk", group=self.group)
            metrics.DESK_BARRED.labels(str(self.group)).set(0)
            self.barred, self._times_barred = None, 0

    def _spend(self) -> None:
        self.pace.spend(self.now())

    def _remember(self, number: int, shown: str) -> None:
        self._cards.pop(number, None)
        self._cards[number] = shown
        for oldest in _beyond(self._cards, CARDS):
            del self._cards[oldest]


def _beyond(kept: dict[int, str], most: int) -> Iterable[int]:
    return list(kept)[: max(0, len(kept) - most)]


def _topic(standing: Standing) -> int:
    topic = standing.thread.topic
    if topic is None:
        raise LookupError("a topic that was not made yet was to be changed")
    return topic
