"""Attack 21: a WebSocket or a request that a foreign website opens in the victim's browser, cookies and all.

Notices: a handshake that checks no origin, and any use of cookies.
"""

from __future__ import annotations

import aiohttp
import pytest

from tests.fakes.site import Site, Visitor
from tests.security.raw import RawSocket


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1", "http://127.0.0.1:1"])
async def test_a_foreign_website_opens_no_line(http: aiohttp.ClientSession, visitor: Visitor, origin: str) -> None:
    cookies = {"Cookie": f"token={visitor.token}", "Origin": origin}
    with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
        await http.ws_connect("/api/v1/ws", headers=cookies)
    for method, path in (("GET", "messages"), ("POST", "messages"), ("POST", "visitors"), ("POST", "attachments")):
        async with http.request(method, f"/api/v1/{path}", headers=cookies) as response:
            assert response.status == 403


async def test_our_own_page_opens_one(site: Site, http: aiohttp.ClientSession, visitor: Visitor) -> None:
    async with http.ws_connect("/api/v1/ws", headers={"Origin": site.url.rstrip("/")}) as socket:
        await socket.send_json({"token": visitor.token})
        await socket.send_json({"id": "1", "text": "hello"})
        assert (await socket.receive_json()) != {}


async def test_a_cookie_is_nothing(site: Site, http: aiohttp.ClientSession, visitor: Visitor) -> None:
    async with http.get("/api/v1/messages", headers={"Cookie": f"token={visitor.token}"}) as response:
        assert response.status == 401
    socket = await RawSocket.open(site.port, None, b"Cookie: token=" + visitor.token.encode())
    socket.send(b'{"id": "1", "text": "hello"}')
    assert b'"code":"token"' in await socket.rest()
    socket.close()
