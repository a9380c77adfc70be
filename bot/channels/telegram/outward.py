"""A message as Telegram takes it: HTML in parts, choices as buttons below the last one. Pure."""

from __future__ import annotations

import re
from typing import TypedDict

from bot.ports import Posted
from bot.telegram_text import html, keyboard, plain, split
from bot.telegram_text.letters import unescaped

_TAG = re.compile(r"<[^<>]*>")


class InlineButton(TypedDict):
    """As the Bot API writes it."""

    text: str
    callback_data: str


class Sent(TypedDict):
    """What is to be sent: HTML of each part, and rows of buttons for the last one."""

    texts: tuple[str, ...]
    buttons: list[list[InlineButton]]


def outbound(message: Posted) -> Sent:
    """A message as it is sent. What an agent typed is no Markdown."""
    write = plain if message.author == "agent" else html
    rows = keyboard(message.choices)
    return Sent(
        texts=split(write(message.text, message.language or "")),
        buttons=[[InlineButton(text=button.label, callback_data=button.data) for button in row] for row in rows],
    )


def without_tags(part: str) -> str:
    """A part's visible text: for a Telegram that refuses its tags."""
    return unescaped(_TAG.sub("", part))
