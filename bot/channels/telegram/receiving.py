"""What the customers' bot does with an update: into the inbox, and whatever else it means."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from aiogram import Bot
from aiogram.exceptions import AiogramError

from bot.app import App
from bot.channels.telegram.fetching import Fetcher
from bot.channels.telegram.inward import NAME, Reach, inbound, is_reworded, query_of, reach
from bot.hub import lane_of
from bot.ports import Inbound
from bot.storage.contacts import Known, known, reword, say_once
from bot.storage.conversations import conversation_of
from bot.storage.outbox import back, gone
from bot.storage.updates import Raw


class Receiver:
    """Handles updates; each may come again after a crash, and nothing happens twice."""

    def __init__(self, app: App, bot: Bot, fetcher: Fetcher) -> None:
        self._app, self._bot, self._fetcher = app, bot, fetcher
        self._now: Callable[[], datetime] = app.now
        self._aside: set[asyncio.Task[None]] = set()
        self.username = ""  # ours, as soon as Telegram has told

    async def handle(self, raws: Sequence[Raw]) -> None:
        """One update, or those of an album. Raises `StorageAway`, or what a download raises that is worth a retry."""
        change = reach(raws[0])
        if change is not None:
            return await self._reach(change)
        query = query_of(raws[0])
        if query is not None:
            self._begin(self._bot.answer_callback_query(query))
        try:
            said = inbound(raws, bot=self.username)
        except ValueError:
            return None  # nobody's words to us
        stands = await self._app.store.read(
            partial(known, channel=NAME, address=said.address, external_id=said.external_id)
        )
        if stands.blocked:
            await self._app.store.write(partial(back, channel=NAME, address=said.address))
        if "edited_message" in raws[0]:
            return await self._edited(raws[0], said, stands)
        return await self._said(raws, said, stands)

    async def _said(self, raws: Sequence[Raw], said: Inbound, stands: Known) -> None:
        came_before = stands.seq is not None
        if stands.owner != "human" and not came_before:
            self._begin(self._bot.send_chat_action(said.address, "typing"))
        files, troubles = ([], []) if came_before else await self._fetcher.fetch(raws, said.address)
        message = inbound(raws, bot=self.username, offered=stands.offered, files=files)
        if not troubles or files or message.message.text:  # a file alone that we can not take is no message
            await self._app.inbox.accept(message)
        for trouble in troubles:
            await self._complain(message, trouble)

    async def _complain(self, to: Inbound, trouble: str) -> None:
        """Tell the customer what became of a file."""
        hint = to.message.language_hint
        key = f"{to.external_id}:{trouble}"
        words = partial(self._fetcher.words, trouble, hint)
        told = await self._app.store.write(partial(say_once, to=to, key=key, words=words, now=self._now()))
        if told is not None:
            self._app.hub.publish(lane_of(NAME, to.address), (told.posted,))
            self._app.outbox.wake()
            self._app.tickets.changed()

    async def _edited(self, raw: Raw, edited: Inbound, stands: Known) -> None:
        """New words in the place of old ones; of a message we never had they are the message."""
        if not is_reworded(raw):
            return
        if stands.conversation is None or stands.seq is None:
            if edited.message.text:
                await self._app.inbox.accept(edited)
            return
        await self._app.store.write(partial(reword, edited=edited))
        await self._app.tickets.edit(stands.conversation, stands.seq, edited.message.text)

    async def _reach(self, change: Reach) -> None:
        store, address = self._app.store, change.address
        if change.reached:
            await store.write(partial(back, channel=NAME, address=address))
            return
        is_news = await store.write(partial(gone, channel=NAME, address=address, now=self._now()))
        conversation = await store.read(partial(conversation_of, channel=NAME, address=address))
        if is_news and conversation is not None:
            await self._app.tickets.lost(conversation)

    def _begin(self, call: Coroutine[Any, Any, Any]) -> None:
        """A call beside the handling: nothing depends on it."""
        task = asyncio.create_task(_without_trouble(call))
        self._aside.add(task)
        task.add_done_callback(self._aside.discard)

    async def close(self) -> None:
        """Nothing beside goes on."""
        for task in self._aside:
            task.cancel()
        await asyncio.gather(*self._aside, return_exceptions=True)


async def _without_trouble(call: Coroutine[Any, Any, Any]) -> None:
    try:
        await call
    except AiogramError:
        return  # a button's answer that came too late, a sign of typing that nobody sees
