"""The hands of the view: each takes one step of a plan, and notes in the database that it is done."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TypeVar

import structlog
from telegram import Bot

from bot import metrics
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
)  # fmt: skip
from bot.desk.telegram.posting import Place, edit_part, edit_words, send_file, send_words
from bot.desk.telegram.posts import File
from bot.desk.telegram.rates import Pace
from bot.desk.telegram.trouble import Trouble, Unchanged, Unfit, Unsure, asked
from bot.storage import Connection
from bot.storage.standings import Standing, edited, posted
from bot.storage.store import Store
from bot.storage.threads import begin_topic, shows, topic_made, topic_refused
from bot.storage.writer import StorageAway
from bot.telegram_text import plain
from bot.web.files import Files

AWAY_S = 1.0

T = TypeVar("T")

log = structlog.get_logger()


class Hands:
    """Does what was planned. Raises `Trouble` where Telegram does not."""

    def __init__(
        self, bot: Bot, store: Store, files: Files, voice: Voice, pace: Pace, now: Callable[[], datetime]
    ) -> None:
        self._bot, self._store, self._files, self._voice, self._pace, self._now = bot, store, files, voice, pace, now

    async def take(self, standing: Standing, step: Step) -> None:
        """Take one step. Raises `Trouble`, `StorageAway`."""
        number = standing.ticket.number
        match step:
            case UpToDate(version):
                await self._store.write(partial(shows, number=number, version=version))
            case Skip(seen):
                await self._store.write(partial(shows, number=number, shown_seq=seen))
            case MakeTopic():
                await self._make(standing, step)
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
            case WaitUntil():
                return  # the view does that

    async def adopt(self, group: int, number: int, topic: int, title: str) -> None:
        """A topic was made for a ticket; where it has another already, this one goes again."""
        has = await self.note(partial(topic_made, number=number, group=group, topic=topic, title=title))
        if has is not None and has != topic:
            self._spend()
            with contextlib.suppress(Trouble):  # where the bot may not delete, it stays, and is empty
                await asked(self._bot.delete_forum_topic(group, topic))

    async def note(self, write: Callable[[Connection], T]) -> T:
        """Telegram did it. It waits for a database that is away: to do it once more would be worse."""
        while True:
            try:
                return await self._store.write(write)
            except StorageAway:
                log.warning("desk_waits", action="desk")
                await asyncio.sleep(AWAY_S)

    async def _make(self, standing: Standing, step: MakeTopic) -> None:
        number, group, now = standing.ticket.number, standing.thread.group, self._now()
        begin = partial(begin_topic, number=number, title=step.title, now=now, given_up=now - ADOPTION)
        if not await self._store.write(begin):
            return
        if step.again:
            metrics.DESK_DOUBLED.labels("topic").inc()
        self._spend()
        try:
            made = await asked(self._bot.create_forum_topic(group, step.title))
        except Unsure:
            raise
        except Trouble:
            await self.note(partial(topic_refused, number=number))
            raise
        await self.adopt(group, number, made.message_thread_id, step.title)

    async def _open(self, standing: Standing, is_open: bool) -> None:
        self._spend()
        change = self._bot.reopen_forum_topic if is_open else self._bot.close_forum_topic
        with contextlib.suppress(Unchanged):
            await asked(change(standing.thread.group, _topic(standing)))
        await self.note(partial(shows, number=standing.ticket.number, closed=not is_open))

    async def _rename(self, standing: Standing, name: str) -> None:
        self._spend()
        with contextlib.suppress(Unchanged):
            await asked(self._bot.edit_forum_topic(standing.thread.group, _topic(standing), name))
        await self.note(partial(shows, number=standing.ticket.number, title=name))

    async def _put_card(self, standing: Standing, step: PutCard) -> None:
        self._spend()
        group = standing.thread.group
        if step.post is not None:
            with contextlib.suppress(Unchanged):
                await edit_words(self._bot, group, step.post, step.html, step.buttons)
            return
        post = await send_words(self._bot, Place(group, _topic(standing)), step.html, step.buttons)
        await self.note(partial(shows, number=standing.ticket.number, card_id=post))

    async def _put_post(self, standing: Standing, step: PutPost) -> None:
        self._spend()
        at = Place(standing.thread.group, _topic(standing))
        if isinstance(step.part, File):
            post = await self._put_file(standing, at, step.part, step.answers)
        else:
            post = await send_words(self._bot, at, step.part.html, answers=step.answers)
        await self.note(partial(posted, standing=standing, post=post, lines=step.lines, seen=step.seen))

    async def _put_file(self, standing: Standing, at: Place, file: File, answers: int | None) -> int:
        ticket = standing.ticket
        found = await self._files.find(ticket.channel, ticket.address, file.attachment.id)
        if found is not None and found[1].is_file():
            with contextlib.suppress(Unfit):
                return await send_file(self._bot, at, file, found[1], answers)
        sentence = self._voice.say("file_failed", name=file.attachment.name)
        words = f"{file.caption}\n📎 {plain(sentence, self._voice.language)}"
        return await send_words(self._bot, at, words, answers=answers)

    async def _edit_post(self, standing: Standing, step: EditPost) -> None:
        if step.part is not None:
            self._spend()
            with contextlib.suppress(Unchanged, Unfit):
                await edit_part(self._bot, standing.thread.group, step.post.id, step.part)
        await self.note(partial(edited, standing=standing, post=step.post))

    def _spend(self) -> None:
        self._pace.spend(self._now())


def _topic(standing: Standing) -> int:
    topic = standing.thread.topic
    if topic is None:
        raise LookupError("a topic that was not made yet was to be changed")
    return topic
