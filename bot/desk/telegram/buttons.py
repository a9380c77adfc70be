"""The buttons below a card: each press does something to the ticket, and is answered in time."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from telegram import Bot, CallbackQuery, Message

from bot.desk.telegram.acts import Acts
from bot.desk.telegram.card import Say, language_buttons
from bot.desk.telegram.people import People
from bot.desk.telegram.posting import bare, keyboard
from bot.desk.telegram.reading import topic_of
from bot.desk.telegram.replies import Replies
from bot.desk.telegram.trouble import Trouble, asked
from bot.desk.telegram.view import View
from bot.storage.agents import Agent
from bot.storage.audit import Revealed, reveal
from bot.storage.store import Store
from bot.storage.threads import ticket_in
from handlers.rules.serials import grouped
from handlers.rules.tickets import Action

TOAST_LIMIT = 200
_PRESSED: dict[str, Action] = {"take": "take", "wait": "wait_for_customer", "solve": "solve"}


@dataclass(frozen=True, slots=True)
class Toast:
    """What only who pressed sees. `stays`: until they close it."""

    text: str
    stays: bool = False


class Buttons:
    """Handles presses. `view_of` finds the view of a group."""

    def __init__(
        self,
        bot: Bot,
        view_of: Callable[[int], View | None],
        store: Store,
        people: People,
        acts: Acts,
        replies: Replies,
        languages: Sequence[str],
    ) -> None:
        self._bot, self._view, self._store, self._people = bot, view_of, store, people
        self._acts, self._replies, self._languages = acts, replies, languages

    async def pressed(self, query: CallbackQuery) -> None:
        """Somebody pressed a button; they are answered in any case. Raises `StorageAway`."""
        toast = Toast("")
        try:
            toast = await self._press(query)
        finally:
            answer = self._bot.answer_callback_query(query.id, toast.text[:TOAST_LIMIT] or None, toast.stays)
            with contextlib.suppress(Trouble):  # too late, or answered at an earlier try
                await asked(answer)

    async def _press(self, query: CallbackQuery) -> Toast:
        message = query.message
        act, _, rest = (query.data or "").partition(":")
        digits, _, language = rest.partition(":")
        view = self._view(message.chat.id) if message is not None else None
        if view is None or not isinstance(message, Message) or not digits.isdecimal():
            return Toast("")
        number = await self._store.read(partial(ticket_in, group=view.group, topic=topic_of(message) or 0))
        agent = await self._people.agent(view.group, query.from_user)
        if agent is None:
            return Toast(self._replies.phrase("not_agent"))
        if number is None or number != int(digits):
            return Toast(self._replies.phrase("no_ticket"))
        if act == "speak":
            return Toast(await self._speak(view, message, number, language))
        if act == "reveal":
            return await self._reveal(view, number, agent)
        action = _PRESSED.get(act)
        if action is None:
            return Toast("")
        refused = await self._acts.act(number, action, agent)
        return Toast(self._replies.phrase("done") if refused is None else bare(refused))

    async def _reveal(self, view: View, number: int, agent: Agent) -> Toast:
        """What the card masks, for the eyes of who pressed; that they saw it is stored before."""
        look = partial(reveal, number=number, agent=agent.id, now=view.now())
        return Toast(_revealed(await self._store.write(look), view.voice.say), stays=True)

    async def _speak(self, view: View, message: Message, number: int, language: str) -> str:
        if language:
            done = await self._acts.speak(number, language)
            view.forget_card(number)
            return done or ""
        rows = language_buttons(number, self._languages, view.voice.language_name)
        await view.turn()
        change = self._bot.edit_message_reply_markup(view.group, message.message_id, reply_markup=keyboard(rows))
        with contextlib.suppress(Trouble):
            await asked(change)
        return self._replies.phrase("which_language")


def _revealed(found: Revealed, say: Say) -> str:
    """Both in a line each. The serial first: where a long contact is cut off, its beginning still tells it."""
    serial = grouped(found.serial) if found.serial else say("no_serial")
    return f"{say('serial')}: {serial}\n{say('contact')}: {found.contact or say('no_contact')}"
