"""Attack 15: a visitor's token in an address, a Referer or a log.

Notices: a token taken from a query, written to a log or a page, stored, or sent on to another website.
"""

from __future__ import annotations

import io
from pathlib import Path

import aiohttp
import pytest

from tests.fakes.site import CERTAIN, Site, Visitor, frames, line

WIDGET = Path(__file__).parents[2] / "bot" / "widget"


async def test_a_token_in_an_address_opens_nothing(http: aiohttp.ClientSession, visitor: Visitor) -> None:
    for name in ("token", "access_token", "authorization", "visitor"):
        async with http.get(f"/api/v1/messages?{name}={visitor.token}") as response:
            assert response.status == 401
    async with http.ws_connect(f"/api/v1/ws?token={visitor.token}") as socket:
        await socket.send_json({"id": "1", "text": "hello"})
        assert (await socket.receive_json())["code"] == "token"


async def test_no_log_and_no_file_holds_a_token(
    site: Site, log: io.StringIO, http: aiohttp.ClientSession, visitor: Visitor
) -> None:
    await visitor.hear(await visitor.say(CERTAIN))
    async with line(http, visitor.token) as socket:
        await socket.send_str("nonsense")
        await frames(socket, lambda frame: "error" in frame)
    await visitor.ask("GET", f"/api/v1/messages?after=x&token={visitor.token}")
    await visitor.ask("GET", f"/api/v1/attachments/{visitor.token}")
    async with http.get(f"/{visitor.token}", headers={"Referer": f"{site.url}?token={visitor.token}"}) as response:
        assert response.status == 404
    signature = visitor.token.rpartition(".")[2]
    assert log.getvalue()
    assert signature not in log.getvalue()
    stored = b"".join(path.read_bytes() for path in site.data.rglob("*") if path.is_file())
    assert signature.encode() not in stored


async def test_no_address_of_ours_reaches_another_website(http: aiohttp.ClientSession) -> None:
    for path in ("/", "/widget.js", "/api/v1/widget"):
        async with http.get(path) as response:
            assert response.headers["Referrer-Policy"] == "no-referrer"
            assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("written", ["?token", "&token", "token=", "document.cookie"])
def test_the_widget_puts_no_token_into_an_address_or_a_cookie(written: str) -> None:
    assert written not in (WIDGET / "widget.js").read_text("utf-8")
