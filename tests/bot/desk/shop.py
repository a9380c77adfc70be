"""A shop with its desk in Telegram: customers who write, tickets that open, a group whose topics are looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import count, groupby
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from telegram.ext import ApplicationBuilder

from bot.desk.telegram.acts import Acts
from bot.desk.telegram.application import ALLOWED, Routing
from bot.desk.telegram.buttons import Buttons
from bot.desk.telegram.door import Door
from bot.desk.telegram.fetching import Fetcher
from bot.desk.telegram.groups import Groups
from bot.desk.telegram.join import voice_of
from bot.desk.telegram.people import People
from bot.desk.telegram.replies import Replies
from bot.desk.telegram.view import View
from bot.hub import Hub
from bot.ports import Inbound
from bot.storage.agents import Agent, add_agent
from bot.storage.conversations import accept, insert_message
from bot.storage.desk import Said
from bot.storage.store import Store
from bot.storage.tables import conversations
from bot.storage.tickets import customer_wrote, open_or_extend
from bot.storage.updates import album_of
from bot.tickets import Tickets
from bot.web.files import Files
from handlers.words import Attachment, Message, Priority, TicketWanted
from tests.fakes.clock import Clock
from tests.fakes.services import FakeServices
from tests.fakes.telegram import Bot, Group, Telegram, Topic
from tests.fakes.telegram import Message as Post

GROUP = -1001
NUMBERS = count(1)  # of what comes from outside; a restart does not begin anew


class Words(FakeServices):
    """The real phrases; those to customers about tickets are said as their own name."""

    def say(self, phrase: str, language: str, **values: Any) -> str:
        return f"{phrase} [{language}]" if phrase.startswith("tickets.") else super().say(phrase, language, **values)


@dataclass
class Shop:
    """One process' worth of a desk."""

    fake: Telegram
    group: Group
    me: Bot  # the desk's bot, as Telegram knows it
    bot: Any  # the same, as the framework has it
    store: Store
    clock: Clock
    folder: Path
    languages: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        services = Words()
        self.hub = Hub()
        self.files = Files(self.folder, self.store)
        self.tickets = Tickets(self.store, self.hub, services, lambda channel: False, lambda: None, self.clock)
        self.groups = Groups(self.group.id, self.languages)
        self.view = self.another_view(self.group.id)

    async def opened(self, **settings: Any) -> None:
        """The agents' side begins to work, without receiving anything by itself: see `hears`."""
        self.me.queue.allow(ALLOWED)
        application = ApplicationBuilder().bot(self.bot).updater(None).job_queue(None).build()
        await application.initialize()
        services, default = Words(), settings.get("default", "reply")
        voice = voice_of(services)
        people = People(self.bot, self.store, settings.get("admins_are_agents", True), self.clock)
        fetcher = Fetcher(self.bot, self.files, voice.say, self.clock)
        acts = Acts(self.tickets, self.store, voice, services.languages, ZoneInfo("Europe/Prague"), default)
        replies = Replies(self.bot, voice)
        door = Door(self.bot, [self.view], self.tickets, self.store, people, fetcher, acts, replies, default)
        buttons = Buttons(self.bot, door.view_of, self.store, people, acts, replies, services.languages)
        self.routing = Routing(application, door, buttons)

    async def hears(self) -> None:
        """Handle all that Telegram has for the desk's bot, then show what came of it."""
        pending = [update.json() for update in self.me.queue.pending]
        self.me.queue.pending.clear()
        for _, together in groupby(pending, key=lambda raw: album_of(raw) or raw["update_id"]):
            await self.routing.handle(list(together))
        self.clock.forward(30)
        await self.show()

    def another_view(self, group: int) -> View:
        voice = voice_of(Words())
        return View(group, self.groups, self.bot, self.store, self.files, voice, self.clock)

    # ---- what happens at the shop

    async def says(
        self, text: str, address: str = "anna", files: Sequence[Attachment] = (), language: str = "en"
    ) -> int:
        """A customer writes; the number of the conversation."""
        inbound = Inbound("website", address, f"{address}:{next(NUMBERS)}", Message(text, None, tuple(files)))
        accepted = await self.store.write(partial(accept, inbound=inbound, now=self.clock()))
        talk = accepted.conversation
        speaks = conversations.update().where(conversations.c.id == talk).values(language=language)
        await self.store.write(lambda connection: connection.execute(speaks).rowcount)
        await self.store.write(partial(customer_wrote, conversation=talk, now=self.clock()))
        return talk

    async def bot_says(self, talk: int, text: str, **more: Any) -> int:
        say = partial(insert_message, conversation=talk, author="bot", now=self.clock(), text=text, **more)
        return await self.store.write(say)

    async def opens(self, talk: int, description: str = "The kettle leaks", priority: Priority = "normal") -> int:
        """The customer asks for a person; the ticket's number."""
        wanted = TicketWanted("asked_for_person", description, "anna@example.com", priority)
        opening = partial(open_or_extend, conversation=talk, language="en", wanted=wanted, now=self.clock())
        return await self.store.write(opening)

    async def ticket(self, text: str = "The kettle leaks", address: str = "anna", **more: Any) -> int:
        """A customer who wrote and asked for a person."""
        return await self.opens(await self.says(text, address, **more), text)

    async def agent(self, name: str = "Jana", telegram_id: int | None = None) -> Agent:
        return await self.store.write(partial(add_agent, name=name, telegram_id=telegram_id, now=self.clock()))

    async def answers(self, number: int, agent: Agent, text: str, **more: Any) -> Any:
        """An agent writes at another desk."""
        said = Said(agent.id, f"web:{next(NUMBERS)}", text, **more)
        return await self.tickets.answer(number, said)

    async def keeps(self, content: bytes, name: str, address: str = "anna") -> Attachment:
        """A file a customer sent."""

        async def chunks() -> Any:
            yield content

        return await self.files.keep("website", address, name, chunks(), 60_000_000, self.clock())

    # ---- what the group shows

    async def show(self, view: View | None = None, seconds: float = 300) -> None:
        """Let the view work until all is shown."""
        view = view or self.view
        end = self.clock() + timedelta(seconds=seconds)
        while self.clock() < end:
            self.clock.forward(max((await view.work()).total_seconds(), 0.1))
            if not await self.store.read(lags):
                return
        raise AssertionError(f"the view does not come to rest\n{self.fake.transcript()}")

    def topic(self, number: int) -> Topic:
        return self.group.topic(f"AC-{number:06}")

    def posts(self, number: int) -> list[Post]:
        """What stands in a ticket's topic below the card."""
        return self.topic(number).messages[1:]

    def texts(self, number: int) -> list[str]:
        return [post.words for post in self.posts(number)]


def lags(connection: Any) -> bool:
    """Whether any topic does not show its ticket."""
    from sqlalchemy import text

    found = connection.execute(
        text(
            "SELECT 1 FROM tickets LEFT JOIN desk_threads ON ticket_id = tickets.id"
            " WHERE (desk_threads.id IS NULL AND status <> 'closed') OR desk_threads.version < tickets.version"
        )
    )
    return found.first() is not None


Made = Callable[..., Shop]
