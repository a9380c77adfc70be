"""Which topic answers. Topics are the files of `handlers/topics`; a folder scan finds them.

Each file defines `ORDER` (an integer, smaller is asked first) and `async def handle(turn) -> Outcome | None`, where
None means "not mine". The last one must always answer.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from types import ModuleType

from handlers import topics
from handlers.rules.acts import consent
from handlers.rules.consent import answer_to
from handlers.stepping import with_way_on
from handlers.words import Choice, Message, Outcome, Turn
from knowledge_base.text import key

_COMMA = re.compile("[,،]")

Handle = Callable[[Turn], Awaitable[Outcome | None]]


class TopicWrong(Exception):
    """A file in handlers/topics is no topic; the message names the file and what to write."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One skill of the bot."""

    name: str
    order: int
    handle: Handle


def find_topics() -> tuple[Topic, ...]:
    """All topics in the order they are asked. Raises `TopicWrong`."""
    names = (module.name for module in pkgutil.iter_modules(topics.__path__))
    found = [_topic(name, importlib.import_module(f"{topics.__name__}.{name}")) for name in names]
    found.sort(key=lambda topic: topic.order)
    for one, other in pairwise(found):
        if one.order == other.order:
            raise TopicWrong(
                f"handlers/topics/{other.name}.py: ORDER = {other.order} is taken by {one.name}.py; give each its own"
            )
    return tuple(found)


def _topic(name: str, module: ModuleType) -> Topic:
    order, handle = getattr(module, "ORDER", None), getattr(module, "handle", None)
    if not isinstance(order, int):
        raise TopicWrong(f"handlers/topics/{name}.py: write a line like ORDER = 35")
    if not callable(handle):
        raise TopicWrong(f"handlers/topics/{name}.py: write async def handle(turn: Turn) -> Outcome | None")
    return Topic(name, order, handle)


async def route(turn: Turn, found: Sequence[Topic]) -> Outcome:
    """The first topic's outcome. A typed number or label is first taken for the choice it names."""
    turn = replace(turn, message=understood(turn.message, turn.conversation.offered))
    turn = replace(turn, message=agreed(turn))
    for topic in found:
        outcome = await topic.handle(turn)
        if outcome is not None:
            return with_way_on(turn, outcome)
    raise TopicWrong("no topic answered; the last one in handlers/topics must always answer")


def understood(message: Message, offered: Sequence[Choice]) -> Message:
    """The message, with a choice where the customer typed its number or its label: "yes" for "Yes, thank you"."""
    if message.choice is not None or not offered:
        return message
    typed = key(message.text[:100])
    if not typed:
        return message
    if typed.isdecimal() and 1 <= int(typed) <= len(offered):
        return replace(message, choice=offered[int(typed) - 1].id)
    for choice in offered:
        if typed in _names(choice.label):
            return replace(message, choice=choice.id)
    return message


def agreed(turn: Turn) -> Message:
    """The message, with a choice where it says yes or no in other words to what was asked: "yep, it helped"."""
    message, offered = turn.message, turn.conversation.offered
    if message.choice is not None or not offered:
        return message
    choice = answer_to(offered, consent(turn.acts))
    return message if choice is None else replace(message, choice=choice)


@lru_cache(maxsize=1024)  # the same few buttons stand under every answer
def _names(label: str) -> tuple[str, str]:
    """What a customer may type for a button: its label, or the words before the first comma."""
    return key(label), key(_COMMA.split(label)[0])
