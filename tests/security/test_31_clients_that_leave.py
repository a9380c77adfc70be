"""Attack 31: two hundred messages at once, from clients that leave before the answer.

Notices: a pool, a place or a lane that is not given back when the other side goes away: the server would stay deaf
until it is started again.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.site import CERTAIN, PNG, Site, Visitor, browser, line, open_site, until
from tests.security.raw import get


async def post_and_leave(site: Site, visitor: Visitor, n: int) -> None:
    """Send a message and hang up: at once, in the middle of the body, or a moment later."""
    body = b'{"id": "%d", "text": "%s"}' % (n, CERTAIN.encode())
    headers = (b"Authorization: Bearer " + visitor.token.encode(), b"Content-Type: application/json",
               b"Content-Length: %d" % len(body))  # fmt: skip
    _, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(get("/api/v1/messages", *headers, method="POST") + (body[:9] if n % 3 == 0 else body))
    await asyncio.sleep(0.02 * (n % 3))
    writer.transport.abort()


async def test_the_server_recovers(tmp_path: Path) -> None:
    with open_site(tmp_path, limits={"visitor_per_minute": 300, "address_per_minute": 5_000}) as site:
        async with browser(site.url) as http:
            leaving, staying = await Visitor.arrive(http), await Visitor.arrive(http)
            others = [await Visitor.arrive(http) for _ in range(20)]
            last = (await staying.hear(await staying.say("hello")))[-1]["seq"]
            polls = [asyncio.create_task(staying.read(after=last, wait=50)) for _ in range(100)]
            uploads = [asyncio.create_task(other.upload(PNG * 500)) for other in others]
            sockets = [asyncio.create_task(_line_and_leave(http, leaving)) for _ in range(20)]
            await asyncio.gather(*(post_and_leave(site, (leaving, *others)[n % 21], n) for n in range(200)))
            for task in (*polls, *uploads):
                task.cancel()
            await asyncio.gather(*polls, *uploads, *sockets, return_exceptions=True)
            await _until_nothing_is_held(site)  # long before the polls' own time is over

            started = time.monotonic()
            for visitor in (leaving, staying, *others):
                await visitor.hear(await visitor.say(CERTAIN))
            assert time.monotonic() - started < 5
            await asyncio.gather(*(_is_answered_once(visitor) for visitor in (leaving, *others)))
        with closing(sqlite3.connect(site.database)) as database:
            assert database.execute("SELECT count(*) FROM inbox WHERE handled_at IS NULL").fetchone() == (0,)


async def _line_and_leave(http: object, visitor: Visitor) -> None:
    with contextlib.suppress(Exception):
        async with line(visitor.http, visitor.token) as socket:
            await socket.send_json({"id": "socket", "text": CERTAIN})


async def _until_nothing_is_held(site: Site) -> None:
    door = site.server._door
    held = (door.limiters.open_by_address._taken, door.limiters.open_by_visitor._taken, door.polls)
    await until(lambda: not any(held) and not site.app.hub.listening)


async def _is_answered_once(visitor: Visitor) -> None:
    messages, after = [], 0
    while page := await visitor.read(after):
        messages += page
        after = page[-1]["seq"]
    asked = [message["seq"] for message in messages if message["author"] == "customer"]
    answered = [message["reply_to"] for message in messages if message["author"] == "bot"]
    assert set(asked) == set(answered)
    assert answered == sorted(answered)
    assert [message["seq"] for message in messages] == list(range(1, len(messages) + 1))


async def test_who_leaves_has_said_it_and_is_answered_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_site(tmp_path) as site:
        async with browser(site.url) as http:
            visitor = await Visitor.arrive(http)
            write = site.app.store.write

            async def slowly(work: Any) -> Any:
                await asyncio.sleep(0.3)  # the client is gone before the commit
                return await write(work)

            monkeypatch.setattr(site.app.store, "write", slowly)
            await post_and_leave(site, visitor, 1)
            async with asyncio.timeout(3):  # sooner than the sweep, which waits five seconds
                while len(await visitor.read()) < 2:  # noqa: ASYNC110 - nobody else may wake the lane
                    await asyncio.sleep(0.02)
