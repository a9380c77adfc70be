"""Attack 8: every endpoint with another visitor's ids. All say what they say to ids that never were, and nothing
happens.

Notices: a read or write that looks up by id alone, and an answer that tells "not yours" from "not there".
"""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from tests.fakes.site import CERTAIN, PNG, Json, Visitor, frames, line


async def ask(visitor: Visitor, method: str, path: str, **more: Any) -> tuple[int, Json]:
    status, found, _ = await visitor.ask(method, path, **more)
    return status, found


async def test_nothing_of_another_visitor_can_be_reached(http: aiohttp.ClientSession) -> None:
    victim, thief = await Visitor.arrive(http), await Visitor.arrive(http)
    file = (await victim.upload(PNG))[1]["id"]
    await victim.hear(await victim.say(CERTAIN, id="theirs", attachments=[file]))
    before = await victim.read()

    for method in ("GET", "HEAD"):
        async with http.request(method, f"/api/v1/attachments/{file}", headers=thief.headers) as response:
            assert response.status == 404
    assert await ask(thief, "GET", f"/api/v1/attachments/{file}") == await ask(thief, "GET", "/api/v1/attachments/no")
    foreign = await ask(thief, "POST", "/api/v1/messages", json={"id": "1", "text": "x", "attachments": [file]})
    missing = await ask(thief, "POST", "/api/v1/messages", json={"id": "1", "text": "x", "attachments": ["no"]})
    assert foreign == missing
    assert foreign[0] == 422

    # Ids of a person or a talk are no input anywhere: naming one changes nothing.
    for name in ("visitor", "conversation", "conversation_id", "address", "seq", "token"):
        theirs = victim.token if name == "token" else victim.visitor if name != "seq" else 1
        await thief.hear(await thief.say("mine", id=f"by-{name}", **{name: theirs}))
        assert (await ask(thief, "GET", f"/api/v1/messages?{name}={theirs}"))[1] == {"messages": await thief.read()}
    await thief.say("mine", id="theirs")  # the same client id
    await thief.say("mine", id=f"{victim.visitor}:theirs")
    texts = [message["text"] for message in await thief.read() if message["author"] == "customer"]
    assert set(texts) == {"mine"}
    assert await victim.read() == before


async def test_a_line_hears_its_own_visitor_only(http: aiohttp.ClientSession) -> None:
    victim, thief = await Visitor.arrive(http), await Visitor.arrive(http)
    async with line(http, thief.token) as socket:
        await socket.send_json({"token": victim.token})  # a second token changes nothing
        await socket.send_json({"id": "1", "text": "mine", "visitor": victim.visitor})
        await frames(socket, lambda frame: frame.get("accepted") == "1")
        await victim.hear(await victim.say("secret"))
        await socket.send_json({"id": "2", "text": "mine too"})
        found = await frames(socket, lambda frame: frame.get("accepted") == "2")
    assert "secret" not in str(found)
    assert (await victim.read())[0]["text"] == "secret"


@pytest.mark.parametrize("id", ["..%2f..%2fbot.db", "%2e%2e", "*", "%", "_", "%00", "' OR 1=1 --", "x" * 5_000])
async def test_ids_are_no_patterns_and_no_paths(visitor: Visitor, id: str) -> None:
    await visitor.upload(PNG)
    assert (await ask(visitor, "GET", f"/api/v1/attachments/{id}"))[0] in (404, 400)
