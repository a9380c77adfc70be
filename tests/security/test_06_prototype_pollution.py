"""Attack 6: `__proto__` in queries and bodies. Server side: names nobody asked for are ignored everywhere.

Notices: a body merged into objects of ours, and a page that carries its query on. The browser's side is in
tests/bot/widget/test_safety.py.
"""

from __future__ import annotations

import aiohttp
import pytest

from tests.fakes.site import Visitor

NAMES = ("__proto__", "constructor", "prototype", "__class__", "__init__", "toString")


@pytest.mark.parametrize("name", NAMES)
async def test_strange_names_change_nothing(http: aiohttp.ClientSession, visitor: Visitor, name: str) -> None:
    async with http.get("/") as plain, http.get(f"/?{name}[polluted]=1&{name}.polluted=1") as polluted:
        assert await plain.read() == await polluted.read()
    async with http.get("/api/v1/widget") as plain, http.get(f"/api/v1/widget?{name}[polluted]=1") as polluted:
        assert await plain.json() == await polluted.json()
    assert await visitor.say("hello", **{name: {"polluted": 1}}) == 1
    assert "polluted" not in str(await visitor.read())
