"""The beginning of a talk and its small courtesies: /start, /help, hello, thank you, goodbye."""

from __future__ import annotations

from handlers.rules.acts import leading
from handlers.words import Choice, Outcome, Reply, Turn

ORDER = 50
COMMANDS = {"/start": "start.welcome", "/help": "start.help"}
COURTESIES = {
    "help": "start.help",
    "greeting": "start.hello",
    "thanks": "start.welcome_back",
    "goodbye": "start.goodbye",
    "robot": "start.robot",
}


async def handle(turn: Turn) -> Outcome | None:
    """A greeting for a greeting, and the way to a person beside every first word."""
    say, language = turn.services.say, turn.language
    phrase = _phrase(turn)
    if phrase is None:
        return None
    person = Choice("person", say("start.person", language))
    choices = _standing(turn) if phrase in ("start.welcome_back", "start.goodbye") else (person,)
    return Outcome((Reply(say(phrase, language), choices),), state=turn.state)


def _standing(turn: Turn) -> tuple[Choice, ...]:
    """Whether a request is solved is still asked after a "thank you", which may mean either."""
    return tuple(choice for choice in turn.conversation.offered if choice.id.startswith("ticket:"))


def _phrase(turn: Turn) -> str | None:
    command = turn.message.text.split("@")[0].split(" ")[0].lower()
    if command in COMMANDS:
        return COMMANDS[command]
    act = leading(turn.acts) if turn.message.choice is None else None
    return COURTESIES.get(act) if act else None
