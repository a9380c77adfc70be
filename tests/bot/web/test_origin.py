"""A message says of which network it came, as a keyed hash, whichever way it came in."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from tests.fakes.site import Site, Visitor, browser, line, open_site


def origins(site: Site) -> list[str]:
    """Of all messages received, in order."""
    with sqlite3.connect(site.database) as database:
        rows = database.execute("SELECT payload FROM inbox ORDER BY id").fetchall()
    database.close()
    return [json.loads(row[0]).get("origin", "") for row in rows]


async def test_a_network_is_a_keyed_hash_and_a_session_is_none(tmp_path: Path) -> None:
    with open_site(tmp_path) as site:
        for address in ("127.0.7.1", "127.0.7.200", "127.0.8.1"):
            async with browser(site.url, address) as http:
                await (await Visitor.arrive(http)).say("hello")
        async with browser(site.url, "127.0.7.9") as http:
            visitor = await Visitor.arrive(http)
            async with line(http, visitor.token) as socket:
                await socket.send_json({"id": "s1", "text": "hello", "origin": "mine"})
                await socket.receive_json()
        found = origins(site)
    with open_site(tmp_path / "other") as other:
        async with browser(other.url, "127.0.7.1") as http:
            await (await Visitor.arrive(http)).say("hello")
        elsewhere = origins(other)
    assert found[0] == found[1] == found[3] != found[2]
    assert len(found[0]) == 32
    assert "127" not in found[0]
    assert elsewhere[0] != found[0]  # who has one database learns nothing of another


async def test_only_a_trusted_proxy_says_from_where(tmp_path: Path) -> None:
    for trusted, differs in ((("127.0.0.1",), True), ((), False)):
        with open_site(tmp_path / str(differs), web={"trusted_proxies": trusted}) as site:
            for address in ("203.0.113.5", "198.51.100.5"):
                async with browser(site.url, headers={"X-Forwarded-For": address}) as http:
                    await (await Visitor.arrive(http)).say("hello")
            one, other = origins(site)
        assert (one != other) is differs
