"""Attack 24: a limit dodged by another spelling of the way in: slash, case, encoding, method, body or query, HTTP or
WebSocket, one address or its mapped twin.

Notices: a limiter tied to one path or method, one that counts two ways in separately, and a second spelling of a
route that works unlimited.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fakes.site import PNG, Site, Visitor, browser, frames, line, open_site
from tests.security.raw import get, shout, status_of

SAID = 6


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    limits = {"visitor_per_minute": SAID, "address_per_minute": 3 * SAID}
    with open_site(tmp_path_factory.mktemp("site"), limits=limits) as site:
        yield site


ALIASES = (
    "/api/v1/messages/", "/api/v1//messages", "//api/v1/messages", "/api/v1/./messages", "/api/v1/x/../messages",
    "/API/V1/MESSAGES", "/api/v1/message", "/api/v1/Messages", "/%61pi/v1/messages", "/api/v1/messages%2f",
    "/api/v1/messages;x=1", "/api/v1/messages?x=1", "/api/v1/messages#x", "/api/v2/messages", "/messages",
    "http://other/api/v1/messages",
)  # fmt: skip


@pytest.mark.parametrize("alias", ALIASES)
async def test_no_spelling_of_the_path_goes_round_the_limit(site: Site, alias: str) -> None:
    address = f"127.1.0.{ALIASES.index(alias) + 1}"
    async with browser(site.url, address) as http:
        visitor = await Visitor.arrive(http)
        for _ in range(SAID):
            await visitor.say("hello")
    token = b"Authorization: Bearer " + visitor.token.encode()
    body = b'{"id": "dodge", "text": "dodge"}'
    headers = (token, b"Content-Type: application/json", b"Content-Length: %d" % len(body))
    for method in ("POST", "PUT", "PATCH", "HEAD", "OPTIONS", "TRACE"):
        request = get(alias, *headers, method=method).replace(
            b"Connection: close", b"Connection: close\r\nX-HTTP-Method-Override: POST"
        )
        assert status_of(await shout(site.port, request + body)) not in (200, 201, 202)
    async with browser(site.url, address) as http:
        visitor.http = http
        assert "dodge" not in [message["text"] for message in await visitor.read()]


async def test_every_way_in_takes_from_one_bucket(site: Site) -> None:
    async with browser(site.url, "127.1.1.1") as http:
        visitor = await Visitor.arrive(http)
        async with line(http, visitor.token) as socket:
            for n in range(SAID // 3):
                await visitor.say("over http")
                assert (await visitor.upload(PNG))[0] == 201
                await socket.send_json({"id": f"s{n}", "text": "over a socket"})
                await frames(socket, lambda frame: "accepted" in frame)
            assert (await visitor.post(text="x"))[0] == 429
            assert (await visitor.upload(PNG))[0] == 429
            await socket.send_json({"id": "last", "text": "x"})
            assert (await frames(socket, lambda frame: frame.get("id") == "last"))[-1]["code"] == "too_many"


async def test_where_the_token_or_the_language_stands_makes_no_second_bucket(site: Site) -> None:
    async with browser(site.url, "127.1.1.2") as http:
        visitor = await Visitor.arrive(http)
        statuses = [
            (await visitor.ask("POST", f"/api/v1/messages?token={n}&visitor={n}&lang=cs", json={
                "id": str(n), "text": "x", "token": str(n), "visitor": str(n), "language": "en",
            }, headers={"Cookie": f"n={n}", "User-Agent": str(n)}))[0]
            for n in range(SAID + 2)
        ]  # fmt: skip
        assert statuses == [202] * SAID + [429] * 2


async def test_new_visitors_and_new_lines_take_from_the_address(site: Site) -> None:
    async with browser(site.url, "127.1.1.3") as http:
        visitors = [await Visitor.arrive(http) for _ in range(2 * SAID)]
        for visitor in visitors[:SAID]:
            async with line(http, visitor.token):
                pass
        assert (await visitors[-1].post(text="x"))[0] == 429
        async with http.post("/api/v1/visitors") as response:
            assert response.status == 429
    async with browser(site.url, "127.1.1.4") as http:  # somebody else is not concerned
        assert await (await Visitor.arrive(http)).say("hello") == 1


async def test_what_is_only_asked_is_limited_too(site: Site) -> None:
    paths = ("/", "/widget.js", "/api/v1/messages", "/api/v1/widget", "/metrics", "/nothing", "/api/v1/attachments/x")
    async with browser(site.url, "127.1.1.5") as http:
        statuses = []
        for n in range(3 * SAID * 12):
            async with http.request(("GET", "HEAD")[n % 2], paths[n % len(paths)]) as response:
                statuses.append(response.status)
                last = response
        assert 3 * SAID * 10 <= statuses.index(429) < 3 * SAID * 12
        assert last.status == 429
        assert last.headers["Retry-After"]
        for path in ("/healthz", "/readyz"):
            async with http.get(path) as response:
                assert response.status == 200
