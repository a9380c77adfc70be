"""The WebSocket: the same objects both ways, resumed by number."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import WSMsgType

from bot.storage.desk import Said
from bot.storage.tickets import live_tickets
from bot.web import socket as socket_module
from handlers.rules.tickets import Refused
from tests.bot.storage.test_tickets import agent
from tests.fakes.site import CERTAIN, Site, Visitor, browser, frames, line, open_site


def answers(seq: int) -> Any:
    return lambda frame: frame.get("reply_to") == seq and bool(frame["choices"])


async def test_the_token_comes_first(http: aiohttp.ClientSession, visitor: Visitor) -> None:
    for first in ("{}", "nonsense", '{"token": "x.1.y"}', '{"token": 5}', "[]", '{"id": "1", "text": "hello"}'):
        async with line(http, None) as socket:
            await socket.send_str(first)
            assert (await socket.receive_json())["code"] == "token"
            assert (await socket.receive()).type is WSMsgType.CLOSE
            assert socket.close_code == 1008


async def test_who_says_nothing_first_is_let_go(http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket_module, "FIRST_FRAME_S", 0.2)
    async with line(http, None) as socket:
        assert (await socket.receive_json())["code"] == "token"
        assert (await socket.receive()).type is WSMsgType.CLOSE


async def test_both_ways(http: aiohttp.ClientSession, visitor: Visitor) -> None:
    async with line(http, visitor.token) as socket:
        await socket.send_json({"id": "one", "text": CERTAIN, "language": "en"})
        found = await frames(socket, answers(1))
    assert {"accepted": "one", "seq": 1} in found
    talk = [frame for frame in found if "author" in frame]
    assert talk == await visitor.read()


async def test_what_is_said_over_http_is_heard_on_every_line(http: aiohttp.ClientSession, visitor: Visitor) -> None:
    async with line(http, visitor.token) as one, line(http, visitor.token) as two:
        await asyncio.sleep(0.1)
        seq = await visitor.say(CERTAIN)
        heard = [await frames(socket, answers(seq)) for socket in (one, two)]
        assert heard[0][0]["text"] == CERTAIN
        assert [f for f in heard[0] if "author" in f] == [f for f in heard[1] if "author" in f]


async def test_it_resumes_after_a_number(http: aiohttp.ClientSession, visitor: Visitor) -> None:
    await visitor.hear(await visitor.say(CERTAIN))
    whole = await visitor.read()
    async with line(http, visitor.token, after=1) as socket:
        assert [await socket.receive_json() for _ in whole[1:]] == whole[1:]
        with pytest.raises(TimeoutError):
            await frames(socket, lambda frame: True, patience=0.3)


async def test_a_long_talk_comes_whole_and_in_order(http: aiohttp.ClientSession, visitor: Visitor) -> None:
    for n in range(60):
        await visitor.say(f"hello {n}", language="en")
    last = (await visitor.hear(max(m["seq"] for m in await visitor.read() if m["author"] == "customer")))[-1]["seq"]
    async with line(http, visitor.token) as socket:
        found = await frames(socket, lambda frame: frame["seq"] == last)
    assert [frame["seq"] for frame in found] == list(range(1, last + 1))


async def test_the_same_id_is_the_same_message_on_any_way(http: aiohttp.ClientSession, visitor: Visitor) -> None:
    seq = await visitor.say(CERTAIN, id="one")
    await visitor.hear(seq)
    before = await visitor.read()
    async with line(http, visitor.token, after=before[-1]["seq"]) as socket:
        await socket.send_json({"id": "one", "text": CERTAIN})
        assert await frames(socket, lambda frame: "accepted" in frame) == [{"accepted": "one", "seq": seq}]
    assert await visitor.read() == before


async def test_a_wrong_message_gets_its_sentence_and_the_line_stays(
    http: aiohttp.ClientSession, visitor: Visitor
) -> None:
    async with line(http, visitor.token) as socket:
        for sent in ('{"id": "a"}', "nonsense", "[]", '{"id": "b", "text": "' + "x" * 4_001 + '"}'):
            await socket.send_str(sent)
            frame = await socket.receive_json()
            assert frame["error"]
            assert frame["code"] in ("invalid", "too_long")
        assert frame["id"] == "b"
        await socket.send_json({"id": "c", "text": "hello"})
        assert (await frames(socket, lambda frame: "accepted" in frame))[-1]["seq"] == 1


async def test_a_line_full_of_nonsense_is_closed(http: aiohttp.ClientSession, visitor: Visitor) -> None:
    async with line(http, visitor.token) as socket:
        for _ in range(socket_module.REFUSALS + 5):
            await socket.send_str("nonsense")
        heard = [frame async for frame in socket]
        assert len(heard) == socket_module.REFUSALS
        assert socket.close_code == 1008


async def test_a_slow_thought_shows_typing_and_a_quick_one_does_not(
    http: aiohttp.ClientSession, visitor: Visitor, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    think = site.app.worker._conversation.think

    async def slowly(*parts: Any) -> Any:
        await asyncio.sleep(0.6)
        return await think(*parts)

    async with line(http, visitor.token) as socket:
        await socket.send_json({"id": "1", "text": CERTAIN})
        quick = await frames(socket, answers(1))
        monkeypatch.setattr(site.app.worker._conversation, "think", slowly)
        seq = quick[-1]["seq"] + 1
        await socket.send_json({"id": "2", "text": CERTAIN})
        slow = await frames(socket, lambda frame: frame.get("reply_to") == seq)
    assert {"typing": True} not in quick
    assert slow.count({"typing": True}) == 1


@pytest.mark.parametrize("after", ["-1", "x", "1.5", "9" * 16])
async def test_a_wrong_number_gets_a_sentence(visitor: Visitor, after: str) -> None:
    status, found, _ = await visitor.ask("GET", f"/api/v1/ws?after={after}")
    assert status == 422
    assert "after:" in found["error"]


async def test_plain_http_gets_a_sentence(visitor: Visitor) -> None:
    status, found, _ = await visitor.ask("GET", "/api/v1/ws")
    assert status == 422
    assert "WebSocket" in found["error"]


async def test_pings_are_answered(http: aiohttp.ClientSession, visitor: Visitor) -> None:
    async with line(http, visitor.token, autoping=False) as socket:
        await socket.ping(b"are you there")
        pong = await asyncio.wait_for(socket.receive(), 2)
        assert (pong.type, pong.data) == (WSMsgType.PONG, b"are you there")


async def test_http_and_websocket_share_one_limit(tmp_path: Path) -> None:
    with open_site(tmp_path, limits={"visitor_per_minute": 4, "address_per_minute": 60}) as site:
        async with browser(site.url) as http:
            visitor = await Visitor.arrive(http)
            await visitor.say("hello")
            await visitor.say("hello")
            async with line(http, visitor.token) as socket:
                for id in "abc":
                    await socket.send_json({"id": id, "text": "hello", "language": "cs"})
                found = await frames(socket, lambda frame: frame.get("id") == "c")
            refusal = found[-1]
            assert [frame["accepted"] for frame in found if "accepted" in frame] == ["a", "b"]
            assert refusal["code"] == "too_many"
            assert 1 <= refusal["retry_after"] <= 15
            assert refusal["error"] == site.app.mind.services.say("widget.too_many", "cs")
            assert (await visitor.post(text="hello"))[0] == 429


async def test_a_visitor_and_an_address_hold_only_so_many_lines(tmp_path: Path) -> None:
    with open_site(tmp_path, limits={"visitor_per_minute": 2, "address_per_minute": 8}) as site:
        async with browser(site.url) as http, browser(site.url, "127.0.0.2") as other:
            visitor, second = await Visitor.arrive(http), await Visitor.arrive(other)
            async with line(other, second.token), line(other, second.token) as kept, line(other, second.token) as third:
                assert (await third.receive_json())["code"] == "too_many"
                assert (await second.ask("GET", "/api/v1/messages?wait=1"))[0] == 429
                assert await second.read() == []  # reading without waiting needs no place
                assert not kept.closed
                async with line(http, visitor.token) as mine:  # others are not concerned
                    await mine.send_json({"id": "1", "text": "hello"})
                    assert await frames(mine, lambda frame: "accepted" in frame)
            await asyncio.sleep(0.2)
            async with line(other, second.token) as again:  # places come back
                await again.send_json({"id": "1", "text": "hello"})
                assert await frames(again, lambda frame: "accepted" in frame)


async def test_lines_without_a_token_take_places_too(tmp_path: Path) -> None:
    with open_site(tmp_path, limits={"visitor_per_minute": 2, "address_per_minute": 3}) as site:
        async with browser(site.url) as http:
            waiting = [await http.ws_connect("/api/v1/ws") for _ in range(3)]
            with pytest.raises(aiohttp.WSServerHandshakeError, match="429"):
                await http.ws_connect("/api/v1/ws")
            for socket in waiting:
                await socket.close()


async def test_a_broken_read_closes_the_line_so_that_the_browser_comes_back(
    http: aiohttp.ClientSession, visitor: Visitor, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any) -> Any:
        raise RuntimeError("canary")

    monkeypatch.setattr(type(site.app.store), "read", broken)
    async with line(http, visitor.token) as socket:
        frame = await asyncio.wait_for(socket.receive(), 3)
        assert (frame.type, frame.data) == (WSMsgType.CLOSE, 1013)


async def test_what_an_agent_edits_is_told_to_who_has_read_it(
    site: Site, http: aiohttp.ClientSession, visitor: Visitor
) -> None:
    """And who comes back later reads the last wording."""
    store, desk = site.app.store, site.app.tickets
    async with line(http, visitor.token) as socket:
        await socket.send_json({"id": "one", "text": "a person please", "language": "en"})
        await frames(socket, lambda frame: frame.get("reply_to") == 1)
        (ticket,) = [row for row in await site.do(store.read(live_tickets)) if row.description == "a person please"]
        petr = await agent(store)
        said = await site.do(desk.answer(ticket.id, Said(petr, "desk:1", "Close the tap.")))
        assert not isinstance(said, Refused)
        await frames(socket, lambda frame: frame.get("seq") == said.seq)
        await site.do(desk.edit(ticket.conversation_id, said.seq, "Close the tap, please."))
        (frame,) = await frames(socket, lambda frame: frame.get("seq") == said.seq)
    assert (frame["author"], frame["text"], frame["revision"]) == ("agent", "Close the tap, please.", 1)
    assert (await visitor.read())[-1] == frame
