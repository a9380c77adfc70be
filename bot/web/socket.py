"""`GET /api/v1/ws`: the same messages both ways over one line."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine, Sequence
from typing import Any

import structlog
from aiohttp import WSCloseCode, WSMsgType, web

from bot import metrics
from bot.channels import website
from bot.hub import lane_of
from bot.logs import place
from bot.ports import Posted
from bot.storage.conversations import PAGE
from bot.storage.writer import StorageAway
from bot.web.bodies import decimal, json_limit, parse_json
from bot.web.door import Website
from bot.web.refused import Refused

FIRST_FRAME_S = 5.0
HEARTBEAT_S = 30.0
SEND_S = 20.0  # a reader slower than this is let go; it comes back with its number
GOODBYE_S = 0.5  # how long the other side may take to say goodbye too
BUFFER = 64 * 1024  # bytes waiting for a slow reader before we wait for them
AT_ONCE = 8 * 1024  # bytes: with fewer on their way no send waits, so none needs a clock
TYPING_AFTER_S = 0.25
REFUSALS = 20  # in a row, then the line is closed

log = structlog.get_logger()
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode  # `dumps` makes an encoder a call


class Socket:
    """One open WebSocket. It holds no messages: only how far it has sent."""

    def __init__(self, door: Website, request: web.Request, after: int) -> None:
        self._door, self._request, self._sent = door, request, after
        # Pings are answered by us, because the framework would wait for ever for one who asks but never reads.
        self._line = web.WebSocketResponse(
            max_msg_size=json_limit(door.settings.limits.text), compress=False, heartbeat=HEARTBEAT_S,
            autoping=False, timeout=GOODBYE_S, writer_limit=BUFFER,
        )  # fmt: skip
        self._visitor = ""
        self._language = door.language(request)
        self._pump: asyncio.Task[None] | None = None
        self._again = False
        self._typing: asyncio.TimerHandle | None = None
        self._refusals = 0

    async def serve(self) -> web.WebSocketResponse:
        """Run until the line closes."""
        if not self._line.can_prepare(self._request):
            raise ValueError("this address speaks WebSocket only")
        await self._line.prepare(self._request)
        try:
            await self._enter()
            with self._door.place_of_visitor(self._visitor, self._language):
                await self._talk()
        except Refused as refused:
            await self._refuse(refused)
            await self._line.close(code=WSCloseCode.POLICY_VIOLATION)
        return self._line

    async def close(self) -> None:
        """The server stops: say goodbye, the browser comes back by itself."""
        await self._line.close(code=WSCloseCode.GOING_AWAY)

    async def _enter(self) -> None:
        """Take the token from the first frame. Raises `Refused`."""
        try:
            async with asyncio.timeout(FIRST_FRAME_S):
                first = await self._line.receive()
            raw = parse_json(first.data) if first.type is WSMsgType.TEXT else None
        except (TimeoutError, ValueError):
            raw = None
        token = raw.get("token") if isinstance(raw, dict) else None
        visitor = self._door.tokens.visitor(token, self._door.now()) if isinstance(token, str) else None
        if visitor is None:
            raise Refused("token", 'unknown or expired token; the first frame must be {"token": "…"}')
        self._visitor = visitor

    async def _talk(self) -> None:
        stop = self._door.hub.listen(lane_of(website.NAME, self._visitor), self._news)
        metrics.SOCKETS.inc()
        try:
            self._wake()
            await self._listen()
        finally:
            metrics.SOCKETS.dec()
            stop()
            self._stop_typing()
            if self._pump is not None:
                self._pump.cancel()

    async def _listen(self) -> None:
        async for frame in self._line:
            if frame.type is WSMsgType.PING:
                await self._send(frame.data, WSMsgType.PONG)
            elif frame.type is WSMsgType.TEXT:
                await self._take(frame.data)
            elif frame.type is not WSMsgType.PONG:
                break
            if self._refusals >= REFUSALS:
                await self._line.close(code=WSCloseCode.POLICY_VIOLATION, message=b"too many")
                break

    async def _take(self, data: str) -> None:
        """One message of the customer."""
        raw: Any = None
        try:
            raw = parse_json(data)
            if isinstance(raw, dict) and isinstance(raw.get("language"), str):
                self._language = self._door.language(self._request, raw)
            self._door.limit(self._request, self._visitor, self._language)
            seq = await self._door.receive(raw, self._visitor, self._language, self._door.origin(self._request))
        except Refused as refused:
            self._refusals += 1
            await self._refuse(refused, raw)
        except ValueError as error:
            self._refusals += 1
            await self._refuse(Refused("invalid", str(error)), raw)
        except StorageAway:
            await self._refuse(self._door.refused("trouble", self._language), raw)
        else:
            self._refusals = 0
            await self._say({"accepted": _id(raw), "seq": seq})
            self._start_typing(seq)

    def _news(self, posted: Sequence[Posted]) -> None:
        if any(message.author != "customer" for message in posted):
            self._stop_typing()
        edited = [message for message in posted if message.revision and message.seq <= self._sent]
        if edited:
            self._background(self._say_all(edited))
        else:
            self._wake(posted)

    def _wake(self, posted: Sequence[Posted] = ()) -> None:
        """Send what is new; while a send is under way, only note that there is more."""
        if self._pump is not None and not self._pump.done():
            self._again = True
        else:
            self._pump = asyncio.create_task(self._run_pump(posted))

    async def _run_pump(self, posted: Sequence[Posted]) -> None:
        try:
            await self._send_news(posted)
        except Exception as error:  # the browser comes back with its number and misses nothing
            log.warning("socket_broken", action="http", error=type(error).__name__, where=place(error))
            await self._line.close(code=WSCloseCode.TRY_AGAIN_LATER)

    async def _send_news(self, posted: Sequence[Posted]) -> None:
        """Send everything above the last number sent; what just came needs no reading where it follows directly."""
        self._again = False
        if not posted or posted[0].seq != self._sent + 1:
            posted = await self._door.read(self._visitor, self._sent)
        while True:
            for message in posted:
                await self._say(website.outbound(message))
                self._sent = message.seq
            if not self._again and len(posted) < PAGE:
                return
            self._again = False
            posted = await self._door.read(self._visitor, self._sent)

    async def _refuse(self, refused: Refused, raw: Any = None) -> None:
        wait = {"retry_after": refused.retry_after} if refused.retry_after else {}
        await self._say({**refused.as_json(), **wait, "id": _id(raw)})

    async def _say_all(self, posted: Sequence[Posted]) -> None:
        for message in posted:
            await self._say(website.outbound(message))

    def _background(self, saying: Coroutine[Any, Any, None]) -> None:
        """Say something without waiting for it; a line that breaks meanwhile has nothing to say any more."""
        task = asyncio.ensure_future(saying)
        task.add_done_callback(lambda done: done.cancelled() or done.exception())

    async def _say(self, frame: dict[str, Any]) -> None:
        await self._send(_encode(frame).encode("utf-8", "replace"), WSMsgType.TEXT)

    async def _send(self, data: bytes, kind: WSMsgType) -> None:
        """Send, or hang up on one who does not read."""
        if self._line.closed:
            return
        line = self._request.transport
        try:
            if line is not None and line.get_write_buffer_size() + len(data) < AT_ONCE:
                await self._line.send_frame(data, kind)
                return
            async with asyncio.timeout(SEND_S):
                await self._line.send_frame(data, kind)
        except (TimeoutError, ConnectionError):
            if self._request.transport is not None:
                self._request.transport.abort()  # closing would wait until everything is read

    def _start_typing(self, seq: int) -> None:
        self._stop_typing()
        if (self._door.hub.last(lane_of(website.NAME, self._visitor)) or 0) <= seq:
            loop = asyncio.get_running_loop()
            self._typing = loop.call_later(TYPING_AFTER_S, self._show_typing)

    def _show_typing(self) -> None:
        self._typing = None
        if not self._line.closed:
            self._background(self._say({"typing": True}))

    def _stop_typing(self) -> None:
        if self._typing is not None:
            self._typing.cancel()
            self._typing = None


class Sockets:
    """All open sockets of this process, so that a stop can close them."""

    def __init__(self, door: Website) -> None:
        self._door = door
        self._open: set[Socket] = set()

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """The route."""
        after = decimal(request.query.get("after", "0"), "after")
        self._door.limit(request, None, self._door.language(request))
        with self._door.place_of_address(request):
            socket = Socket(self._door, request, after)
            self._open.add(socket)
            try:
                return await socket.serve()
            finally:
                self._open.discard(socket)

    async def close(self) -> None:
        """Close them all."""
        await asyncio.gather(*(socket.close() for socket in self._open), return_exceptions=True)


def _id(raw: Any) -> str | None:
    id = raw.get("id") if isinstance(raw, dict) else None
    return id[:64] if isinstance(id, str) else None
