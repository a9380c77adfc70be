"""`/api/v1`: visitors, messages by number, long-polling, files. The WebSocket is in `bot.web.socket`."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from urllib.parse import quote

from aiohttp import web

from bot.channels import website
from bot.web.bodies import UPLOAD_S, TooLarge, chunks, decimal, find_file, json_limit, read_json
from bot.web.door import Website
from bot.web.files import DiskFull, FileRefused, FileTooLarge
from bot.web.refused import Refused
from handlers.words import Attachment

LONGEST_WAIT_S = 55.0


class Api:
    """The routes of `/api/v1` but for the WebSocket."""

    def __init__(self, door: Website) -> None:
        self._door = door
        self._json_limit = json_limit(door.settings.limits.text)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/api/v1/visitors", self.visitors),
            web.post("/api/v1/messages", self.post),
            web.get("/api/v1/messages", self.get, allow_head=False),
            web.post("/api/v1/attachments", self.upload),
            web.get("/api/v1/attachments/{id}", self.download),
        ]

    async def visitors(self, request: web.Request) -> web.Response:
        """A new visitor and their token."""
        self._door.limit(request, None, self._door.language(request))
        visitor, token = self._door.tokens.make(self._door.now())
        return answer({"visitor": visitor, "token": token}, 201)

    async def post(self, request: web.Request) -> web.Response:
        """Take a message: 202 once it is stored."""
        visitor = self._door.visitor(request)
        try:
            raw = await read_json(request, self._json_limit)
        except TooLarge:
            raise self._door.refused("too_long", self._door.language(request)) from None
        language = self._door.language(request, raw)
        self._door.limit(request, visitor, language)
        seq = await self._door.receive(raw, visitor, language, self._door.origin(request))
        return answer({"seq": seq}, 202)

    async def get(self, request: web.Request) -> web.Response:
        """Messages above a number, at once or as soon as there are any."""
        visitor = self._door.visitor(request)
        after = decimal(request.query.get("after", "0"), "after")
        wait = _wait(request.query.get("wait", "0"))
        if not wait:
            found = await self._door.messages(visitor, after, 0)
        else:
            with self._door.place_of_address(request), self._door.place_of_visitor(visitor, self._language(request)):
                found = await self._door.messages(visitor, after, wait)
        return answer({"messages": [website.outbound(message) for message in found]})

    async def upload(self, request: web.Request) -> web.Response:
        """Take a file."""
        visitor, language = self._door.visitor(request), self._language(request)
        self._door.limit(request, visitor, language)
        with self._door.place_of_address(request), self._door.place_of_visitor(visitor, language):
            try:
                async with asyncio.timeout(UPLOAD_S):
                    file = await self._keep(request, visitor)
            except FileRefused:
                raise self._door.refused("file_refused", language) from None
            except FileTooLarge:
                raise self._door.refused("file_too_large", language) from None
            except DiskFull:
                raise self._door.refused("trouble", language) from None
            except TimeoutError:
                raise Refused("slow", "the file took too long to come") from None
        return answer({"id": file.id, "name": file.name, "media_type": file.media_type, "size": file.size}, 201)

    async def download(self, request: web.Request) -> web.StreamResponse:
        """A file of the visitor's own; another's is as unknown as one that never was."""
        visitor = self._door.visitor(request)
        found = await self._door.files.find(website.NAME, visitor, request.match_info["id"])
        if found is None or not found[1].is_file():
            raise Refused("unknown", "no such file")
        file, path = found
        headers = {
            "Content-Type": file.media_type,
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "private, no-store",
        }
        return web.FileResponse(path, headers=headers)

    async def _keep(self, request: web.Request, visitor: str) -> Attachment:
        part = await find_file(request)
        limit = self._door.settings.limits.attachment_mb * 1024 * 1024
        name = part.filename or "file"
        return await self._door.files.keep(website.NAME, visitor, name, chunks(part), limit, self._door.now())

    def _language(self, request: web.Request) -> str:
        return self._door.language(request)


def answer(value: Any, status: int = 200) -> web.Response:
    """A JSON answer, letters as they are."""
    return web.json_response(value, status=status, dumps=_dumps)


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _wait(value: str) -> float:
    """Seconds to wait, at most `LONGEST_WAIT_S`. Raises ValueError."""
    try:
        seconds = float(value)
    except ValueError:
        seconds = -1.0
    if not seconds >= 0:  # neither does NaN
        raise ValueError("wait: must be a number of seconds, 0 or more")
    return min(seconds, LONGEST_WAIT_S)
