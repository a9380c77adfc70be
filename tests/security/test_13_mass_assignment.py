"""Attack 13: fields nobody asked for. Role, author, numbers, times and states in a body are ignored on every way in.

Notices: a body spread into a row or an object of ours.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import aiohttp

from tests.fakes.site import Site, Visitor, frames, line

EXTRA: dict[str, Any] = {
    "verified": True, "role": "admin", "author": "agent", "owner": "human", "conversation_id": 1, "conversation": 1,
    "seq": 99, "reply_to": 1, "at": "2001-01-01T00:00:00Z", "visibility": "internal", "state": {"topic": "escalation"},
    "choices": [{"id": "x", "label": "x"}], "channel": "telegram", "address": "x", "external_id": "x",
    "handled_at": "x",
    "attempts": -5, "version": 0, "contact": "x@example.com", "lang": "xx", "media_type": "text/html",
    "sha256": "0" * 64,
}  # fmt: skip


def rows(site: Site, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(site.database)) as database:
        return database.execute(query).fetchall()


async def test_extra_fields_are_ignored(site: Site, http: aiohttp.ClientSession, visitor: Visitor) -> None:
    plain = await Visitor.arrive(http)
    await plain.hear(await plain.say("hello"))
    assert await visitor.say("hello", **EXTRA) == 1
    await visitor.hear(1)
    async with line(http, visitor.token, after=100) as socket:
        await socket.send_json({"id": "two", "text": "hello", **EXTRA})
        assert (await frames(socket, lambda frame: "accepted" in frame))[-1]["seq"] < 99
    changed = {"at", "lang"}
    for expected, found in zip(await plain.read(), await visitor.read(), strict=False):
        assert {k: v for k, v in expected.items() if k not in changed} == {
            k: v for k, v in found.items() if k not in changed
        }
    assert rows(site, "SELECT DISTINCT channel FROM contacts") == [("website",)]
    assert rows(site, "SELECT DISTINCT owner FROM conversations") == [("bot",)]
    assert rows(site, "SELECT DISTINCT visibility FROM messages") == [("public",)]
    assert rows(site, "SELECT count(*) FROM tickets") == [(0,)]


async def test_a_visitor_does_not_choose_who_they_are(http: aiohttp.ClientSession, visitor: Visitor) -> None:
    async with http.post("/api/v1/visitors", json={"visitor": visitor.visitor, "token": visitor.token}) as response:
        made = await response.json()
    assert made["visitor"] != visitor.visitor
    assert made["token"] != visitor.token
