"""What agents do by command or button: each is done to the ticket, and answered in a line or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from zoneinfo import ZoneInfo

from bot.desk.canned import Canned
from bot.desk.commands import ACTIONS, COMMANDS, PRIORITIES, Command, Default, waiting_for
from bot.desk.telegram.card import SIGNS
from bot.desk.telegram.plan import Voice
from bot.storage.agents import Agent, agents_named
from bot.storage.desk import Said
from bot.storage.finding import Found, customer_of, search_tickets, ticket_numbered
from bot.storage.marks import add_tags, set_language, set_priority
from bot.storage.store import Store
from bot.telegram_text import plain
from bot.tickets import Tickets
from handlers.rules.numbers import read, shown
from handlers.rules.tickets import Action, Refused

ANYWHERE = ("search", "help")  # commands that need no ticket


@dataclass(frozen=True, slots=True)
class Asked:
    """A command as it came."""

    command: Command
    ticket: int | None  # whose topic it stands in
    agent: Agent
    id: str  # the same again is the same command


class Acts:
    """Does what agents ask for. What a method gives back is HTML for the agent; None: it is done, and to be seen."""

    def __init__(
        self,
        tickets: Tickets,
        store: Store,
        voice: Voice,
        languages: Sequence[str],
        zone: ZoneInfo,
        default: Default,
    ) -> None:
        self._tickets, self._store, self._voice, self._languages = tickets, store, voice, languages
        self._zone, self._default, self._canned = zone, default, Canned()

    async def command(self, asked: Asked) -> str | None:
        """Do a command. Raises `StorageAway`."""
        name, words = asked.command.name, asked.command.words
        if name not in COMMANDS:
            return self._line("command_unknown", name=f"/{name}")
        if name == "help":
            return self._help()
        if name == "search":
            return await self._search(words)
        if asked.ticket is None:
            return self._line("no_ticket")
        if name in ACTIONS:
            return await self.act(asked.ticket, ACTIONS[name], asked.agent)
        if name == "waiting":
            return await self.act(asked.ticket, waiting_for(words), asked.agent)
        return await _MORE[name](self, asked, asked.ticket)

    async def act(
        self, number: int, action: Action, agent: Agent, detail: Mapping[str, int] | None = None
    ) -> str | None:
        """Do one action of the state machine; why not, where it is refused."""
        done = await self._tickets.act(number, action, agent.id, detail)
        return self._plain(done.why) if isinstance(done, Refused) else None

    async def speak(self, number: int, language: str) -> str | None:
        """From now on the customer is spoken to in this language; None where the bot does not speak it."""
        if language not in self._languages:
            return None
        await self._store.write(partial(set_language, number=number, language=language))
        self._tickets.changed()
        return self._voice.say("language_set", name=self._voice.language_name(language))

    async def _assign(self, asked: Asked, number: int) -> str | None:
        if not asked.command.words:
            return self._usage("assign")
        found = await self._store.read(partial(agents_named, name=asked.command.words.removeprefix("@")))
        if not found:
            return self._line("agent_unknown", name=asked.command.words[:64])
        if len(found) > 1:
            return self._line("agent_unclear", names=", ".join(agent.name for agent in found))
        return await self.act(number, "assign", asked.agent, {"to": found[0].id})

    async def _priority(self, asked: Asked, number: int) -> str | None:
        priority = PRIORITIES.get(asked.command.words.lower())
        if priority is None:
            return self._usage("priority")
        await self._store.write(partial(set_priority, number=number, priority=priority))
        self._tickets.changed()
        return None

    async def _tag(self, asked: Asked, number: int) -> str | None:
        words = asked.command.words.split()
        if not words:
            return self._usage("tag")
        await self._store.write(partial(add_tags, number=number, words=words))
        self._tickets.changed()
        return None

    async def _canned_text(self, asked: Asked, number: int) -> str | None:
        customer = await self._store.read(partial(customer_of, number=number))
        text = self._canned.text(asked.command.words, customer.language, self._voice.language)
        if text is None:
            return self._line("canned_unknown", names=", ".join(self._canned.names))
        # Under an id of its own, so that the topic shows what was sent: what agents wrote there is not repeated.
        done = await self._tickets.answer(number, Said(asked.agent.id, f"canned:{asked.id}", text))
        return self._plain(done.why) if isinstance(done, Refused) else None

    async def _customer(self, asked: Asked, number: int) -> str | None:
        found = await self._store.read(partial(customer_of, number=number))
        say, language = self._voice.say, found.language
        spoken = self._voice.language_name(language) if language else say("unknown")
        lines = [
            f"{say('customer')}: {spoken} · {found.channel.capitalize()}",
            f"{say('contact')}: {found.contact or say('no_contact')}",
            f"{say('since')}: {found.since.astimezone(self._zone):%Y-%m-%d}",
            f"{say('tickets_of')}:",
        ]
        return "\n".join([*map(self._plain, lines), *map(self._found, found.tickets)])

    async def _search(self, words: str) -> str:
        if not words:
            return self._usage("search")
        number = read(words)
        query = (
            partial(search_tickets, words=words[:100]) if number is None else partial(ticket_numbered, number=number)
        )
        found = await self._store.read(query)
        return "\n".join(map(self._found, found)) or self._line("found_nothing")

    def _found(self, found: Found) -> str:
        """One ticket as a line, with the way to its topic."""
        name, group = shown(found.number), str(found.group or "")
        if found.topic is not None and group.startswith("-100"):
            name = f'<a href="https://t.me/c/{group.removeprefix("-100")}/{found.topic}">{name}</a>'
        when = f"{found.opened.astimezone(self._zone):%Y-%m-%d}"
        subject = self._voice.hide(found.subject, known=found.serials)
        return f"{SIGNS[found.status]} {name} · {when} · {self._plain(subject)}"

    def _help(self) -> str:
        lines = [self._line("help_reply" if self._default == "reply" else "help_note"), ""]
        lines += [f"<code>{plain(example, '')}</code> {self._line(f'help_{name}')}" for name, example in _EXPLAINED]
        return "\n".join([*lines, "", f"/canned: {', '.join(self._canned.names)}"])

    def _usage(self, name: str) -> str:
        return self._line("command_usage", example=COMMANDS[name])

    def _line(self, phrase: str, **values: str) -> str:
        return self._plain(self._voice.say(phrase, **values))

    def _plain(self, text: str) -> str:
        return plain(self._voice.hide(text), self._voice.language)


_MORE = {
    "assign": Acts._assign, "priority": Acts._priority, "tag": Acts._tag, "canned": Acts._canned_text,
    "customer": Acts._customer,
}  # fmt: skip
_EXPLAINED = [(name, example) for name, example in COMMANDS.items() if name != "help"]
