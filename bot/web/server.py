"""The HTTP server: routes, one middleware for errors, origins and headers, and a clean stop."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import structlog
from aiohttp import web

from bot import metrics
from bot.logs import place
from bot.settings import Web
from bot.storage.writer import StorageAway
from bot.web.api import BODY_LIMIT, Api, Refused, Website
from bot.web.pages import Pages
from bot.web.socket import Sockets

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
API = "/api/"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
}
CLOSED_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    "Access-Control-Max-Age": "600",
}

log = structlog.get_logger()


class Server:
    """Listens from `start` to `stop`."""

    def __init__(self, door: Website, ready: Callable[[], bool]) -> None:
        self._web = door.settings.web
        self._sockets = Sockets(door)
        self._door = door
        limit = max(BODY_LIMIT, door.settings.limits.attachment_mb * 1024 * 1024 + BODY_LIMIT)
        self.application = web.Application(middlewares=[self._guard], client_max_size=limit)
        self.application.add_routes(Pages(door, ready).routes())
        self.application.add_routes(Api(door).routes())
        self.application.add_routes([web.get("/api/v1/ws", self._sockets.handle)])
        self.port = self._web.port
        self._runner = web.AppRunner(
            self.application, access_log=None, handle_signals=False, shutdown_timeout=2.0, keepalive_timeout=75.0
        )

    async def start(self) -> None:
        """Listen, and say where: the port is news where 0 was configured."""
        await self._runner.setup()
        await web.TCPSite(self._runner, self._web.host, self._web.port, backlog=1024).start()
        self.port = int(self._runner.addresses[0][1])
        log.info("listening", action="start", url=f"http://{self._web.host}:{self.port}/")

    async def stop(self) -> None:
        """Take nothing more, let open requests end, close the sockets."""
        await self._sockets.close()
        await self._runner.cleanup()

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Origins before anything else, errors as sentences, headers on everything."""
        started = time.perf_counter()
        origin = request.headers.get("Origin")
        api = request.path.startswith(API)
        if api and origin is not None and not self._allowed(origin, request):
            metrics.REFUSED.labels("origin").inc()
            response: web.StreamResponse = _error(
                403, "this website may not talk to the bot; see [web] allowed_origins"
            )
        elif api and request.method == "OPTIONS":
            response = web.Response(status=204, headers=PREFLIGHT)
        else:
            response = await self._answer(request, handler)
        if not response.prepared:
            self._dress(response, origin if api else None)
        _note(request, response.status, started)
        return response

    async def _answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except Refused as refused:
            response = web.json_response(refused.as_json(), status=refused.status)
            if refused.retry_after is not None:
                response.headers["Retry-After"] = str(refused.retry_after)
            return response
        except web.HTTPException as error:
            return error if error.content_type == "application/json" else _error(error.status, error.reason)
        except StorageAway:
            trouble = self._door.refused("trouble", self._door.language(request))
            return web.json_response(trouble.as_json(), status=trouble.status, headers={"Retry-After": "5"})
        except ValueError as error:
            return _error(422, str(error))
        except ConnectionError:
            return _error(499, "the other side went away")
        except Exception as error:
            log.error("request_failed", action="http", error=type(error).__name__, where=place(error))
            return _error(500, "something went wrong on our side")

    def _allowed(self, origin: str, request: web.Request) -> bool:
        """Our own origin, or one on the list: compared whole, never by its end or beginning."""
        if origin in self._web.allowed_origins:
            return True
        return origin == (_own(self._web) or f"{request.scheme}://{request.host}")

    def _dress(self, response: web.StreamResponse, origin: str | None) -> None:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Content-Security-Policy", CLOSED_POLICY)
        if origin is not None and response.status != 403:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers.add("Vary", "Origin")


def _own(settings: Web) -> str | None:
    parts = urlsplit(settings.public_url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else None


def _error(status: int, sentence: str) -> web.Response:
    return web.json_response(
        {"error": sentence}, status=status, dumps=lambda value: json.dumps(value, ensure_ascii=False)
    )


def _note(request: web.Request, status: int, started: float) -> None:
    """One log line of what cannot hurt: the route's own pattern, never the path or the query as sent."""
    if status < 400:
        return
    resource = request.match_info.route.resource
    route = resource.canonical if resource is not None else "unknown"
    ms = round((time.perf_counter() - started) * 1000, 1)
    log.info("http", action="http", method=request.method[:10], route=route, status=status, ms=ms)
