"""The agents' side of the group: what they write, edit and press goes to the tickets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from telegram import Bot, Message

from bot.desk.commands import Answer, Command, Default, Note, read
from bot.desk.telegram.acts import Acts, Asked
from bot.desk.telegram.fetching import Fetched, Fetcher
from bot.desk.telegram.people import People
from bot.desk.telegram.reading import (
    answered,
    files_of,
    is_from_a_person,
    says_something,
    text_of,
    topic_name,
    topic_of,
)
from bot.desk.telegram.replies import OK, Replies
from bot.desk.telegram.view import View
from bot.ports import Posted
from bot.storage.agents import Agent
from bot.storage.copies import add_copy, place_of
from bot.storage.desk import Said
from bot.storage.standings import is_internal, whose
from bot.storage.store import Store
from bot.storage.threads import DESK, by_hand, origin, ticket_in
from bot.tickets import Tickets
from handlers.rules.numbers import read as read_number
from handlers.rules.numbers import shown
from handlers.rules.tickets import Refused

ALBUMS = "desk albums"  # the channel of copies that tell which message an album became


@dataclass(frozen=True, slots=True)
class Where:
    """A message in a ticket's topic."""

    view: View
    topic: int
    ticket: int


class Door:
    """Handles one update after another of a topic; called again with the same, it changes nothing."""

    def __init__(
        self,
        bot: Bot,
        views: Sequence[View],
        tickets: Tickets,
        store: Store,
        people: People,
        fetcher: Fetcher,
        acts: Acts,
        replies: Replies,
        default: Default,
    ) -> None:
        self._bot, self._views, self._tickets, self._store = bot, views, tickets, store
        self._people, self._fetcher, self._acts, self._replies = people, fetcher, acts, replies
        self._default = default

    async def message(self, messages: Sequence[Message]) -> None:
        """A message, or those of an album. Raises `Trouble`, `StorageAway`."""
        first = messages[0]
        view = self.view_of(first.chat.id)
        if view is None:
            return
        if await self._service(view, first):
            return
        if not is_from_a_person(first) or not says_something(first):
            return
        topic = topic_of(first)
        number = None if topic is None else await self._ticket(view, topic)
        if topic is None or number is None:
            await self._outside(view, first)
            return
        agent = await self._people.writer(first)
        if agent is None:
            await self._replies.hint(view, first)
        else:
            await self._written(Where(view, topic, number), messages, agent)

    async def edited(self, message: Message) -> None:
        """Somebody edited a message. An edit never changes who reads it. Raises `StorageAway`."""
        view, topic = self.view_of(message.chat.id), topic_of(message)
        if view is None or topic is None:
            return
        where = await self._store.read(
            partial(place_of, channel=DESK, address=str(view.group), external_id=str(message.message_id))
        )
        if where is None or await self._people.writer(message) is None:
            return
        was_note = await self._store.read(partial(is_internal, conversation=where.conversation, seq=where.seq))
        said = read(text_of([message], self._bot.username), self._default)
        if was_note:
            if isinstance(said, Answer):
                await self._replies.say(view, message, "stays_note")
            if said is not None and not isinstance(said, Command):
                await self._tickets.edit(where.conversation, where.seq, said.text)
        elif isinstance(said, Answer):
            await self._tickets.edit(where.conversation, where.seq, said.text)
        else:
            await self._replies.say(view, message, "stays_answer")

    def member(self, group: int) -> None:
        """Somebody's standing in a group changed, perhaps the bot's own."""
        self._people.forget(group)
        view = self.view_of(group)
        if view is not None:
            view.retry()

    # ---- what an agent writes

    async def _written(self, where: Where, messages: Sequence[Message], agent: Agent) -> None:
        first = messages[0]
        said = read(text_of(messages, self._bot.username), self._default)
        external_id = origin(where.view.group, where.topic, first.message_id)
        if said is None:
            return
        if isinstance(said, Command):
            asked_for = Asked(said, where.ticket, agent, external_id)
            await self._replies.done(where.view, first, await self._acts.command(asked_for))
            return
        said = await self._as_its_album(where, first, said)
        fetched = await self._files(where, messages)
        if not said.text and not fetched.files:
            await self._replies.complain(where.view, first, fetched.problems or (self._replies.phrase("kind_refused"),))
            return
        reply_to = await self._answered(where, first)
        words = Said(agent.id, external_id, said.text, fetched.files, reply_to)
        is_note = isinstance(said, Note)
        done = await (self._tickets.note if is_note else self._tickets.answer)(where.ticket, words)
        if isinstance(done, Refused):
            await self._replies.complain(where.view, first, (done.why,))
            return
        await self._stored(where, messages, done)
        if is_note:
            await self._replies.react(first, OK)
        if fetched.problems:
            await self._replies.complain(where.view, first, fetched.problems)

    async def _as_its_album(self, where: Where, message: Message, said: Answer | Note) -> Answer | Note:
        """A late part of an album is read by those who read the first: only that one has the words, and the mark."""
        if message.media_group_id is None or said.text:
            return said
        album = partial(place_of, channel=ALBUMS, address=str(where.view.group), external_id=message.media_group_id)
        first = await self._store.read(album)
        if first is None:
            return said
        is_note = await self._store.read(partial(is_internal, conversation=first.conversation, seq=first.seq))
        return Note("") if is_note else Answer("")

    async def _files(self, where: Where, messages: Sequence[Message]) -> Fetched:
        sent = files_of(messages)
        if not sent:
            return Fetched((), ())
        customer = await self._store.read(partial(whose, number=where.ticket))
        return await self._fetcher.fetch(sent, customer.channel, customer.address)

    async def _answered(self, where: Where, message: Message) -> int | None:
        """The seq of the message it is a reply to."""
        other = answered(message)
        if other is None:
            return None
        query = partial(place_of, channel=DESK, address=str(where.view.group), external_id=str(other))
        found = await self._store.read(query)
        customer = await self._store.read(partial(whose, number=where.ticket))
        return found.seq if found is not None and found.conversation == customer.conversation else None

    async def _stored(self, where: Where, messages: Sequence[Message], posted: Posted) -> None:
        customer = await self._store.read(partial(whose, number=where.ticket))
        for message in messages:
            note = partial(
                add_copy, channel=DESK, address=str(where.view.group), external_id=str(message.message_id),
                conversation=customer.conversation, seq=posted.seq, revision=posted.revision,
            )  # fmt: skip
            await self._store.write(note)
        album = messages[0].media_group_id
        if album is not None:
            first = partial(
                add_copy, channel=ALBUMS, address=str(where.view.group), external_id=album,
                conversation=customer.conversation, seq=posted.seq,
            )  # fmt: skip
            await self._store.write(first)

    # ---- what stands elsewhere

    async def _outside(self, view: View, message: Message) -> None:
        """A message that is in no ticket's topic goes to nobody; an agent who thinks otherwise is told."""
        said = read(text_of([message], self._bot.username), self._default)
        number = read_number(topic_name(message) or "")
        if number is None and not isinstance(said, Command):
            return
        agent = await self._people.writer(message)
        if agent is None:
            return
        if number is not None and not isinstance(said, Command):
            await self._replies.complain(view, message, (self._replies.phrase("not_connected", number=shown(number)),))
        elif isinstance(said, Command):
            asked_for = Asked(said, None, agent, origin(view.group, 0, message.message_id))
            await self._replies.done(view, message, await self._acts.command(asked_for))

    async def _service(self, view: View, message: Message) -> bool:
        """What nobody wrote: a topic was made, changed, closed; the group moved. Whether it was such."""
        is_mine = message.from_user is not None and message.from_user.id == self._bot.id
        topic = message.message_thread_id
        if message.migrate_to_chat_id is not None:
            await view.move(message.migrate_to_chat_id)
        elif message.forum_topic_created is not None:
            number = read_number(message.forum_topic_created.name)
            if is_mine and number is not None and topic is not None:
                await view.adopt(number, topic, message.forum_topic_created.name)
        elif message.forum_topic_edited is not None:
            if not is_mine and message.forum_topic_edited.name is not None:
                await self._by_hand(view, topic, title=message.forum_topic_edited.name[:128])
        elif message.forum_topic_closed is not None or message.forum_topic_reopened is not None:
            if not is_mine:
                await self._by_hand(view, topic, closed=message.forum_topic_closed is not None)
        else:
            return is_mine
        return True

    async def _by_hand(self, view: View, topic: int | None, **values: Any) -> None:
        if topic is not None:
            await self._store.write(partial(by_hand, group=view.group, topic=topic, **values))
            view.wake()

    def view_of(self, group: int) -> View | None:
        """The view of a group, by the number it has now; None for a foreign one."""
        return next((view for view in self._views if view.group == group), None)

    async def _ticket(self, view: View, topic: int) -> int | None:
        return await self._store.read(partial(ticket_in, group=view.group, topic=topic))
