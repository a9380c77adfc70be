"""The hand-off packet: what a person must know who takes over a conversation, in one form, written by rules alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, get_args

from handlers.rules.facts import Confidence, CoverageLine, Kind, Verdict
from handlers.rules.masking import masked, without
from handlers.words import Attachment, Reason
from knowledge_base.flows import Tried
from knowledge_base.text import LIMIT, clean

VERSION = 2

SHORT, LINE, LONG = 64, 200, 1500  # characters of a name, of a line, of the customer's last words
QUESTIONS, ANSWERS, STEPS, ATTACHMENTS = 10, 10, 20, 10  # the latest are kept
COVERAGES = 10  # the best are kept
FILE_SIZE = 2**40


@dataclass(frozen=True, slots=True)
class Given:
    """An answer the customer had from the knowledge base."""

    entry: str  # slug
    language: str  # of the text shown
    helped: bool | None  # None: the customer did not say


@dataclass(frozen=True, slots=True)
class Step:
    """Something the customer did to put it right."""

    what: str
    result: Tried


@dataclass(frozen=True, slots=True)
class Packet:
    """Everything already said and tried. Any length may be put in: `as_json` cuts, and hides the serial number."""

    reason: Reason
    language: str  # the customer's
    channel: str  # the word for it: "website", "telegram"
    last_words: str
    questions: tuple[str, ...] = ()  # the oldest first
    answers: tuple[Given, ...] = ()
    steps: tuple[Step, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    device: str | None = None  # product and model
    serial: str | None = field(default=None, repr=False)  # whole; it leaves the packet masked
    coverage: tuple[CoverageLine, ...] = ()  # of that device, on the day of the last look-up; the best first


def as_json(packet: Packet) -> dict[str, Any]:
    """The packet as a JSON value that fits `schema()`, whatever was put in."""
    fit = _fitting(packet.serial)
    return {
        "version": VERSION,
        "reason": packet.reason,
        "language": fit(packet.language, SHORT),
        "channel": fit(packet.channel, SHORT),
        "device": None if packet.device is None else fit(packet.device, LINE),
        "serial": None if packet.serial is None else masked(packet.serial),
        "coverage": [line_as_json(line) for line in packet.coverage[:COVERAGES]],
        "questions": [text for text in (fit(asked, LINE) for asked in packet.questions) if text][-QUESTIONS:],
        "answers": [
            {"entry": fit(given.entry, SHORT), "language": fit(given.language, SHORT), "helped": given.helped}
            for given in packet.answers[-ANSWERS:]
        ],
        "steps": [{"what": fit(step.what, LINE), "result": step.result} for step in packet.steps[-STEPS:]],
        "last_words": fit(packet.last_words, LONG),
        "attachments": [
            {
                "name": fit(file.name, LINE),
                "media_type": fit(file.media_type, SHORT),
                "size": min(max(0, file.size), FILE_SIZE),
            }
            for file in packet.attachments[-ATTACHMENTS:]
        ],
    }


def line_as_json(line: CoverageLine) -> dict[str, Any]:
    """A coverage as it stands in the packet."""
    end = None if line.end is None else line.end.isoformat()
    return {"kind": line.kind, "verdict": line.verdict, "end": end, "confidence": line.confidence}


def schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of the packet."""
    nothing = {"type": "null"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:aftercare:packet:{VERSION}",
        "title": "What a person must know who takes over a conversation",
        **_object(
            version={"const": VERSION},
            reason={"enum": list(get_args(Reason))},
            language=_text(SHORT, "of the customer"),
            channel=_text(SHORT, "where the customer writes"),
            device={"anyOf": [_text(LINE, "product and model"), nothing]},
            serial={
                "anyOf": [
                    {"type": "string", "pattern": "^[^…]{0,4}…[^…]{0,2}$", "description": "masked: AB12…56"},
                    nothing,
                ]
            },
            coverage=_list(
                _object(
                    kind={"enum": list(get_args(Kind)), "description": "what the company promised, what the law gives"},
                    verdict={"enum": list(get_args(Verdict))},
                    end={
                        "anyOf": [{"type": "string", "format": "date", "description": "last day"}, nothing],
                        "description": "null: no firm date",
                    },
                    confidence={
                        "enum": [*get_args(Confidence), None],
                        "description": "of the law: A text seen, B second hand, C ask first; null: our own record",
                    },
                ),
                COVERAGES,
            ),
            questions=_list(_text(LINE, "what was asked, the oldest first"), QUESTIONS),
            answers=_list(
                _object(
                    entry=_text(SHORT, "slug in the knowledge base"),
                    language=_text(SHORT, "of the text shown"),
                    helped={"type": ["boolean", "null"], "description": "null: the customer did not say"},
                ),
                ANSWERS,
            ),
            steps=_list(_object(what=_text(LINE, "what was tried"), result={"enum": list(get_args(Tried))}), STEPS),
            last_words=_text(LONG, "the customer's last message"),
            attachments=_list(
                _object(
                    name=_text(LINE, "of the file"),
                    media_type=_text(SHORT, "such as image/jpeg"),
                    size={"type": "integer", "minimum": 0, "maximum": FILE_SIZE, "description": "bytes"},
                ),
                ATTACHMENTS,
            ),
        ),
    }


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    """An object that has all of these properties and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(item: dict[str, Any], most: int) -> dict[str, Any]:
    return {"type": "array", "items": item, "maxItems": most}


def _text(most: int, what: str) -> dict[str, Any]:
    return {"type": "string", "maxLength": most, "description": what}


def _fitting(serial: str | None) -> Callable[[str, int], str]:
    """A function that makes a text safe to show, free of this serial number, and short enough."""
    known = () if serial is None else (serial,)

    def fit(text: str, most: int) -> str:
        # Hidden before anything is cut, so that no half of it is left; and again for what cleaning brought together.
        # What is cut off first lies so deep within a long text that the second cut takes its edges, too.
        return _shorter(without(clean(_shorter(without(_shorter(text, 4 * LIMIT), known), LIMIT)), known), most)

    return fit


def _shorter(text: str, most: int) -> str:
    """At most so many characters: the beginning and the end, where a long story has its question."""
    if len(text) <= most:
        return text
    return f"{text[: most * 2 // 3 - 2].rstrip()} … {text[len(text) - (most // 3 - 1) :].lstrip()}"
