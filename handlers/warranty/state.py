"""What a talk about a warranty remembers between the turns, and the buttons it offers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from handlers.words import Choice, Outcome, Reply, State, Turn

TOPIC = "warranty"
PREFIX = "warranty:"
KEPT = ("question", "serial", "product", "country", "asked_country", "coded")  # from one step to the next
QUESTION = 300  # characters of the customer's question that are kept for a colleague
FAILURES = 2  # after so many in a row a person is offered

PERSON = "person"
_IDS = {"retype": "check"}  # the same act, said otherwise where a number was typed before
_PHRASES = {  # what stands on a button whose name is no word
    "page:warranty-vs-law": "law",
    "page:warranty-exclusions": "exclusions",
    "page:repair-after-warranty": "paid_repair",
    "country:other": "other",
}


def state_of(turn: Turn, step: str, **changes: Any) -> State:
    """The state of the talk at this step: what is kept, and what has changed."""
    kept = {name: turn.state[name] for name in KEPT if name in turn.state} if in_talk(turn) else {}
    return {**kept, "topic": TOPIC, "step": step, **changes}


def in_talk(turn: Turn) -> bool:
    """Whether the last thing that was talked about is a warranty."""
    return turn.state.get("topic") == TOPIC


def remembered(turn: Turn, name: str) -> str:
    """A word of the state, empty where it is not there."""
    value = turn.state.get(name) if in_talk(turn) else None
    return value if isinstance(value, str) else ""


def failed(turn: Turn) -> int:
    """How often in a row this step has gone wrong, this time included."""
    before = turn.state.get("failures") if in_talk(turn) else 0
    return (before if isinstance(before, int) else 0) + 1


def button(turn: Turn, name: str) -> Choice:
    """A button of this talk by its name: "proof", "page:warranty-vs-law"; "person" is everybody's."""
    say, language = turn.services.say, turn.language
    if name == PERSON:
        return Choice(PERSON, say("start.person", language))
    phrase = _PHRASES.get(name) or name.replace(":", "_")
    return Choice(PREFIX + _IDS.get(name, name), say(f"warranty.button_{phrase}", language))


def buttons(turn: Turn, names: Iterable[str]) -> tuple[Choice, ...]:
    return tuple(button(turn, name) for name in dict.fromkeys(names))


def saying(turn: Turn, phrases: str | Iterable[str], names: Iterable[str], state: State, **values: Any) -> Outcome:
    """Phrases of this talk, one paragraph each, with buttons by their names."""
    listed = (phrases,) if isinstance(phrases, str) else phrases
    text = "\n\n".join(turn.services.say(f"warranty.{phrase}", turn.language, **values) for phrase in listed)
    return Outcome((Reply(text, buttons(turn, names)),), state=state)
