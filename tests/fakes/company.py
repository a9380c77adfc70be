"""A company's own system on a real port: it answers what a test tells it to, and keeps what it was asked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Company:
    """`answers` are given in order, the last one from then on."""

    answers: list[Answer] = field(default_factory=list)
    asked: list[Any] = field(default_factory=list)  # bodies
    paths: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    url: str = ""
    hurry: asyncio.Event = field(default_factory=asyncio.Event)  # ends the waiting of a slow answer

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(await request.json())
        self.paths.append(str(request.rel_url))
        self.headers.append(dict(request.headers))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return await answer(request)


def says(body: Any, status: int = 200, **headers: str) -> Answer:
    """An answer in JSON, or in these very bytes."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()

    async def answer(_: web.Request) -> web.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(body=raw, status=status, headers=named, content_type="application/json")

    return answer


async def hangs_up(request: web.Request) -> web.StreamResponse:
    """The connection ends without an answer."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def breaks_off(request: web.Request) -> web.StreamResponse:
    """Half an answer."""
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b'{"device":')
    assert request.transport is not None
    request.transport.abort()
    return response


@asynccontextmanager
async def a_company(*answers: Answer) -> AsyncIterator[Company]:
    """Open for as long as the block lasts."""
    company = Company(list(answers))
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", company.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    company.url = f"http://{host}:{port}/devices"
    try:
        yield company
    finally:
        company.hurry.set()
        await runner.cleanup()
