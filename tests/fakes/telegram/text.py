"""Text as Telegram stores it: trimmed, measured, with what it finds by itself (commands, links, mentions)."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.fakes.telegram.parse import parse_html, units, whole
from tests.fakes.telegram.refusals import Refused

Json = dict[str, Any]
TEXT, CAPTION, SOURCE = 4096, 1024, 32_768
MOST_ENTITIES = 100
FOUND = re.compile(
    r"(?P<url>https?://[^\s<>]+[^\s<>.,!?;:)]|(?<![\w@./])(?:www\.)[\w.-]+\.\w{2,}(?:/[^\s<>]*)?)"
    r"|(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?<![\w/>])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?)(?!\w)"
    r"|(?<!\w)(?P<mention>@[A-Za-z][A-Za-z0-9_]{2,31})(?!\w)"
    r"|(?<!\w)(?P<hashtag>#\w*[^\W\d]\w*)"
)


def found_entities(text: str) -> list[Json]:
    """The entities that need no markup."""
    return [
        {"type": str(found.lastgroup), "offset": units(text[: found.start()]), "length": units(found.group())}
        for found in FOUND.finditer(text)
    ]


def marked_up(source: str, parse_mode: str, entities: str, most: int, what: str) -> tuple[str, list[Json]]:
    """The visible text and all its entities; refused where it is too long or can not be parsed.

    `what` is "message" or "message caption", as the refusal names it.
    """
    if len(source.encode("utf-8", "surrogatepass")) > SOURCE:
        raise Refused("text is too long")
    if parse_mode and parse_mode.lower() != "html":
        raise Refused(f"unsupported parse_mode: this fake reads HTML only, not {parse_mode}")
    text, marks = parse_html(source) if parse_mode else (whole(source), json.loads(entities or "[]"))
    text, marks = trimmed(text.replace("\r", "").replace("\0", " "), marks)
    if units(text) > most:
        raise Refused(f"{what} is too long")
    return text, with_found(text, marks)


def with_found(text: str, marks: list[Json]) -> list[Json]:
    """Entities of the markup, and those found outside of code and links."""
    closed = [(one["offset"], one["offset"] + one["length"]) for one in marks
              if one["type"] in ("code", "pre", "text_link")]  # fmt: skip
    free = [
        one
        for one in found_entities(text)
        if not any(start < one["offset"] + one["length"] and one["offset"] < end for start, end in closed)
    ]
    return sorted([*marks, *free], key=lambda one: (one["offset"], -one["length"]))[:MOST_ENTITIES]


def trimmed(text: str, marks: list[Json]) -> tuple[str, list[Json]]:
    """Without white space around; entities move along, those of white space alone vanish."""
    shown = text.strip()
    before = units(text[: len(text) - len(text.lstrip())])
    kept: list[Json] = []
    for mark in marks:
        start = max(0, mark["offset"] - before)
        end = min(units(shown), mark["offset"] + mark["length"] - before)
        if end > start:
            kept.append(mark | {"offset": start, "length": end - start})
    return shown, kept
