"""What an agent writes at a desk, read: words for the customer, words among agents, or a command."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from handlers.rules.tickets import Action

Default = Literal["reply", "note"]  # what plain text is

NOTE, REPLY = "//", ">>"  # begin what is not the default
# Each command with an example; what it does stands in the phrases: desk.help_<name>.
COMMANDS: Mapping[str, str] = {
    "take": "/take", "assign": "/assign Jana", "waiting": "/waiting third", "solved": "/solved", "close": "/close",
    "reopen": "/reopen", "bot": "/bot", "priority": "/priority urgent", "tag": "/tag kettle leak",
    "canned": "/canned photo", "customer": "/customer", "search": "/search kettle", "help": "/help",
}  # fmt: skip
ACTIONS: Mapping[str, Action] = {
    "take": "take", "solved": "solve", "close": "close", "reopen": "reopen", "bot": "hand_back",
}  # fmt: skip
PRIORITIES: Mapping[str, str] = {"low": "normal", "normal": "normal", "high": "high", "urgent": "urgent"}
THIRD = "third"

_COMMAND = re.compile(r"/([A-Za-z][A-Za-z_]{0,31})(@\w+)?(?:\s+(.*))?", re.DOTALL)
_NOTE = re.compile(r"/note(?![\w@])[:.,;!–—-]*", re.IGNORECASE)  # "/note: …": whatever stands behind it, it is inside


@dataclass(frozen=True, slots=True)
class Answer:
    """Goes to the customer."""

    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """Stays among agents."""

    text: str


@dataclass(frozen=True, slots=True)
class Command:
    """Something to do. `name` may be one that does not exist: a slip of the finger must not reach the customer."""

    name: str
    words: str = ""


def read(text: str, default: Default = "reply") -> Answer | Note | Command | None:
    """What a text is; None for a command to another bot. The desk's own name was taken off commands before."""
    text = text.strip()
    if text.startswith(NOTE):
        return Note(text.removeprefix(NOTE).strip())
    if default == "note" and text.startswith(REPLY):
        return Answer(text.removeprefix(REPLY).strip())
    found = _COMMAND.fullmatch(text)
    if found is None and (marked := _NOTE.match(text)) is not None:
        return Note(text[marked.end() :].strip())
    if found is None:
        return Answer(text) if default == "reply" else Note(text)
    name, other, words = found[1].lower(), found[2], (found[3] or "").strip()
    if other:
        return None
    if name in ("note", "reply"):
        return Note(words) if name == "note" else Answer(words)
    return Command(name, words)


def waiting_for(words: str) -> Action:
    """Whom `/waiting` waits for: the customer, unless another is named."""
    return "wait_for_third_party" if words.lower().startswith(THIRD) else "wait_for_customer"
