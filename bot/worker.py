"""The worker: takes stored messages, one lane (conversation) at a time, and records their turns.

Nothing in memory is needed to be right: a row of the inbox without `handled_at` is work, and `record` refuses to
handle a row twice, out of order, or on an outdated conversation. So several processes may run on one database;
each begins at once with what it accepted itself, and takes over what others left lying for `GRACE`.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot import metrics
from bot.conversation import Conversation, Thought
from bot.hub import Hub, lane_of
from bot.logs import place
from bot.ports import Posted
from bot.storage import Connection
from bot.storage.conversations import (
    Standing,
    TurnOvertaken,
    Waiting,
    count_attempt,
    record,
    unhandled,
    waiting_of,
)  # fmt: skip
from bot.storage.events import keep
from bot.storage.news import announce
from bot.storage.outbox import send_later
from bot.storage.store import Store
from bot.storage.tickets import customer_wrote, whole_standing
from bot.storage.writer import StorageAway
from handlers.words import (
    AnswerGiven,
    AnswerRated,
    CountryTold,
    Event,
    FlowMoved,
    SerialChecked,
    SurveyAnswered,
    TicketActed,
    TicketWanted,
)  # fmt: skip

GRACE = timedelta(seconds=5)
SWEEP_S = 1.0
TRIES = 3  # at thinking about one message
STANDINGS = 4_096  # conversations remembered between turns
LANES = 256  # conversations thought about at once
# What they change the database says; a device may come with a service level.
READ_ANEW = (TicketWanted, TicketActed, SurveyAnswered, SerialChecked, FlowMoved)

log = structlog.get_logger()


class Worker:
    """Runs lanes. `offer` gives it work; `run` looks for work that nobody offered."""

    def __init__(
        self,
        store: Store,
        hub: Hub,
        conversation: Conversation,
        now: Callable[[], datetime],
        pushes: Callable[[str], bool],
        wake_outbox: Callable[[], None],
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        """`changed` hears that desks may have something new to show."""
        self._store, self._hub, self._conversation, self._now = store, hub, conversation, now
        self._pushes, self._wake_outbox, self._changed = pushes, wake_outbox, changed
        self._lanes: dict[int, deque[Waiting]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(LANES)
        self._standings: OrderedDict[int, Standing] = OrderedDict()
        self._stopping = False

    def offer(self, waiting: Waiting) -> None:
        """Work for a lane; a row that is waiting there already is not taken twice."""
        lane = self._lanes.get(waiting.conversation)
        if lane is None:
            self._lanes[waiting.conversation] = deque((waiting,))
            task = asyncio.create_task(self._run_lane(waiting.conversation))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        elif all(waiting.inbox_id != other.inbox_id for other in lane):
            lane.append(waiting)

    async def run(self) -> None:
        """Sweep until told to stop: at once for what an earlier process left, then every second."""
        grace = timedelta(0)
        while not self._stopping:
            try:
                for waiting in await self._store.read(partial(unhandled, before=self._now() - grace)):
                    self.offer(waiting)
                grace = GRACE
            except Exception as error:  # the database may be away for a while; the rows stay
                log.warning("sweep_failed", action="sweep", error=type(error).__name__)
            await asyncio.sleep(SWEEP_S)

    async def drain(self, seconds: float) -> bool:
        """Wait for the lanes to run empty; False where some did not in time (their rows stay for the next start)."""
        self._stopping = True
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        left = list(self._tasks)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        return not left

    async def _run_lane(self, conversation: int) -> None:
        lane = self._lanes[conversation]
        try:
            async with self._room:
                while lane:
                    await self._handle(lane)
        except Exception as error:  # the rows stay, and the sweep comes back to them
            log.error("lane_failed", action="turn", conversation=conversation, error=type(error).__name__)
        finally:
            del self._lanes[conversation]

    async def _handle(self, lane: deque[Waiting]) -> None:
        """Record the head's turn; leave the lane as it is where the database is away."""
        waiting = lane[0]
        try:
            try:
                await self._turn(waiting)
                lane.popleft()
            except TurnOvertaken:
                await self._look_again(lane, waiting.conversation)
        except StorageAway:
            log.warning("turn_waits", action="turn", conversation=waiting.conversation)
            if self._stopping:
                lane.clear()
            else:
                await asyncio.sleep(SWEEP_S)

    async def _turn(self, waiting: Waiting) -> None:
        """Think and record; after `TRIES` failures at either, record the apology in its place."""
        known = await self._standing(waiting.conversation)
        name = "Interrupted"
        for attempts in range(waiting.attempts + 1, TRIES + 1):
            try:
                with metrics.TURN_SECONDS.time():
                    thought = await self._conversation.think(waiting, known, self._now())
                return await self._record(waiting, known, thought)
            except (TurnOvertaken, StorageAway):
                raise
            except Exception as error:
                name = type(error).__name__
                log.error("turn_failed", action="turn", error=name, where=place(error), attempts=attempts)
            await self._store.write(partial(count_attempt, inbox_id=waiting.inbox_id))
        await self._record(waiting, known, self._conversation.trouble(waiting, known, name, self._now()))
        metrics.PARKED.labels(waiting.channel).inc()
        return None

    async def _record(self, waiting: Waiting, known: Standing, thought: Thought) -> None:
        push = self._pushes(known.channel)
        posted = await self._store.write(partial(_record, thought=thought, to=known, push=push))
        if known.snapshot.owner == "bot" and not any(isinstance(event, READ_ANEW) for event in thought.events):
            self._remember(waiting.conversation, known, thought)
        else:  # who speaks next, and what the customer sees of tickets, the database says
            self._standings.pop(waiting.conversation, None)
            self._changed()
        self._hub.publish(lane_of(known.channel, known.address), posted)
        if push:
            self._wake_outbox()
        _count(waiting.channel, thought.events)

    async def _standing(self, conversation: int) -> Standing:
        known = self._standings.get(conversation)
        if known is None:
            known = await self._store.read(partial(whole_standing, conversation=conversation, now=self._now()))
        return known

    def _remember(self, conversation: int, known: Standing, thought: Thought) -> None:
        was, write = known.snapshot, thought.write
        told = (event.country for event in thought.events if isinstance(event, CountryTold))
        country = next(told, was.country)
        snapshot = replace(was, language=write.language, state=write.state, offered=write.offered, country=country)
        self._standings[conversation] = Standing(snapshot, known.version + 1, known.channel, known.address)
        self._standings.move_to_end(conversation)
        if len(self._standings) > STANDINGS:
            self._standings.popitem(last=False)

    async def _look_again(self, lane: deque[Waiting], conversation: int) -> None:
        """Another process was here: forget what we knew, and take what the database says is waiting."""
        self._standings.pop(conversation, None)
        rows = await self._store.read(partial(waiting_of, conversation=conversation))
        lane.clear()
        lane.extend(rows)
        await asyncio.sleep(0.02)


def _record(connection: Connection, *, thought: Thought, to: Standing, push: bool) -> list[Posted]:
    """Commit 2: everything a turn changes, or nothing."""
    write = thought.write
    posted = record(connection, write, partial(_keep, connection, thought=thought, to=to))
    announce(connection, lane_of(to.channel, to.address))
    if push:
        send_later(connection, to, write.waiting.conversation, posted, write.now)
    return posted


def _keep(connection: Connection, *, thought: Thought, to: Standing) -> int | None:
    """What a turn reported; the number of the ticket it wanted."""
    write = thought.write
    if to.snapshot.owner != "bot":
        customer_wrote(connection, write.waiting.conversation, write.now)
    numbers = [
        keep(connection, write.waiting.conversation, write.language, event, write.now) for event in thought.events
    ]
    return next(filter(None, numbers), None)


def _count(channel: str, events: tuple[Event, ...]) -> None:
    metrics.TURNS.labels(channel).inc()
    for event in events:
        match event:
            case AnswerGiven():
                metrics.ANSWERS.labels(event.decision).inc()
            case AnswerRated():
                metrics.RATINGS.labels("yes" if event.helped else "no").inc()
            case TicketWanted():
                metrics.TICKETS.labels(event.reason).inc()
