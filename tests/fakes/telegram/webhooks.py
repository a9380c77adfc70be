"""Delivery to webhooks: per lane one at a time and in order, lanes in parallel, tried again until it is taken."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import aiohttp

from tests.fakes.telegram.faults import Fault
from tests.fakes.telegram.queue import Update
from tests.fakes.telegram.things import Bot, Webhook

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
FIRST_RETRY, LONGEST_RETRY = 0.02, 0.5  # seconds; Telegram's are 1 and 120
ANSWER_SECONDS = 60
REORDER_SECONDS = 0.05
Answer = Callable[[Bot, dict[str, str]], Awaitable[Any]]


class Delivery:
    """Delivers the updates of one bot while it has a webhook. `answer` runs the method call in a webhook's answer."""

    def __init__(self, bot: Bot, answer: Answer, now: Callable[[], float]) -> None:
        self._bot, self._answer, self._now = bot, answer, now
        self._session: aiohttp.ClientSession | None = None
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._is_stopped = False
        bot.queue.wake = self.ring

    def ring(self, lane: str = "") -> None:
        """Something new in a lane, or (no lane) a webhook was set: a lane with updates gets somebody to work on it."""
        if self._bot.webhook is None or self._is_stopped:
            return
        lanes = {lane} if lane else {update.lane for update in self._bot.queue.ready()}
        for one in lanes - self._lanes.keys():
            task = asyncio.get_running_loop().create_task(self._work(one))
            self._lanes[one] = task
            task.add_done_callback(partial(self._leave, one))

    def _leave(self, lane: str, done: asyncio.Task[None]) -> None:
        del self._lanes[lane]
        if not done.cancelled():
            done.result()
            if any(update.lane == lane for update in self._bot.queue.pending):
                self.ring(lane)  # it came just now

    async def stop(self) -> None:
        self._is_stopped = True
        tasks = list(self._lanes.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    async def _work(self, lane: str) -> None:
        queue, wait, waiting = self._bot.queue, FIRST_RETRY, list[Update]()
        while self._bot.webhook is not None:
            waiting = [update for update in waiting if not update.is_gone]
            waiting = waiting or [update for update in queue.ready() if update.lane == lane]
            if not waiting:
                return
            update = await self._chosen(waiting)
            if await self._deliver(self._bot.webhook, update):
                queue.done(update)
                waiting.remove(update)
                wait = FIRST_RETRY
                continue
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_RETRY)

    async def _chosen(self, waiting: list[Update]) -> Update:
        """The next of a lane, as the ordered faults leave it."""
        faults = self._bot.queue.faults
        match faults.draw("webhook", {Fault.REORDER, Fault.SHUFFLE, Fault.DUPLICATE}):
            case Fault.REORDER:  # other lanes overtake this one
                await asyncio.sleep(faults.random.random() * REORDER_SECONDS)
            case Fault.SHUFFLE:
                return faults.random.choice(waiting)
            case Fault.DUPLICATE:
                waiting[0].again = True
        return waiting[0]

    async def _deliver(self, hook: Webhook, update: Update) -> bool:
        """Post it, twice where that was ordered; is it taken?"""
        for _ in range(2 if update.again else 1):
            trouble = await self._post(hook, update)
            if trouble:
                hook.last_error = (self._now(), trouble)
                return False
        update.again = False
        hook.delivered += 1
        return True

    async def _post(self, hook: Webhook, update: Update) -> str:
        """One request; what is wrong with the answer, empty where nothing is."""
        hook.attempts += 1
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(ANSWER_SECONDS))
        headers = {SECRET_HEADER: hook.secret} if hook.secret else {}
        try:
            async with self._session.post(hook.url, json=update.json(), headers=headers) as response:
                if not 200 <= response.status < 300:
                    await self._obey(response.headers.get("Retry-After", ""))
                    return f"Wrong response from the webhook: {response.status} {response.reason}"
                await self._run(response)
                return ""
        except (aiohttp.ClientError, TimeoutError) as error:
            return "Connection timed out" if isinstance(error, TimeoutError) else "Connection refused"

    async def _obey(self, seconds: str) -> None:
        if seconds.isdecimal():
            await asyncio.sleep(min(int(seconds), 3600))

    async def _run(self, response: aiohttp.ClientResponse) -> None:
        """An answer may be a method call, as JSON or as a form; nobody hears what came of it."""
        values: dict[str, str] = {}
        if response.content_type == "application/json":
            with contextlib.suppress(ValueError):
                values = {key: value if isinstance(value, str) else str(value) for key, value in
                          (await response.json() or {}).items()}  # fmt: skip
        elif response.content_type.startswith("multipart/"):
            values = await form_of(response)
        if "method" in values:
            await self._answer(self._bot, values)


async def form_of(response: aiohttp.ClientResponse) -> dict[str, str]:
    """The text parts of a multipart answer."""
    values: dict[str, str] = {}
    async for part in aiohttp.MultipartReader.from_response(response):
        if isinstance(part, aiohttp.BodyPartReader) and part.name:
            values[part.name] = await part.text()
    return values
