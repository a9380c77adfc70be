"""Pages, phrases, health, metrics, and the headers on all of them."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import aiohttp
import pytest

from bot.storage.writer import StorageAway
from bot.web.pages import CSS_MARK, PHRASES
from tests.fakes.site import CERTAIN, Site, Visitor, browser, open_site

WIDGET = Path(__file__).parents[3] / "bot" / "widget"


async def text(http: aiohttp.ClientSession, path: str, **headers: str) -> tuple[str, aiohttp.ClientResponse]:
    async with http.get(path, headers=headers) as response:
        assert response.status == 200, path
        return await response.text(), response


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("kk", "ltr"), ("fa", "rtl")])
async def test_the_demo_page_speaks_the_visitors_language(
    site: Site, http: aiohttp.ClientSession, language: str, direction: str
) -> None:
    asked = (
        await text(http, f"/?lang={language}"),
        await text(http, "/", **{"Accept-Language": f"xx, {language}-ZZ;q=0.8"}),
    )
    for page, response in asked:
        assert response.content_type == "text/html"
        assert f'<html lang="{language}" dir="{direction}">' in page
        assert f'<script src="/widget.js" data-lang="{language}" defer></script>' in page
        assert site.app.mind.services.say("widget.demo_title", language) in page
    assert asked[1][1].headers["Vary"] == "Accept-Language"


async def test_the_demo_page_needs_no_other_website_and_no_inline_code(http: aiohttp.ClientSession) -> None:
    page, response = await text(http, "/")
    assert not re.findall(r"""(?:src|href)=["'](?:https?:)?//""", page)
    assert not re.findall(r"""<style|style=|<script(?! src=)| on\w+=""", page)
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


async def test_the_script_carries_its_style_and_is_cached_by_its_content(http: aiohttp.ClientSession) -> None:
    script, response = await text(http, "/widget.js")
    assert response.content_type == "text/javascript"
    assert CSS_MARK not in script
    assert re.search(r"const CSS = \"\S", script)
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    async with http.get("/widget.js", headers={"If-None-Match": response.headers["ETag"]}) as again:
        assert again.status == 304
    assert (await text(http, "/demo.css"))[1].content_type == "text/css"


async def test_the_phrases_are_whole_in_every_language(site: Site, http: aiohttp.ClientSession) -> None:
    for language in site.app.mind.services.languages:
        async with http.get(f"/api/v1/widget?lang={language}") as response:
            found = await response.json()
        assert found["language"] == language
        assert found["direction"] == ("rtl" if language == "fa" else "ltr")
        assert set(found["phrases"]) == {*PHRASES, "welcome"}
        assert all(found["phrases"].values())
        assert {one["code"] for one in found["languages"]} == set(site.app.mind.services.languages)
        assert found["limits"] == {"text": 4000, "attachment_mb": 10}


async def test_every_phrase_the_widget_asks_for_is_sent() -> None:
    script = (WIDGET / "widget.js").read_text("utf-8")
    assert set(re.findall(r"""\bsay\("(\w+)"\)""", script)) <= {*PHRASES, "welcome"}


@pytest.mark.parametrize("lang", ["xx", "", "en_GB", "../../etc", "x" * 5_000, "%00"])
async def test_an_unknown_language_falls_back(http: aiohttp.ClientSession, lang: str) -> None:
    async with http.get(f"/api/v1/widget?lang={lang}", headers={"Accept-Language": "zz,cs;q=0.5"}) as response:
        assert (await response.json())["language"] == ("en" if lang == "en_GB" else "cs")


async def test_health_and_metrics(site: Site, http: aiohttp.ClientSession, visitor: Visitor) -> None:
    await visitor.hear(await visitor.say(CERTAIN))
    for path in ("/healthz", "/readyz"):
        async with http.get(path) as response:
            assert (response.status, await response.json()) == (200, {"status": "ok"})
    page, response = await text(http, "/metrics")
    assert response.headers["Content-Type"].startswith("text/plain; version=")
    assert re.search(r'aftercare_accepted_total\{channel="website"\} [1-9]', page)
    assert re.search(r"aftercare_websockets 0", page)


