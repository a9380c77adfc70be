"""A message as Telegram hands it over, as the text the bot should read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.ports import storable


@dataclass(frozen=True, slots=True)
class Entity:
    """A piece of the text with a meaning. Offset and length count UTF-16 units."""

    kind: str  # the Bot API's `type`: "bot_command", "text_link", …
    offset: int
    length: int
    url: str | None = None  # of a text_link


@dataclass(frozen=True, slots=True)
class Written:
    """Text or caption of a message with its entities."""

    text: str
    entities: Sequence[Entity] = ()


def said(written: Written, bot: str) -> str:
    """The text as the bot should read it: our name taken off commands, the address behind a word written out.

    `bot` is our username without @. A command to another bot stays as it is; entities that do not fit are ignored.
    """
    units = written.text.encode("utf-16-le", "surrogatepass")
    made, end = [], 0
    for entity in sorted(written.entities, key=lambda entity: entity.offset):
        start, stop = 2 * entity.offset, 2 * (entity.offset + entity.length)
        if not end <= start < stop <= len(units):
            continue
        words = _decoded(units[start:stop])
        changed = _changed(entity, words, bot)
        if changed != words:
            made += [_decoded(units[end:start]), changed]
            end = stop
    return storable("".join([*made, _decoded(units[end:])])).strip()


def _changed(entity: Entity, words: str, bot: str) -> str:
    if entity.kind == "bot_command":
        command, _, name = words.partition("@")
        return command if name.casefold() == bot.casefold() else words
    if entity.kind == "text_link" and entity.url and _bare(entity.url) != _bare(words):
        return f"{words} ({entity.url})"
    return words


def _bare(address: str) -> str:
    return address.strip().casefold().removeprefix("https://").removeprefix("http://").rstrip("/")


def _decoded(units: bytes) -> str:
    return units.decode("utf-16-le", "surrogatepass")
