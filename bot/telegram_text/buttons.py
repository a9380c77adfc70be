"""Choices as inline buttons, and a pressed button as the choice it stands for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

from bot.telegram_text.direction import marked
from bot.telegram_text.letters import clean, is_blank, units
from handlers.words import Choice

DATA_LIMIT = 64  # bytes
LABEL_LIMIT = 64  # UTF-16 units; longer ones are cut by the apps, some in the middle of a word
HALF_ROW = 18  # units that a telephone shows on half a row
BUTTON_LIMIT = 100  # of one message
HASHED = "#"  # begins the data of ids that are too long


@dataclass(frozen=True, slots=True)
class Button:
    """An inline button."""

    label: str
    data: str  # comes back when it is pressed; 1 to 64 bytes


def keyboard(choices: Sequence[Choice]) -> tuple[tuple[Button, ...], ...]:
    """Rows of buttons in the order of the choices: two short labels share a row."""
    rows: list[tuple[Button, ...]] = []
    for choice in choices[:BUTTON_LIMIT]:
        button = Button(_label(choice), _data(choice.id))
        if rows and len(rows[-1]) == 1 and all(units(each.label) <= HALF_ROW for each in (*rows[-1], button)):
            rows[-1] = (*rows[-1], button)
        else:
            rows.append((button,))
    return tuple(rows)


def chosen(data: str, offered: Sequence[Choice]) -> str | None:
    """The id of the choice whose button was pressed; None where a shortened id is none of those offered."""
    if not data.startswith(HASHED):
        return data
    return next((choice.id for choice in offered if _data(choice.id) == data), None)


def _data(id: str) -> str:
    if id and len(id.encode("utf-8", "replace")) <= DATA_LIMIT and id.isprintable():
        return id
    return HASHED + blake2b(id.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _label(choice: Choice) -> str:
    """One line that is never empty, cut between words where it is too long."""
    label = " ".join(clean(choice.label).split())
    if is_blank(label):
        return "…"
    label = marked(label, label, "")
    if units(label) <= LABEL_LIMIT:
        return label
    while units(label) >= LABEL_LIMIT:
        label = label[:-1]
    words = label.rpartition(" ")[0]
    return f"{(words if 2 * len(words) > len(label) else label).rstrip()}…"
