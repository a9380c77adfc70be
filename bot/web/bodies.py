"""Bodies from outside, read with limits of bytes and of time: the framework has none of time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

from aiohttp import BodyPartReader, web
from aiohttp.http import HttpProcessingError
from aiohttp.web import RequestPayloadError

from bot.web.refused import Refused

FRAME_LIMIT = 64 * 1024  # bytes of one JSON message, unless the longest text asks for more
BODY_S = 20.0
UPLOAD_S = 100.0  # ten megabytes over a poor mobile line
FIELDS = 5  # of a form; the file is one of the first
CHUNK = 64 * 1024
_ESCAPED = 12  # bytes of one character as \\uXXXX\\uXXXX


class TooLarge(Exception):
    """The body is longer than it may be."""


def json_limit(text_limit: int) -> int:
    """Bytes of a JSON message whose text is as long as it may be, however it is escaped."""
    return max(FRAME_LIMIT, _ESCAPED * text_limit + 8 * 1024)


async def read_json(request: web.Request, limit: int) -> Any:
    """The JSON of a body. Raises `TooLarge`, `Refused`, ValueError."""
    if request.content_type != "application/json":
        raise Refused("kind", "send Content-Type: application/json")
    if (request.content_length or 0) > limit:
        raise TooLarge
    content = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            async for chunk in request.content.iter_any():
                content += chunk
                if len(content) > limit:
                    raise TooLarge
    except TimeoutError:
        raise Refused("slow", "the body took too long to come") from None
    return parse_json(content)


def parse_json(raw: str | bytes | bytearray) -> Any:
    """JSON from outside, UTF-8 whatever a header says. Raises ValueError, also for nesting without end."""
    try:
        return json.loads(raw if isinstance(raw, str) else raw.decode("utf-8"))
    except (ValueError, RecursionError):
        raise ValueError("the body is not valid JSON") from None


def decimal(value: str, name: str) -> int:
    """A number of a query. Raises ValueError."""
    if not value.isascii() or not value.isdecimal() or len(value) > 15:
        raise ValueError(f"{name}: must be a whole number, 0 or more")
    return int(value)


async def find_file(request: web.Request) -> BodyPartReader:
    """The field `file` of a form. Raises `Refused`, ValueError."""
    if request.content_type != "multipart/form-data":
        raise Refused("kind", "send multipart/form-data with a field named file")
    with _readable():
        form = await request.multipart()
        for _ in range(FIELDS):
            part = await form.next()
            if not isinstance(part, BodyPartReader):
                break
            if part.name == "file":
                return part
            if not await _is_short(part):
                break
    raise ValueError("there is no field named file in this form")


async def _is_short(part: BodyPartReader) -> bool:
    """Read past a field we do not want, as long as it is no longer than it should be; pieces come as the line gives."""
    size = 0
    while size < CHUNK and (piece := await part.read_chunk(CHUNK)):
        size += len(piece)
    return size < CHUNK


async def chunks(part: BodyPartReader) -> AsyncIterator[bytes]:
    """The bytes of a field, a piece at a time. Raises ValueError."""
    while chunk := await _chunk(part):
        yield chunk


async def _chunk(part: BodyPartReader) -> bytes:
    with _readable():
        return await part.read_chunk(CHUNK)


@contextmanager
def _readable() -> Iterator[None]:
    """Whatever the framework raises over a broken form, as a sentence."""
    try:
        yield
    except (HttpProcessingError, RequestPayloadError, RuntimeError, AssertionError, LookupError, ValueError):
        raise ValueError("this form is broken") from None
