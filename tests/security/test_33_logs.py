"""Attack 33: customers' words, addresses and numbers, and secrets, in any log.

Notices: a log line with a message's text, an error's text written out, SQL with its values, a library that says more
than a warning may, also when somebody turns its level down.
"""

from __future__ import annotations

import asyncio
import io
import json
import logging
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.site import CERTAIN, PNG, Visitor, browser, frames, line, open_site

WORDS, MAIL, PHONE, FILE, SERIAL = (
    "Quetzalbird",
    "quetzal.bird@example.com",
    "+420 601 234 567",
    "quetzal-scan.png",
    "KN-4711-77",
)
SECRETS = ("quetzal", "601 234 567", "601234567", "kn-4711", "example.com")


def assert_clean(log: io.StringIO, visitor: Visitor) -> None:
    lines = log.getvalue().splitlines()
    assert lines, "nothing was logged: this test would see nothing"
    for written in lines:
        assert isinstance(json.loads(written), dict)
        found = [secret for secret in (*SECRETS, visitor.token, visitor.visitor) if secret in written.lower()]
        assert not found, written


def kind(written: str) -> dict[str, str]:
    return {"Content-Type": written}


async def whole_talk(visitor: Visitor) -> None:
    """A question, a file, a request for a person with both contacts, and everything one can do wrong."""
    headers = {"User-Agent": WORDS, "Referer": f"https://shop.example/{WORDS}?mail={MAIL}", "X-Request-Id": SERIAL}
    await visitor.hear(await visitor.say(f"{CERTAIN}, {WORDS} {SERIAL}"))
    file = (await visitor.upload(PNG, FILE))[1]
    for said in ({"choice": "person"}, {"text": MAIL}, {"text": f"{WORDS} {PHONE}"}, {"text": WORDS},
                 {"attachments": [file["id"]]}, {"choice": WORDS}):  # fmt: skip
        await visitor.hear((await visitor.post(**said))[1]["seq"])
    for method, path, more in (
        ("POST", "/api/v1/messages", {"json": {"id": f"{WORDS} {MAIL}", "text": WORDS}}),
        ("POST", "/api/v1/messages", {"json": {"id": "1", "text": WORDS * 1_000}}),
        ("POST", "/api/v1/messages", {"data": WORDS, "headers": kind(f"application/json; charset={WORDS}")}),
        ("POST", "/api/v1/attachments", {"data": WORDS, "headers": kind(f"multipart/form-data; boundary={WORDS}")}),
        ("GET", f"/api/v1/messages?after={WORDS}", {}), ("GET", f"/api/v1/attachments/{WORDS}", {}),
        ("GET", f"/{WORDS}/{MAIL}?{PHONE}", {"headers": headers}), ("DELETE", f"/api/v1/messages?{MAIL}", {}),
        ("GET", "/api/v1/messages", {"headers": {"Origin": f"https://{WORDS}.example.com"}}),
    ):  # fmt: skip
        await visitor.ask(method, path, **more)
    async with line(visitor.http, visitor.token, protocols=[WORDS]) as socket:
        await socket.send_str(WORDS)
        await frames(socket, lambda frame: "error" in frame)
        await socket.send_json({"id": "ws", "text": f"{WORDS} {MAIL}"})
        await frames(socket, lambda frame: "accepted" in frame)
        await socket.send_bytes(WORDS.encode())


async def test_a_whole_talk_leaves_no_word_in_the_log(tmp_path: Path, log: io.StringIO) -> None:
    logging.getLogger().setLevel(logging.DEBUG)
    for name in ("sqlalchemy.engine", "sqlalchemy.pool", "aiohttp", "asyncio", "alembic"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    try:
        with open_site(tmp_path) as site:
            async with browser(site.url) as http:
                visitor = await Visitor.arrive(http)
                await whole_talk(visitor)
    finally:
        for name in ("sqlalchemy.engine", "sqlalchemy.pool", "aiohttp", "asyncio", "alembic"):
            logging.getLogger(name).setLevel(logging.NOTSET)
    assert '"logger": "sqlalchemy' in log.getvalue()  # the libraries did speak
    assert_clean(log, visitor)


async def test_our_own_mistakes_leave_no_word_in_the_log(
    tmp_path: Path, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_site(tmp_path) as site:
        async with browser(site.url) as http:
            visitor = await Visitor.arrive(http)
            await visitor.hear(await visitor.say("hello"))

            async def broken(waiting: Any, *_: Any) -> Any:
                raise ValueError(f"could not think about {waiting.message.text}")

            with monkeypatch.context() as patch:  # a topic
                patch.setattr(site.app.worker._conversation, "think", broken)
                await visitor.hear(await visitor.say(f"{WORDS} {MAIL}"))

            async def refuse(query: Any) -> Any:
                raise RuntimeError(f"{query} {visitor.token} {WORDS}")

            with monkeypatch.context() as patch:  # the database
                patch.setattr(site.app.store, "read", refuse)
                assert (await visitor.ask("GET", "/api/v1/messages"))[0] == 500
                async with line(http, visitor.token) as socket:
                    async for _ in socket:
                        pass

            async def unheard() -> None:
                raise RuntimeError(f"nobody awaits {WORDS} {MAIL}")

            loop = next(iter(site.app.worker._tasks), None)
            assert loop is None
            task = asyncio.get_running_loop().create_task(unheard())  # the event loop
            await asyncio.wait([task])
            asyncio.get_running_loop().default_exception_handler({"message": "unheard", "exception": task.exception()})
            asyncio.get_running_loop().default_exception_handler({"message": "unheard", "future": f"<{WORDS}>"})
    assert "turn_failed" in log.getvalue()
    assert "request_failed" in log.getvalue()
    assert '"logger": "asyncio"' in log.getvalue()
    assert_clean(log, visitor)


async def test_metrics_hold_no_word(tmp_path: Path) -> None:
    with open_site(tmp_path) as site:
        async with browser(site.url) as http:
            visitor = await Visitor.arrive(http)
            await whole_talk(visitor)
            async with http.get("/metrics") as response:
                page = (await response.text()).lower()
    assert not [secret for secret in (*SECRETS, visitor.token, visitor.visitor.lower()) if secret in page]
