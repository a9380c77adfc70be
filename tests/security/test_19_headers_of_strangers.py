"""Attack 19: X-Forwarded-For, X-Remote-User and Host from whoever likes to send them.

Notices: a limiter that counts by a header of an untrusted peer or by the part of it the caller wrote, a login by
header, a page with links made of `Host`.
"""

from __future__ import annotations

from pathlib import Path

import aiohttp
import pytest

from tests.fakes.site import Site, Visitor, browser, open_site
from tests.security.raw import get, shout, status_of


async def visitors_until_stopped(http: aiohttp.ClientSession, *names: str, fixed: str = "") -> int:
    for n in range(40):
        headers = dict.fromkeys(names, f"198.51.100.{n}{fixed}")
        async with http.post("/api/v1/visitors", headers=headers) as response:
            if response.status == 429:
                return n
    return 40


async def test_nobody_chooses_the_address_they_are_counted_by(tmp_path: Path) -> None:
    limits = {"visitor_per_minute": 5, "address_per_minute": 5}
    with open_site(tmp_path, limits=limits) as site:
        async with browser(site.url) as http:
            names = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "CF-Connecting-IP", "True-Client-IP", "X-Client-IP")
            assert await visitors_until_stopped(http, *names) == 5


async def test_a_trusted_proxy_says_who_calls_and_the_caller_does_not(tmp_path: Path) -> None:
    limits = {"visitor_per_minute": 5, "address_per_minute": 5}
    web = {"trusted_proxies": ["127.0.0.1"]}
    with open_site(tmp_path, limits=limits, web=web) as site:
        async with browser(site.url) as proxy, browser(site.url, "127.0.0.2") as stranger:
            assert await visitors_until_stopped(proxy, "X-Forwarded-For") == 40  # forty customers behind one proxy
            # What the caller wrote stands before what the proxy adds.
            assert await visitors_until_stopped(proxy, "X-Forwarded-For", fixed=", 203.0.113.1") == 5
            assert await visitors_until_stopped(stranger, "X-Forwarded-For") == 5
        # Some proxies add a line of their own and leave the caller's first.
        statuses = [
            status_of(await shout(site.port, get(
                "/api/v1/visitors", b"X-Forwarded-For: 198.51.100.%d" % n, b"X-Forwarded-For: 203.0.113.2",
                b"Content-Length: 0", method="POST",
            )))
            for n in range(10)
        ]  # fmt: skip
        assert statuses == [201] * 5 + [429] * 5


@pytest.mark.parametrize("name", ["X-Remote-User", "Remote-User", "X-Forwarded-User", "X-Auth-Request-Email"])
async def test_no_header_is_a_login(http: aiohttp.ClientSession, visitor: Visitor, name: str) -> None:
    async with http.get("/api/v1/messages", headers={name: visitor.visitor}) as response:
        assert response.status == 401


async def test_host_makes_no_links_and_no_friends(site: Site, http: aiohttp.ClientSession, tmp_path: Path) -> None:
    evil = (b"X-Forwarded-Host: evil.example", b"X-Forwarded-Proto: https")
    for path in ("/", "/widget.js", "/api/v1/widget", "/api/v1/openapi.json", "/nothing"):
        answer = await shout(site.port, get(path, *evil).replace(b"Host: bot", b"Host: evil.example"))
        assert b"evil.example" not in answer
    with open_site(tmp_path, web={"public_url": "https://support.shop.example"}) as public:
        # Where an address is configured, a page that rebinds its name to ours is a stranger.
        rebound = get("/api/v1/widget", b"Origin: http://evil.example").replace(b"Host: bot", b"Host: evil.example")
        assert status_of(await shout(public.port, rebound)) == 403
