"""The HTTP server: routes, one middleware for errors, origins and headers, and a clean stop."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web
from yarl import URL

from bot import metrics
from bot.logs import place
from bot.ports import Unusable
from bot.storage.writer import StorageAway
from bot.web.api import Api, answer
from bot.web.door import Website
from bot.web.limits import LINES, too_many_lines
from bot.web.pages import Pages
from bot.web.refused import Refused
from bot.web.socket import Sockets

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
API = "/api/"
PROBES = ("/healthz", "/readyz")  # never refused: whoever watches over us must hear the truth
HEADERS = {
    "Server": "aftercare",  # and no version of anything
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    "Access-Control-Max-Age": "600",
}
SENTENCES = {404: "there is nothing at this address", 405: "this address does not take this method"}
KEEP_ALIVE_S = 75.0  # for an idle line, and for one whose request does not come to an end
LINGER_S = 2.0  # reading on after an answer, so that the other side gets to see it
OPEN_REQUESTS_S = 0.5  # they get to end when we stop; waited for twice by the framework
UNREAD_S = 20  # a line whose other side takes nothing for so long is cut by the system
HEADER_LINES = 64
SWEEP_S = 2.0

log = structlog.get_logger()


class Server:
    """Listens from `start` to `stop`."""

    def __init__(self, door: Website, ready: Callable[[], bool]) -> None:
        self._web, self._door = door.settings.web, door
        self._origins = frozenset(origin.lower() for origin in self._web.allowed_origins)
        self._own = _origin(self._web.public_url)
        self._sockets = Sockets(door)
        self._proving: set[str] = set()
        self.application = web.Application(middlewares=[self._guard])
        self.application.add_routes(Pages(door, ready).routes())
        self.application.add_routes(Api(door).routes())
        self.application.add_routes([web.get("/api/v1/ws", self._sockets.handle, allow_head=False)])
        self.port = self._web.port
        self._runner = web.AppRunner(
            self.application, access_log=None, handle_signals=False, shutdown_timeout=OPEN_REQUESTS_S,
            keepalive_timeout=KEEP_ALIVE_S, lingering_time=LINGER_S, max_headers=HEADER_LINES,
            handler_cancellation=True,  # who leaves a long poll leaves its place
            auto_decompress=False,  # small bodies need no compression, and bombs are made of it
        )  # fmt: skip
        self._listening: asyncio.Server | None = None
        self._sweeper: asyncio.Task[None] | None = None
        self._stopping = False

    def take(self, path: str, handler: Handler) -> None:
        """Take POSTs from a service that calls often and from few addresses; before the start.

        The handler makes it prove itself, and counts (`count`) whoever does not.
        """
        self.application.add_routes([web.post(path, handler)])
        self._proving.add(path)

    def count(self, request: web.Request) -> None:
        """Count a request of one who did not prove themselves. Raises `Refused`."""
        self._door.count_request(request)

    async def start(self) -> None:
        """Listen, and say where: the port is news where 0 was configured."""
        await self._runner.setup()
        assert self._runner.server is not None  # noqa: S101 - `setup` made it
        try:
            self._listening = await asyncio.get_running_loop().create_server(
                self._runner.server, self._web.host, self._web.port, backlog=1024, start_serving=False
            )
        except OSError as error:
            where = f"{self._web.host}:{self._web.port}"
            raise Unusable(f"can not listen on {where} ({error.strerror}); set [web] host and port") from error
        for listener in self._listening.sockets:
            _cut_unread(listener)
        await self._listening.start_serving()
        self._sweeper = asyncio.create_task(self._sweep())
        self.port = int(self._listening.sockets[0].getsockname()[1])
        url = URL.build(scheme="http", host=self._web.host, port=self.port, path="/")
        log.info("listening", action="start", url=str(url))

    async def stop(self) -> None:
        """Take nothing more, let open requests end, close the sockets."""
        self._stopping = True
        if self._sweeper is not None:
            self._sweeper.cancel()
        if self._listening is not None:
            self._listening.close()
        self._door.end_polls()
        await self._sockets.close()
        lines = [] if self._runner.server is None else self._runner.server.connections
        transports = [line.transport for line in lines]
        await self._runner.cleanup()
        for transport in transports:
            if transport is not None and transport.get_write_buffer_size():
                transport.abort()  # closed it is, but it would wait until everything is read

    async def _sweep(self) -> None:
        """Close what one address opened beyond its share: a line without a request meets no other limit."""
        most = LINES * self._door.settings.limits.address_per_minute
        while most and self._runner.server is not None:
            for line in list(too_many_lines(self._runner.server.connections, most, self._web.trusted_proxies)):
                line.force_close()
            await asyncio.sleep(SWEEP_S)

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Limits and origins before anything else, errors as sentences, headers on everything."""
        started = time.perf_counter()
        origin = request.headers.get("Origin") if request.path.startswith(API) else None
        welcome = origin is None or self._allowed(origin, request)
        try:
            response = await self._answer(request, handler if welcome else _unwelcome)
        except Refused as refused:
            response = answer(refused.as_json(), refused.status)
            response.headers.update(refused.headers)
        if not response.prepared:
            _dress(request, response, origin if welcome else None)
        if response.status >= 400:
            _note(request, response.status, started)
        return response

    async def _answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """The handler's answer, or an error as a sentence. Raises `Refused`."""
        try:
            proves = request.method == "POST" and request.path in self._proving
            if not proves and request.path not in PROBES:
                self._door.count_request(request)
            if self._stopping and request.path not in PROBES:
                raise self._door.refused("trouble", self._door.language(request), 5)
            if handler is not _unwelcome and request.method == "OPTIONS" and request.path.startswith(API):
                return web.Response(status=204, headers=PREFLIGHT)
            return await handler(request)
        except (Refused, asyncio.CancelledError):
            raise
        except web.HTTPException as error:
            return _as_json(error)
        except StorageAway:
            raise self._door.refused("trouble", self._door.language(request), 5) from None
        except ValueError as error:
            raise Refused("invalid", str(error)) from None
        except ConnectionError:
            return answer({"error": "the other side went away"}, 499)
        except Exception as error:
            log.error("request_failed", action="http", error=type(error).__name__, where=place(error))
            return answer({"error": "something went wrong on our side"}, 500)

    def _allowed(self, origin: str, request: web.Request) -> bool:
        """Our own origin, or one on the list: compared whole, never by its end or beginning."""
        return origin in self._origins or origin == (self._own or f"{request.scheme}://{request.host}")


