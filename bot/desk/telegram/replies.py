"""What the bot says to agents about what they wrote: as little as can be, a sign where a sign will do."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

import structlog
from telegram import Bot, Message

from bot.desk.telegram.plan import Voice
from bot.desk.telegram.posting import Place, send_words
from bot.desk.telegram.reading import topic_of
from bot.desk.telegram.trouble import Later, Trouble, asked
from bot.desk.telegram.view import View
from bot.telegram_text import plain

OK, NOT_YOU = "👌", "🤷"
TRIES = 2

log = structlog.get_logger()


class Replies:
    """Answers in the topic of a message."""

    def __init__(self, bot: Bot, voice: Voice) -> None:
        self._bot, self._voice = bot, voice
        self._hinted: set[int] = set()  # who was told already that they may not act

    def phrase(self, name: str, **values: str) -> str:
        return self._voice.say(name, **values)

    async def done(self, view: View, message: Message, html: str | None) -> None:
        """The result of a command: words, or where there are none a sign that it is done."""
        if html is None:
            await self.react(message, OK)
        else:
            await self._post(view, message, html)

    async def complain(self, view: View, message: Message, sentences: Iterable[str]) -> None:
        """What did not go as the agent may think."""
        lines = (plain(self._voice.hide(one), self._voice.language) for one in sentences)
        await self._post(view, message, "\n".join(f"⚠️ {line}" for line in lines))

    async def say(self, view: View, message: Message, phrase: str) -> None:
        await self.complain(view, message, (self.phrase(phrase),))

    async def react(self, message: Message, emoji: str) -> None:
        """Put a sign to a message; nothing depends on it."""
        with contextlib.suppress(Trouble):
            await asked(self._bot.set_message_reaction(message.chat.id, message.message_id, emoji))

    async def hint(self, view: View, message: Message) -> None:
        """Who may not act is told once in words, and by a sign ever after."""
        who = message.from_user.id if message.from_user is not None else 0
        if who in self._hinted:
            await self.react(message, NOT_YOU)
        else:
            self._hinted.add(who)
            await self.say(view, message, "not_agent")

    async def _post(self, view: View, message: Message, html: str) -> None:
        """An answer below the message. It is not worth doing all again for: what it is about is stored."""
        place = Place(view.group, topic_of(message))
        for _ in range(TRIES):
            await view.turn()
            try:
                await send_words(self._bot, place, html, answers=message.message_id)
            except Later as later:
                view.pace.hold(view.now(), later.pause)
            except Trouble as trouble:
                log.warning("answer_failed", action="desk", error=type(trouble).__name__)
                return
            else:
                return
