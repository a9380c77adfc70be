"""Messages over HTTP: stored once, numbered, answered, fetched by number."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import aiohttp
import pytest

from tests.fakes.site import CERTAIN, Site, Visitor, browser, open_site


async def test_a_visitor_is_made_with_a_token(http: aiohttp.ClientSession) -> None:
    first, second = await Visitor.arrive(http), await Visitor.arrive(http)
    assert first.visitor != second.visitor
    assert first.token != second.token


async def test_a_message_is_answered_with_everything_the_contract_names(visitor: Visitor) -> None:
    seq = await visitor.say(CERTAIN, language="en")
    answers = await visitor.hear(seq)
    own, *_ = messages = await visitor.read()
    assert seq == 1
    assert own["author"] == "customer"
    assert own["text"] == CERTAIN
    assert [message["seq"] for message in messages] == list(range(1, len(messages) + 1))
    for message in messages:
        assert set(message) == {"seq", "author", "text", "choices", "attachments", "at", "lang", "reply_to", "revision"}
    assert answers[0]["author"] == "bot"
    assert answers[0]["lang"] == "en"
    assert all(choice.keys() == {"id", "label"} for choice in answers[-1]["choices"])
    assert answers[-1]["choices"]


async def test_a_choice_is_a_message_too(visitor: Visitor) -> None:
    offered = (await visitor.hear(await visitor.say(CERTAIN)))[-1]["choices"]
    status, found, _ = await visitor.post(choice=offered[0]["id"])
    assert status == 202
    assert await visitor.hear(found["seq"])


async def test_the_same_id_is_the_same_message(visitor: Visitor) -> None:
    first = await visitor.say(CERTAIN, id="one")
    await visitor.hear(first)
    before = await visitor.read()
    assert await visitor.say("something else", id="one") == first
    await asyncio.sleep(0.1)
    assert await visitor.read() == before


async def test_twenty_at_once_with_one_id_are_one_message_and_one_turn(visitor: Visitor) -> None:
    numbers = await asyncio.gather(*(visitor.say(CERTAIN, id="one") for _ in range(20)))
    assert set(numbers) == {1}
    await visitor.hear(1)
    await asyncio.sleep(0.2)
    messages = await visitor.read()
    assert [message["author"] for message in messages].count("customer") == 1
    assert {message["reply_to"] for message in messages[1:]} == {1}
    assert len({message["text"] for message in messages}) == len(messages)


async def test_one_id_of_two_visitors_is_two_messages(http: aiohttp.ClientSession) -> None:
    one, two = await Visitor.arrive(http), await Visitor.arrive(http)
    await one.say("hello", id="same")
    await two.say("good day", id="same")
    assert [message["text"] for message in (await two.read())[:1]] == ["good day"]


async def test_messages_sent_one_after_another_keep_their_order(visitor: Visitor) -> None:
    numbers = [await visitor.say(f"hello {n}") for n in range(5)]
    assert numbers == sorted(set(numbers))
    said = [message["text"] for message in await visitor.read() if message["author"] == "customer"]
    assert said == [f"hello {n}" for n in range(5)]


async def test_reading_begins_after_the_number_given(visitor: Visitor) -> None:
    await visitor.hear(await visitor.say(CERTAIN))
    whole = await visitor.read()
    assert await visitor.read(after=1) == whole[1:]
    assert await visitor.read(after=whole[-1]["seq"]) == []


async def test_long_poll_returns_at_once_where_there_is_news(visitor: Visitor) -> None:
    await visitor.say("hello")
    started = time.monotonic()
    assert await visitor.read(after=0, wait=30)
    assert time.monotonic() - started < 2


async def test_long_poll_waits_for_news(visitor: Visitor) -> None:
    last = (await visitor.hear(await visitor.say("hello")))[-1]["seq"]
    poll = asyncio.create_task(visitor.read(after=last, wait=30))
    await asyncio.sleep(0.2)
    assert not poll.done()
    seq = await visitor.say("hello again")
    found = await asyncio.wait_for(poll, 2)
    assert found[0]["seq"] == seq


async def test_long_poll_ends_empty_after_its_time(visitor: Visitor) -> None:
    last = (await visitor.hear(await visitor.say("hello")))[-1]["seq"]
    started = time.monotonic()
    assert await visitor.read(after=last, wait=0.4) == []
    assert 0.35 < time.monotonic() - started < 2


async def test_long_poll_sees_what_another_process_stored(visitor: Visitor, site: Site) -> None:
    last = (await visitor.hear(await visitor.say("hello")))[-1]["seq"]
    lane = f"website:{visitor.visitor}"
    site.app.hub._last[lane] = last - 1  # this process knows of less than the database does
    assert [message["seq"] for message in await visitor.read(after=last - 1, wait=0.2)] == [last]
    site.app.hub._last[lane] = last


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"{", "not valid JSON"), (b"\xff\xfe{", "not valid JSON"), (b"[" * 50_000, "not valid JSON"),
        (b"[]", "JSON object"), (b"null", "JSON object"), (b'{"text": "hello"}', "id:"), (b'{"id": ""}', "id:"),
        (b'{"id": 5, "text": "x"}', "id:"), (b'{"id": "a b", "text": "x"}', "id:"),
        (b'{"id": "1"}', "give at least one"), (b'{"id": "1", "text": " \\u0000 "}', "give at least one"),
        (b'{"id": "1", "text": ["x"]}', "text:"), (b'{"id": "1", "choice": ""}', "choice:"),
        (b'{"id": "1", "choice": {"id": "x"}}', "choice:"), (b'{"id": "1", "choice": "\\ud800"}', "choice:"),
        (b'{"id": "1", "choice": "' + b"x" * 65 + b'"}', "choice:"),
        (b'{"id": "1", "text": "x", "attachments": "file"}', "attachments:"),
        (b'{"id": "1", "text": "x", "attachments": [1]}', "attachments:"),
        (b'{"id": "1", "text": "x", "attachments": ["\\ud800\\u0000"]}', "no such file"),
        (b'{"id": "1", "text": "x", "attachments": ["nobody-has-this"]}', "no such file"),
    ],
)  # fmt: skip
async def test_a_wrong_body_gets_a_sentence(visitor: Visitor, body: bytes, sentence: str) -> None:
    json = {"Content-Type": "application/json"}
    status, found, _ = await visitor.ask("POST", "/api/v1/messages", data=body, headers=json)
    assert status == 422
    assert sentence in found["error"]
    assert await visitor.read() == []


@pytest.mark.parametrize(
    "query", ["after=-1", "after=x", "after=1e3", "after=²", "after=" + "9" * 16, "wait=x", "wait=-1", "wait=nan"]
)
async def test_a_wrong_query_gets_a_sentence(visitor: Visitor, query: str) -> None:
    status, found, _ = await visitor.ask("GET", f"/api/v1/messages?{query}")
    assert status == 422
    assert found["error"].startswith(query.partition("=")[0])


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
async def test_only_json_is_taken(visitor: Visitor, kind: str) -> None:
    status, found, _ = await visitor.ask(
        "POST", "/api/v1/messages", data=b'{"id": "1", "text": "x"}', headers={"Content-Type": kind}
    )
    assert status == 415
    assert "application/json" in found["error"]


async def test_a_charset_does_not_choose_our_decoder(visitor: Visitor) -> None:
    """`charset=idna` names a decoder of quadratic time, `charset=zip` one that is none."""
    for charset in ("idna", "punycode", "zip", "no-such"):
        kind = {"Content-Type": f"application/json; charset={charset}"}
        body = b'{"id": "%b", "text": "hello"}' % charset.encode()
        assert (await visitor.ask("POST", "/api/v1/messages", data=body, headers=kind))[0] == 202


@pytest.mark.parametrize("token", [None, "", "x", "a.b.c", "é", "x" * 5_000])
async def test_without_a_token_nothing_happens(http: aiohttp.ClientSession, token: str | None) -> None:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    for method, path in (("POST", "messages"), ("GET", "messages"), ("POST", "attachments"), ("GET", "attachments/x")):
        async with http.request(method, f"/api/v1/{path}", headers=headers) as response:
            assert response.status == 401
            assert response.headers["WWW-Authenticate"] == "Bearer"
            assert (await response.json())["code"] == "token"


@pytest.mark.parametrize("language", ["en", "ru", "kk", "cs", "pl", "fa"])
async def test_a_text_over_the_limit_is_refused_in_the_customers_language(
    site: Site, visitor: Visitor, language: str
) -> None:
    for length, headers, more in ((4_001, {}, {"language": language}), (200_000, {"Accept-Language": language}, {})):
        body = {"id": "1", "text": "x" * length, **more}
        status, found, _ = await visitor.ask("POST", "/api/v1/messages", json=body, headers=headers)
        assert (status, found["code"]) == (413, "too_long")
        assert found["error"] == site.app.mind.services.say("widget.too_long", language)
    assert await visitor.say("x" * 4_000) == 1


async def test_the_longest_text_fits_however_it_is_escaped(visitor: Visitor) -> None:
    text = "\U0001f600" * 4_000
    seq = await visitor.say(text)  # twelve bytes a character
    assert (await visitor.read())[0]["text"] == text
    assert await visitor.hear(seq)


async def test_too_many_is_said_in_the_language_of_the_request(tmp_path: Path) -> None:
    limits = {"visitor_per_minute": 3, "address_per_minute": 60}
    with open_site(tmp_path, limits=limits) as site:
        async with browser(site.url) as http:
            visitor = await Visitor.arrive(http)
            for _ in range(3):
                await visitor.say("hello")
            status, found, response = await visitor.post(text="привет", language="ru")
            assert (status, found["code"]) == (429, "too_many")
            assert 1 <= int(response.headers["Retry-After"]) <= 20
            assert found["error"] == site.app.mind.services.say("widget.too_many", "ru")
            fresh = await Visitor.arrive(http)  # another visitor of the same address goes on
            await fresh.say("hello")
