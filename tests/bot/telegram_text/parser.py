"""Telegram's own parser, offline: TDLib answers `parseTextEntities` without login and network."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from typing import Any

import pytest

try:
    import tdjson
except ImportError:  # there are wheels for most machines, not for all
    if os.environ.get("CI"):
        raise
    pytest.skip("Telegram's own parser is not here: pip install tdjson to run these tests", allow_module_level=True)

tdjson.td_execute(b'{"@type": "setLogVerbosityLevel", "new_verbosity_level": 0}')

INVISIBLE = re.compile("[\u200f\u2066-\u2069]")  # what we add for the direction


@dataclass(frozen=True)
class Seen:
    """A message as its reader sees it. Formats: per character the kinds of its entities, with the link's address."""

    text: str
    formats: tuple[frozenset[str], ...]

    @property
    def words(self) -> list[str]:
        return INVISIBLE.sub("", self.text).split()

    def formatted(self) -> list[tuple[str, frozenset[str]]]:
        """Every visible character with its formats."""
        pairs = zip(self.text, self.formats, strict=True)
        return [(char, kinds) for char, kinds in pairs if not char.isspace() and not INVISIBLE.match(char)]

    def of(self, kind: str) -> str:
        """The characters of a kind of entity."""
        return "".join(char for char, kinds in zip(self.text, self.formats, strict=True) if kind in kinds)


def accepted(html: str) -> Seen:
    """What Telegram makes of it. Fails where it refuses, or would take only a part of the formatting."""
    assert len(html.encode()) <= 32_768, "text is too long"
    found = _execute("parseTextEntities", text=html, parse_mode={"@type": "textParseModeHTML"})
    assert found["@type"] == "formattedText", f"{found['message']}: {html!r}"
    assert len(found["entities"]) <= 100, "Telegram ignores all entities after the hundredth"
    return _seen(found)


def kept(text: str) -> str:
    """Plain text after what Telegram drops and changes in every message. The text must hold no Markdown."""
    found = _execute("parseMarkdown", text={"@type": "formattedText", "text": text, "entities": []})
    return str(found["text"])


def entities_found(text: str) -> list[tuple[str, str]]:
    """What Telegram finds in a text by itself: kind and words."""
    units = text.encode("utf-16-le")
    return [
        (_kind(each), units[2 * each["offset"] : 2 * (each["offset"] + each["length"])].decode("utf-16-le"))
        for each in _execute("getTextEntities", text=text)["entities"]
    ]


def _seen(found: Any) -> Seen:
    text = found["text"]
    at_unit: dict[int, int] = {}  # UTF-16 offset -> index of the character
    units = 0
    for index, char in enumerate([*text, ""]):
        at_unit[units] = index
        units += 1 + (char > "\uffff")
    formats = [set[str]() for _ in text]
    for entity in found["entities"]:
        for at in range(at_unit[entity["offset"]], at_unit[entity["offset"] + entity["length"]]):
            formats[at].add(_kind(entity))
    return Seen(text, tuple(map(frozenset, formats)))


def _kind(entity: Any) -> str:
    kind = entity["type"]["@type"].removeprefix("textEntityType")
    return f"TextUrl {entity['type']['url']}" if kind == "TextUrl" else str(kind)


def _execute(kind: str, **values: Any) -> Any:
    return json.loads(tdjson.td_execute(json.dumps({"@type": kind, **values}).encode()))