async def _unwelcome(request: web.Request) -> web.StreamResponse:
    metrics.REFUSED.labels("origin").inc()
    raise Refused("origin", "this website may not talk to the bot; see [web] allowed_origins and public_url")


def _origin(url: str) -> str | None:
    found = URL(url)
    return str(found.origin()) if found.absolute else None


def _as_json(error: web.HTTPException) -> web.Response:
    """What the framework itself refuses: no such path, no such method there, a broken handshake."""
    response = answer({"error": SENTENCES.get(error.status, error.reason)}, error.status)
    if "Allow" in error.headers:
        response.headers["Allow"] = error.headers["Allow"]
    return response


def _dress(request: web.Request, response: web.StreamResponse, origin: str | None) -> None:
    """Headers for every answer; a website that may read it is told so."""
    headers = response.headers
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if request.path.startswith(API):
        headers.setdefault("Cache-Control", "no-store")
        headers.add("Vary", "Origin")
    if origin is not None:
        headers["Access-Control-Allow-Origin"] = origin
        headers["Access-Control-Expose-Headers"] = "Retry-After"


def _cut_unread(listener: socket.socket) -> None:
    """Lines of this listener end when the other side reads nothing. Systems without the option have only our own
    limits on sockets and lines."""
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_S * 1000)


def _note(request: web.Request, status: int, started: float) -> None:
    """One log line of what cannot hurt: the route's own pattern, never the path or the query as sent."""
    resource = request.match_info.route.resource
    route = resource.canonical if resource is not None else "unknown"
    ms = round((time.perf_counter() - started) * 1000, 1)
    log.info("http", action="http", method=request.method[:10], route=route, status=status, ms=ms)
