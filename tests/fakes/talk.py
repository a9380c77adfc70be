"""A customer at the other end of a conversation: writes, presses buttons by their label, reads what comes back.

Its tickets are kept as the database would keep them, by the real rules; the last agent of the day is `solve`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.app import Mind
from bot.conversation import Conversation, Thought
from bot.storage.conversations import Standing, Waiting
from handlers.router import Topic, find_topics
from handlers.rules.numbers import shown
from handlers.rules.ownership import owner
from handlers.rules.tickets import LIVE, Action, Actor, Refused, apply
from handlers.words import (
    TICKET,
    Attachment,
    Choice,
    CountryTold,
    Event,
    FlowMoved,
    Message,
    Outcome,
    Reply,
    Snapshot,
    SurveyAnswered,
    TicketActed,
    TicketView,
    TicketWanted,
    Turn,
    WalkView,
)
from tests.fakes.services import NOW

PHOTO = Attachment("file-1", "photo.jpg", "image/jpeg", 1234)


class Talk:
    """One conversation with the real topics, kept between the turns as the database would keep it: as JSON."""

    def __init__(self, mind: Mind, hint: str | None = None, topics: Sequence[Topic] | None = None) -> None:
        self.topic = ""  # which topic answered last
        self.snapshot = Snapshot(None)
        self.thought: Thought | None = None
        self.now = NOW
        self.told: tuple[Reply, ...] = ()  # what the bot said last
        self._mind, self._hint, self._seq = mind, hint, 0
        watched = [self._watched(topic) for topic in (find_topics() if topics is None else topics)]
        self._conversation = Conversation(mind.services, watched, lambda: mind.knowledge.live.detector, "en")

    async def write(self, text: str) -> str:
        """Send a text; what the bot said to it."""
        return await self.send(Message(text, language_hint=self._hint))

    async def attach(self) -> str:
        """Send a photo without a word."""
        return await self.send(Message(attachments=(PHOTO,), language_hint=self._hint))

    async def press(self, label: str) -> str:
        """Press the button with this label."""
        found = [choice for choice in self.buttons if choice.label == label]
        assert found, f"there is no button {label!r}; the buttons are {[choice.label for choice in self.buttons]}"
        return await self.send(Message(choice=found[0].id, language_hint=self._hint))

    async def send(self, message: Message) -> str:
        self._seq += 1
        waiting = Waiting(self._seq, 1, self._seq, "website", message, 0)
        standing = Standing(self.snapshot, self._seq, "website", "visitor")
        self.thought = await self._conversation.think(waiting, standing, self.now)
        write = self.thought.write
        for event in self.thought.events:
            self._keep(event)
        state = json.loads(json.dumps(dict(write.state)))
        self.snapshot = replace(self.snapshot, language=write.language, state=state, offered=write.offered)
        live = next((shown(ticket.number) for ticket in self.snapshot.tickets if ticket.status in LIVE), TICKET)
        self.told = tuple(replace(reply, text=reply.text.replace(TICKET, live)) for reply in write.replies)
        return self.text

    def solve(self) -> str:
        """An agent solves the live ticket; what the bot tells the customer, as `bot.tickets` does."""
        ticket = next(ticket for ticket in self.snapshot.tickets if ticket.status in LIVE)
        self._act(ticket.number, "solve", "agent")
        say, language = self._mind.services.say, self.language
        choices = tuple(
            Choice(f"ticket:{act}:{ticket.number}", say(f"tickets.{act}", language)) for act in ("confirm", "reopen")
        )
        self.told = (Reply(say("tickets.solved", language, number=shown(ticket.number)), choices),)
        self.snapshot = replace(self.snapshot, offered=choices)
        return self.text

    @property
    def text(self) -> str:
        return "\n".join(reply.text for reply in self.told)

    @property
    def buttons(self) -> tuple[Choice, ...]:
        return self.snapshot.offered

    @property
    def events(self) -> tuple[Event, ...]:
        assert self.thought is not None, "nothing was said yet"
        return self.thought.events

    @property
    def language(self) -> str:
        return self.snapshot.language or ""

    def _keep(self, event: Event) -> None:
        tickets = self.snapshot.tickets
        match event:
            case TicketWanted() if not any(ticket.status in LIVE for ticket in tickets):
                opened = TicketView(len(tickets) + 1, "new", event.description.partition("\n")[0], self.now)
                self.snapshot = replace(self.snapshot, owner="queued", tickets=(opened, *tickets))
            case TicketActed():
                self._act(event.number, event.action, "customer")
            case FlowMoved():
                others = (view for view in self.snapshot.walks if view.walk["slug"] != event.slug)
                mine = (WalkView(json.loads(json.dumps(event.walk)), self.now),) if event.exit is None else ()
                self.snapshot = replace(self.snapshot, walks=(*mine, *others))
            case CountryTold():
                self.snapshot = replace(self.snapshot, country=event.country)
            case SurveyAnswered(score=int()):
                self._change(event.number, score=event.score, answered=self._answered(event.number) or self.now)

    def _answered(self, number: int) -> datetime | None:
        return next(ticket.answered for ticket in self.snapshot.tickets if ticket.number == number)

    def _act(self, number: int, action: Action, actor: Actor) -> None:
        ticket = next(ticket for ticket in self.snapshot.tickets if ticket.number == number)
        became = apply(ticket.status, action, actor)
        assert not isinstance(became, Refused), f"{action} of a ticket that is {ticket.status}: {became}"
        solved = (ticket.solved or 0) + 2 if action == "solve" else ticket.solved
        again = {"score": None, "answered": None} if action == "solve" else {}
        self._change(number, status=became, solved=solved, **again)
        self.snapshot = replace(self.snapshot, owner=owner(became, has_agent=False))

    def _change(self, number: int, **changes: object) -> None:
        tickets = self.snapshot.tickets
        changed = (replace(ticket, **changes) if ticket.number == number else ticket for ticket in tickets)  # type: ignore[arg-type]  # names of its own fields
        self.snapshot = replace(self.snapshot, tickets=tuple(changed))

    def _watched(self, topic: Topic) -> Topic:
        async def handle(turn: Turn) -> Outcome | None:
            outcome = await topic.handle(turn)
            if outcome is not None:
                self.topic = topic.name
            return outcome

        return replace(topic, handle=handle)