async def test_readyz_says_when_the_database_is_away(
    site: Site, http: aiohttp.ClientSession, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise StorageAway("the database did not answer")

    monkeypatch.setattr(type(site.app.store), "read", away)
    async with http.get("/readyz") as response:
        assert (response.status, await response.json()) == (503, {"status": "database", "error": "StorageAway"})
    async with http.get("/healthz") as response:
        assert response.status == 200
    visitor.headers["Accept-Language"] = "ru"
    status, found, answer = await visitor.ask("GET", "/api/v1/messages")
    assert (status, found["code"]) == (503, "trouble")
    assert found["error"] == site.app.mind.services.say("fallback.trouble", "ru")
    assert answer.headers["Retry-After"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("GET", "/api/v1/nothing", 404), ("PUT", "/api/v1/messages", 405),
     ("DELETE", "/", 405), ("GET", "/api/v1/visitors", 405), ("HEAD", "/api/v1/messages", 405)],
)  # fmt: skip
async def test_what_is_not_there_gets_a_sentence(
    http: aiohttp.ClientSession, method: str, path: str, status: int
) -> None:
    async with http.request(method, path) as response:
        assert response.status == status
        assert response.content_type == "application/json"
        assert method == "HEAD" or (await response.json())["error"]
        assert status == 404 or response.headers["Allow"]


async def test_a_mistake_of_ours_is_told_without_its_words(
    site: Site, http: aiohttp.ClientSession, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("canary")

    monkeypatch.setattr(type(site.app.store), "read", broken)
    status, found, _ = await visitor.ask("GET", "/api/v1/messages")
    assert status == 500
    assert "canary" not in found["error"]


async def test_stopping_is_quick_while_lines_are_open(tmp_path: Path) -> None:
    with open_site(tmp_path) as site:
        async with browser(site.url) as http:
            visitor, mute = await Visitor.arrive(http), await Visitor.arrive(http)
            seq = (await visitor.hear(await visitor.say("hello")))[-1]["seq"]
            poll = asyncio.create_task(visitor.read(after=seq, wait=50))
            socket = await http.ws_connect("/api/v1/ws")
            await socket.send_json({"token": visitor.token})
            deaf = await http.ws_connect("/api/v1/ws", autoclose=False)  # never says goodbye
            await deaf.send_json({"token": mute.token})

            async def slowly():  # type: ignore[no-untyped-def]
                yield b"{"
                await asyncio.sleep(30)

            json = {"Content-Type": "application/json"}
            hearing = asyncio.create_task(_read_to_the_end(socket))
            stuck = asyncio.create_task(visitor.ask("POST", "/api/v1/messages", data=slowly(), headers=json))
            await asyncio.sleep(0.3)
            seconds = await asyncio.to_thread(site.stop)
            assert seconds < 5
            assert await poll == []
            assert await hearing == 1001
            stuck.cancel()
            await asyncio.gather(stuck, return_exceptions=True)


async def test_what_was_accepted_is_answered_before_the_stop_and_nothing_is_accepted_after(tmp_path: Path) -> None:
    with open_site(tmp_path) as site:
        async with browser(site.url) as http:
            visitors = [await Visitor.arrive(http) for _ in range(10)]
            for visitor in visitors:
                await visitor.say(CERTAIN)
            assert await asyncio.to_thread(site.stop) < 5
            with pytest.raises(aiohttp.ClientError):
                await visitors[0].say("too late")
    with open_site(tmp_path) as site:
        async with browser(site.url) as http:
            for visitor in visitors:
                visitor.http = http
                answers = [message["reply_to"] for message in await visitor.read() if message["author"] == "bot"]
                assert set(answers) == {1}


async def _read_to_the_end(socket: aiohttp.ClientWebSocketResponse) -> int | None:
    async for _ in socket:
        pass
    return socket.close_code
