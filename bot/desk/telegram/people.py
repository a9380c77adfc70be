"""Who writes in the group: an agent, or somebody who may not act."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from telegram import Bot, Message, User

from bot.desk.telegram.reading import ANONYMOUS, is_anonymous
from bot.desk.telegram.trouble import asked
from bot.storage.agents import Agent, agent_of_telegram, know_agent
from bot.storage.store import Store

KNOWN_FOR = timedelta(minutes=5)  # who the administrators are; a change is told by an update, too
ANONYMOUS_NAME = "Administrator"


class People:
    """Members of the groups as agents. With `admins_are_agents` administrators are, unless they were removed."""

    def __init__(self, bot: Bot, store: Store, admins_are_agents: bool, now: Callable[[], datetime]) -> None:
        self._bot, self._store, self._admins_are_agents, self._now = bot, store, admins_are_agents, now
        self._admins: dict[int, tuple[datetime, frozenset[int]]] = {}

    async def writer(self, message: Message) -> Agent | None:
        """The agent who wrote a message; None for others. Raises `Trouble`, `StorageAway`."""
        if is_anonymous(message):
            return await self._known(ANONYMOUS, ANONYMOUS_NAME) if self._admins_are_agents else None
        return await self.agent(message.chat.id, message.from_user)

    async def agent(self, group: int, user: User | None) -> Agent | None:
        """The agent with this account; None for others. Raises `Trouble`, `StorageAway`."""
        if user is None or user.is_bot:
            return None
        found = await self._store.read(partial(agent_of_telegram, telegram_id=user.id))
        if found is not None:
            return None if found.is_removed else found
        if self._admins_are_agents and user.id in await self._administrators(group):
            return await self._known(user.id, user.full_name)
        return None

    def forget(self, group: int) -> None:
        """Somebody's standing in the group changed."""
        self._admins.pop(group, None)

    async def _known(self, telegram_id: int, name: str) -> Agent | None:
        make = partial(know_agent, name=name, telegram_id=telegram_id, now=self._now())
        found = await self._store.write(make)
        return None if found.is_removed else found

    async def _administrators(self, group: int) -> frozenset[int]:
        until, known = self._admins.get(group, (None, frozenset[int]()))
        if until is None or until <= self._now():
            members = await asked(self._bot.get_chat_administrators(group))
            known = frozenset(member.user.id for member in members if not member.user.is_bot)
            self._admins[group] = (self._now() + KNOWN_FOR, known)
        return known
