"""One turn: from a stored message and where the conversation stands to what shall be written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.storage.conversations import Standing, TurnWrite, Waiting
from handlers.detector import Detector
from handlers.language import Settled, settle
from handlers.router import Topic, route
from handlers.services import Services
from handlers.topics.safety import alarms
from handlers.words import Asker, Choice, Event, Outcome, Reply, Turn

PENDING = "pending_language"  # key of the state: another language heard once


@dataclass(frozen=True, slots=True)
class Thought:
    """What came out of a turn."""

    write: TurnWrite
    events: tuple[Event, ...]


class Conversation:
    """Thinks: settles the language, lets the topics answer. Reads nothing and writes nothing."""

    def __init__(
        self, services: Services, topics: Sequence[Topic], detector: Callable[[], Detector], default_language: str
    ) -> None:
        self._services, self._topics, self._detector = services, topics, detector
        self._default = default_language

    async def think(self, waiting: Waiting, standing: Standing, now: datetime) -> Thought:
        """The turn of one message. Whatever a topic raises comes through."""
        settled, snapshot = self._settled(waiting, standing), standing.snapshot
        asker = Asker(waiting.conversation, f"{standing.channel}:{standing.address}", waiting.message.origin)
        turn = Turn(waiting.message, snapshot, settled.language, now, self._services, settled.meant, asker)
        if snapshot.owner != "human":
            outcome = await route(turn, self._topics)
        else:  # a person has taken over: the bot is silent, but tells the desk of danger
            outcome = Outcome(events=alarms(turn), state=snapshot.state)
        return _thought(waiting, standing, outcome, outcome.language or settled.language, settled.pending, now)

    def trouble(self, waiting: Waiting, standing: Standing, error: str, now: datetime) -> Thought:
        """The turn of a message we could not think about: say so and offer a person, unless one has taken over."""
        settled, say = self._settled(waiting, standing), self._services.say
        language = settled.language
        person = Choice("person", say("start.person", language))
        reply = Reply(say("fallback.trouble", language), (person,))
        outcome = Outcome((reply,) if standing.snapshot.owner != "human" else (), state=standing.snapshot.state)
        return _thought(waiting, standing, outcome, language, settled.pending, now, parked=error)

    def _settled(self, waiting: Waiting, standing: Standing) -> Settled:
        message, stored = waiting.message, standing.snapshot.language
        return settle(
            "" if message.choice is not None or message.text.startswith("/") else message.text,
            stored=stored,
            hint=message.language_hint,
            detector=self._detector(),
            services=self._services,
            default=self._default,
            pending=standing.snapshot.state.get(PENDING),
        )


def _thought(
    waiting: Waiting,
    standing: Standing,
    outcome: Outcome,
    language: str,
    pending: str | None,
    now: datetime,
    parked: str | None = None,
) -> Thought:
    state = {name: value for name, value in outcome.state.items() if name != PENDING}
    if pending is not None:
        state[PENDING] = pending
    offered = outcome.replies[-1].choices if outcome.replies else standing.snapshot.offered
    write = TurnWrite(
        waiting, standing.version, outcome.replies, state, language, standing.snapshot.owner, offered, now, parked
    )
    return Thought(write, outcome.events)
