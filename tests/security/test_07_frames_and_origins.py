"""Attack 7: our pages in somebody's frame, and a website that is only nearly on the list.

Notices: an answer of any kind or status without its policy, an origin compared by its end, beginning or as a pattern,
and one that is simply reflected.
"""

from __future__ import annotations

from collections.abc import Iterator

import aiohttp
import pytest

from bot.settings import Settings
from tests.fakes.site import PNG, Site, Visitor, open_site

OURS = "https://support.shop.example"
SHOP = "https://www.shop.example"
NEARLY = (
    "https://www.shop.example.evil", "https://evilwww.shop.example", "https://www.shop.example:8443",
    "http://www.shop.example", "https://wwwxshop.example", "https://shop.example", "https://a.www.shop.example",
    "https://www.shop.example@evil.example", "https://evil.example#https://www.shop.example", "null", "", "*",
    "file://", "https://www.shop.example/", "https://www.shop.example, https://evil.example", "https://evil.example",
)  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    web = {"public_url": f"{OURS}/chat", "allowed_origins": [SHOP]}
    with open_site(tmp_path_factory.mktemp("site"), web=web) as site:
        yield site


async def test_every_answer_forbids_frames_and_guessing(site: Site, visitor: Visitor) -> None:
    file = (await visitor.upload(PNG))[1]
    paths = ["/", "/demo.css", "/widget.js", "/healthz", "/readyz", "/metrics", "/nothing", "/api/v1/nothing",
             "/api/v1/widget", "/api/v1/openapi.json", "/api/v1/visitors", "/api/v1/messages", "/api/v1/attachments",
             f"/api/v1/attachments/{file['id']}", "/api/v1/attachments/x", "/api/v1/ws"]  # fmt: skip
    routes = {route.resource.canonical for route in site.server.application.router.routes() if route.resource}
    assert routes - {"/api/v1/attachments/{id}"} <= set(paths)
    for path in paths:
        for method in ("GET", "POST", "OPTIONS", "HEAD", "DELETE"):
            async with visitor.http.request(method, path, headers=visitor.headers) as response:
                policy = response.headers["Content-Security-Policy"]
                assert "default-src 'none'" in policy, (method, path)
                assert "frame-ancestors 'none'" in policy or "sandbox" in policy, (method, path)
                assert response.headers["X-Frame-Options"] == "DENY"
                assert response.headers["X-Content-Type-Options"] == "nosniff"
                assert response.headers["Referrer-Policy"] == "no-referrer"
                assert response.headers["Server"] == "aftercare"


@pytest.mark.parametrize("origin", NEARLY)
async def test_a_website_nearly_on_the_list_is_not_on_it(site: Site, visitor: Visitor, origin: str) -> None:
    for method, path in (("GET", "messages"), ("POST", "messages"), ("POST", "visitors"), ("OPTIONS", "messages"),
                         ("GET", "ws"), ("GET", "widget"), ("POST", "attachments"), ("GET", "nothing")):  # fmt: skip
        status, _, response = await visitor.ask(method, f"/api/v1/{path}", headers={"Origin": origin})
        assert status == 403
        assert "Access-Control-Allow-Origin" not in response.headers
    assert await visitor.read() == []


@pytest.mark.parametrize("origin", [SHOP, OURS])
async def test_our_own_websites_may_talk(http: aiohttp.ClientSession, visitor: Visitor, origin: str) -> None:
    async with http.options("/api/v1/messages", headers={"Origin": origin}) as response:
        assert response.status == 204
        assert response.headers["Access-Control-Allow-Origin"] == origin
        assert "Authorization" in response.headers["Access-Control-Allow-Headers"]
        assert "Access-Control-Allow-Credentials" not in response.headers
    for headers, status in ((visitor.headers, 200), ({}, 401)):
        async with http.get("/api/v1/messages", headers={**headers, "Origin": origin}) as response:
            assert response.status == status
            assert response.headers["Access-Control-Allow-Origin"] == origin
            assert "Retry-After" in response.headers["Access-Control-Expose-Headers"]
            assert response.headers["Vary"] == "Origin"


async def test_what_caches_keep_depends_on_the_origin(visitor: Visitor) -> None:
    """An answer kept from a request without an origin must not be given to a website."""
    _, _, response = await visitor.ask("GET", "/api/v1/messages")
    assert response.headers["Vary"] == "Origin"
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("origin", ["*", "https://*.shop.example", "shop.example", "https://shop.example/path", "null"])
def test_the_list_takes_whole_origins_only(origin: str) -> None:
    with pytest.raises(ValueError, match="no origin"):
        Settings(web={"allowed_origins": [origin]})
