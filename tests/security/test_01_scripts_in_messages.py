"""Attack 1: text that becomes code. Server side: whatever is said comes back as JSON data, under headers that let no
browser make a page of it, and no page of ours repeats anything out of a request.

Notices: a missing `nosniff`, an answer as text/html, a page that echoes its query, path or headers unescaped.
The browser's side is in tests/bot/widget/test_safety.py.
"""

from __future__ import annotations

import asyncio
from urllib.parse import quote

import aiohttp
import pytest

from tests.fakes.site import Visitor
from tests.security.polyglots import POLYGLOTS


def test_the_corpus_is_a_corpus() -> None:
    assert len(set(POLYGLOTS)) >= 200


async def test_what_is_said_comes_back_as_data(visitor: Visitor, http: aiohttp.ClientSession) -> None:
    talks = [await Visitor.arrive(http) for _ in range(8)]

    async def talk(visitor: Visitor, texts: list[str]) -> None:
        for text in texts:
            await visitor.say(text)
        heard = []
        while len(heard) < len(texts):
            async with http.get(
                f"/api/v1/messages?after={heard[-1]['seq'] if heard else 0}&wait=5", headers=visitor.headers
            ) as response:
                assert response.headers["Content-Type"] == "application/json; charset=utf-8"
                assert response.headers["X-Content-Type-Options"] == "nosniff"
                assert "default-src 'none'" in response.headers["Content-Security-Policy"]
                found = (await response.json())["messages"]
            heard += [message for message in found if message["author"] == "customer"]
        assert [message["text"] for message in heard] == texts

    await asyncio.gather(*(talk(visitor, POLYGLOTS[n :: len(talks)]) for n, visitor in enumerate(talks)))


async def test_the_bot_does_not_repeat_what_it_was_told(visitor: Visitor) -> None:
    for text in POLYGLOTS[::10]:
        for answer in await visitor.hear(await visitor.say(text)):
            assert text not in answer["text"]
            assert not any(text in choice["label"] for choice in answer["choices"])


async def test_a_contact_is_an_address_and_no_code(visitor: Visitor) -> None:
    for text in ('"<script>alert(1)</script>"@example.com', "<img src=x onerror=alert(1)>@example.com"):
        await visitor.hear((await visitor.post(choice="person"))[1]["seq"])
        for answer in await visitor.hear(await visitor.say(text)):
            assert "<" not in answer["text"]


@pytest.mark.parametrize("text", POLYGLOTS[::25])
async def test_no_page_repeats_its_request(http: aiohttp.ClientSession, text: str) -> None:
    safe = "".join(sign for sign in text if sign.isprintable())
    headers = {"Accept-Language": quote(safe), "User-Agent": quote(safe), "Referer": quote(safe)}
    async with http.get("/") as plain:
        expected = await plain.text()
    async with http.get(f"/?lang={quote(safe)}&{quote(safe)}=1", headers=headers) as response:
        assert await response.text() == expected
    async with http.get(f"/{quote(safe, safe='')}", headers=headers) as response:
        assert response.status == 404
        assert safe not in await response.text()
    async with http.get("/", headers={"Host": "evil.example"}) as response:
        assert "evil.example" not in await response.text()


async def test_an_error_does_not_repeat_what_caused_it(visitor: Visitor) -> None:
    canary = "<img src=x onerror=alert(1)>"
    for body in ({"id": canary, "text": "x"}, {"id": "1", "choice": canary * 9}, {"id": "1", "attachments": [canary]}):
        _, found, _ = await visitor.ask("POST", "/api/v1/messages", json=body)
        assert canary not in found["error"]
    _, found, _ = await visitor.upload(b"x" * 50, f"{canary}.png")
    assert canary not in found["error"]
    assert (await visitor.ask("GET", f"/api/v1/messages?after={quote(canary)}"))[1]["error"].count("<") == 0
