"""`/api/v1`: visitors, messages by number, long-polling, files. The WebSocket is in `bot.web.socket`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, NoReturn
from urllib.parse import quote

from aiohttp import BodyPartReader, web

from bot import metrics
from bot.channels import website
from bot.hub import Hub, lane_of
from bot.inbox import Inbox
from bot.ports import Posted
from bot.services import BotServices
from bot.settings import Settings
from bot.storage.conversations import posted_after
from bot.storage.store import Store
from bot.web.files import FileRefused, Files
from bot.web.limits import Buckets, client_address, network
from bot.web.tokens import Tokens, bearer

LONGEST_WAIT_S = 55.0
BODY_LIMIT = 64 * 1024
_STATUS = {"too_many": 429, "too_long": 413, "file_too_large": 413, "file_refused": 415, "trouble": 503}


class Refused(Exception):
    """A request the customer can mend; `code` is for programs, the sentence for people."""

    def __init__(self, code: str, sentence: str, retry_after: int | None = None) -> None:
        super().__init__(sentence)
        self.code, self.sentence, self.retry_after = code, sentence, retry_after

    @property
    def status(self) -> int:
        return _STATUS.get(self.code, 422)

    def as_json(self) -> dict[str, str]:
        return {"error": self.sentence, "code": self.code}


@dataclass(frozen=True, slots=True)
class Website:
    """The website's door: what its requests need."""

    settings: Settings
    store: Store
    inbox: Inbox
    hub: Hub
    services: BotServices
    tokens: Tokens
    files: Files
    now: Callable[[], datetime]
    by_visitor: Buckets
    by_address: Buckets

    # --- who ---------------------------------------------------------------------------------------------

    def visitor(self, request: web.Request) -> str:
        """The visitor of the bearer token. Raises 401."""
        visitor = self.tokens.visitor(bearer(request.headers.get("Authorization")), self.now())
        return visitor if visitor is not None else _unauthorized()

    def network(self, request: web.Request) -> str:
        """The network address limits count by."""
        trusted = self.settings.web.trusted_proxies
        return network(client_address(request.remote, request.headers.get("X-Forwarded-For"), trusted))

    def limit(self, request: web.Request, visitor: str | None, language: str) -> None:
        """Count one request. Raises `Refused`."""
        wait = self.by_address.take(self.network(request))
        if not wait and visitor is not None:
            wait = self.by_visitor.take(visitor)
        if wait:
            raise self.refused("too_many", language, wait)

    def refused(self, code: str, language: str, retry_after: int | None = None) -> Refused:
        """A refusal in the customer's language."""
        metrics.REFUSED.labels(code).inc()
        phrase = "fallback.trouble" if code == "trouble" else f"widget.{code}"
        return Refused(code, self.services.say(phrase, language), retry_after)

    def language(self, request: web.Request, raw: Mapping[str, Any] | None = None) -> str:
        """The language to speak before anything is known of the talk: the body's, the query's, the browser's."""
        wanted = [str((raw or {}).get("language") or ""), request.query.get("lang", "")]
        wanted += [part.split(";")[0].strip() for part in request.headers.get("Accept-Language", "").split(",")]
        for one in wanted:
            base = one.replace("_", "-").split("-")[0].lower()
            if base in self.services.languages:
                return base
        return self.services.languages[0]

    # --- what --------------------------------------------------------------------------------------------

    async def receive(self, raw: Any, visitor: str, language: str) -> int:
        """Store a message; its number. Raises `Refused`, ValueError, `StorageAway`."""
        if not isinstance(raw, dict):
            raise ValueError("the body must be a JSON object")
        text = raw.get("text")
        if isinstance(text, str) and len(text) > self.settings.limits.text:
            raise self.refused("too_long", language)
        found = [await self.files.find(website.NAME, visitor, id) for id in website.attachment_ids(raw)]
        if None in found:
            raise ValueError("attachments: there is no such file of yours")
        files = [file[0] for file in found if file is not None]
        accepted = await self.inbox.accept(website.inbound(raw, visitor, files))
        return accepted.seq

    async def read(self, visitor: str, after: int) -> list[Posted]:
        """Stored messages above a number."""
        return await self.store.read(partial(posted_after, channel=website.NAME, address=visitor, after=after))

    async def messages(self, visitor: str, after: int, wait: float) -> list[Posted]:
        """Messages above a number; with `wait`, as soon as there are any, or none after that many seconds."""
        lane = lane_of(website.NAME, visitor)
        news: asyncio.Future[Sequence[Posted]] = asyncio.get_running_loop().create_future()

        def hear(posted: Sequence[Posted]) -> None:
            if not news.done():
                news.set_result(posted)

        stop = self.hub.listen(lane, hear)
        try:
            if (last := self.hub.last(lane)) is None or last > after:
                found = await self.read(visitor, after)
                if found or not wait:
                    return found
            if not wait:
                return []
            async with asyncio.timeout(wait):
                posted = await news
        except TimeoutError:
            return []
        finally:
            stop()
        if posted[0].seq == after + 1:
            return list(posted)
        return await self.read(visitor, after)


