"""Tickets in service: what every desk does with them, stored first and then told to whoever must know."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from bot.hub import Hub, lane_of
from bot.ports import Posted
from bot.storage import Connection
from bot.storage.desk import Said, Told, answer, edit, note, remark, tell
from bot.storage.news import announce
from bot.storage.store import Store
from bot.storage.tickets import act, find_ticket, live_ticket
from handlers.requests import choices_of_solved
from handlers.rules.numbers import shown
from handlers.rules.tickets import Action, Refused, TicketChanged
from handlers.services import Services
from handlers.words import Choice

DESK = "desk"  # lane of the news that desks listen to


class Tickets:
    """The one way in for every desk. Each call is one commit; called again with the same id it changes nothing."""

    def __init__(
        self,
        store: Store,
        hub: Hub,
        services: Services,
        pushes: Callable[[str], bool],
        wake_outbox: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        self._store, self._hub, self._services = store, hub, services
        self._pushes, self._wake_outbox, self._now = pushes, wake_outbox, now

    async def answer(self, number: int, said: Said) -> Posted | Refused:
        """An agent's words to the customer, wherever they wrote from. Raises `StorageAway`."""
        told = await self._store.write(partial(self._answer, number=number, said=said))
        return told if isinstance(told, Refused) else self._publish(told)

    async def note(self, number: int, said: Said) -> Posted | Refused:
        """An agent's words to other agents. Raises `StorageAway`."""
        done = await self._store.write(partial(note, number=number, said=said, now=self._now()))
        self.changed()
        return done

    async def edit(self, conversation: int, seq: int, text: str) -> None:
        """Somebody edited a message of theirs. Raises `StorageAway`."""
        told = await self._store.write(partial(self._edit, conversation=conversation, seq=seq, text=text))
        if told is not None:
            self._publish(told)
        else:
            self.changed()

    async def act(
        self, number: int, action: Action, agent: int, detail: Mapping[str, Any] | None = None
    ) -> TicketChanged | Refused:
        """An agent's action; the customer is told of what concerns them. Raises `StorageAway`."""
        done, told = await self._store.write(
            partial(self._act, number=number, action=action, agent=agent, detail=detail)
        )
        if told is not None:
            self._publish(told)
        self.changed()
        return done

    async def remark(self, number: int, phrase: str, **values: Any) -> None:
        """The bot's words to the agents of a ticket, in the company's language. Raises `StorageAway`."""
        text = self._services.say(phrase, self._services.languages[0], **values)
        await self._store.write(partial(remark, number=number, text=text, now=self._now()))
        self.changed()

    async def lost(self, conversation: int, *, is_gone: bool = True) -> None:
        """Nothing reaches this customer any more, or one message could not be sent: who has their ticket must know."""
        live = await self._store.read(partial(live_ticket, conversation=conversation))
        if live is not None:
            await self.remark(live.id, "desk.customer_gone" if is_gone else "desk.not_sent")

    def changed(self) -> None:
        """Desks of this process may have something new to show."""
        self._hub.heard(DESK)

    def _answer(self, connection: Connection, *, number: int, said: Said) -> Told | Refused:
        done = answer(connection, number, said, self._now(), self._pushes)
        if isinstance(done, Told):
            self._announce(connection, done)
        return done

    def _edit(self, connection: Connection, *, conversation: int, seq: int, text: str) -> Told | None:
        told = edit(connection, conversation, seq, text, self._now(), self._pushes)
        if told is not None:
            self._announce(connection, told)
        return told

    def _act(
        self, connection: Connection, *, number: int, action: Action, agent: int, detail: Mapping[str, Any] | None
    ) -> tuple[TicketChanged | Refused, Told | None]:
        now = self._now()
        done = act(connection, number, action, "agent", now, agent, detail)
        ticket = find_ticket(connection, number=number)
        if isinstance(done, Refused) or ticket is None or action != "solve":
            return done, None
        told = tell(connection, ticket.conversation_id, partial(self._solved, number), now, self._pushes)
        self._announce(connection, told)
        return done, told

    def _solved(self, number: int, language: str | None) -> tuple[str, tuple[Choice, ...]]:
        """What the customer of a solved ticket reads, and what they may do about it."""
        spoken, say = language or self._services.languages[0], self._services.say
        text = say("tickets.solved", spoken, number=shown(number))
        return text, choices_of_solved(self._services, number, spoken)

    def _announce(self, connection: Connection, told: Told) -> None:
        announce(connection, lane_of(told.to.channel, told.to.address))
        announce(connection, DESK)

    def _publish(self, told: Told) -> Posted:
        self._hub.publish(lane_of(told.to.channel, told.to.address), (told.posted,))
        if self._pushes(told.to.channel):
            self._wake_outbox()
        self.changed()
        return told.posted