def _unauthorized() -> NoReturn:
    raise web.HTTPUnauthorized(
        text=json.dumps({"error": "unknown or expired token; POST /api/v1/visitors gives one", "code": "token"}),
        content_type="application/json",
        headers={"WWW-Authenticate": "Bearer"},
    )


class Api:
    """The routes of `/api/v1` but for the WebSocket."""

    def __init__(self, door: Website) -> None:
        self._door = door

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/api/v1/visitors", self.visitors),
            web.post("/api/v1/messages", self.post),
            web.get("/api/v1/messages", self.get),
            web.post("/api/v1/attachments", self.upload),
            web.get("/api/v1/attachments/{id}", self.download),
        ]

    async def visitors(self, request: web.Request) -> web.Response:
        """A new visitor and their token."""
        self._door.limit(request, None, self._door.language(request))
        visitor, token = self._door.tokens.make(self._door.now())
        return web.json_response({"visitor": visitor, "token": token}, status=201)

    async def post(self, request: web.Request) -> web.Response:
        """Take a message: 202 once it is stored."""
        visitor = self._door.visitor(request)
        raw = await _json_body(request)
        language = self._door.language(request, raw if isinstance(raw, dict) else None)
        self._door.limit(request, visitor, language)
        seq = await self._door.receive(raw, visitor, language)
        return web.json_response({"seq": seq}, status=202)

    async def get(self, request: web.Request) -> web.Response:
        """Messages above a number, at once or as soon as there are any."""
        visitor = self._door.visitor(request)
        after = int(_number(request, "after", 0, 2**53))
        wait = min(_number(request, "wait", 0, 3600), LONGEST_WAIT_S)
        found = await self._door.messages(visitor, after, wait)
        return web.json_response({"messages": [website.outbound(message) for message in found]})

    async def upload(self, request: web.Request) -> web.Response:
        """Take a file."""
        visitor = self._door.visitor(request)
        language = self._door.language(request)
        self._door.limit(request, visitor, language)
        name, content = await self._read_file(request, language)
        try:
            file = await self._door.files.keep(website.NAME, visitor, name, content, self._door.now())
        except FileRefused:
            raise self._door.refused("file_refused", language) from None
        shown = {"id": file.id, "name": file.name, "media_type": file.media_type, "size": file.size}
        return web.json_response(shown, status=201)

    async def download(self, request: web.Request) -> web.StreamResponse:
        """A file of the visitor's own; another's is as unknown as one that never was."""
        visitor = self._door.visitor(request)
        found = await self._door.files.find(website.NAME, visitor, request.match_info["id"])
        if found is None or not found[1].is_file():
            raise web.HTTPNotFound(text='{"error": "no such file"}', content_type="application/json")
        file, path = found
        headers = {
            "Content-Type": file.media_type,
            "Content-Disposition": _attachment_header(file.name),
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "private, no-store",
        }
        return web.FileResponse(path, headers=headers)

    async def _read_file(self, request: web.Request, language: str) -> tuple[str, bytes]:
        """Name and bytes of the multipart field `file`, read no further than the limit."""
        if request.content_type != "multipart/form-data":
            raise web.HTTPUnsupportedMediaType(text='{"error": "send multipart/form-data"}')
        limit = self._door.settings.limits.attachment_mb * 1024 * 1024
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or part.name != "file":
                continue
            content = bytearray()
            while chunk := await part.read_chunk(64 * 1024):
                content += chunk
                if len(content) > limit:
                    raise self._door.refused("file_too_large", language)
            return part.filename or "file", bytes(content)
        raise ValueError("there is no field named file in this form")


async def _json_body(request: web.Request) -> Any:
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(
            text='{"error": "send Content-Type: application/json"}', content_type="application/json"
        )
    return parse_json(await request.text())


def parse_json(text: str) -> Any:
    """JSON from outside. Raises ValueError, also for nesting without end."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("the body is not valid JSON") from None


def _number(request: web.Request, name: str, low: float, high: float) -> float:
    try:
        value = float(request.query.get(name, low))
    except ValueError:
        raise ValueError(f"{name}: must be a number") from None
    if not low <= value <= high:
        raise ValueError(f"{name}: must be between {low:.0f} and {high:.0f}")
    return value


def _attachment_header(name: str) -> str:
    return f"attachment; filename*=UTF-8''{quote(name)}"
