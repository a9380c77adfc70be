"""Attack 23, in process with short patience: lines on which nothing comes to an end.

Notices: a time limit that is missing for headers, bodies, first frames, forms, and for answers nobody reads.
"""

from __future__ import annotations

import asyncio
import socket as sockets
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.web import bodies, server, socket
from tests.fakes.site import PNG, Site, Visitor, browser, open_site, until
from tests.security.raw import RawSocket, get, shout, status_of

LONG = "\U0001f600" * 4_000


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(server, "KEEP_ALIVE_S", 0.5)
        patch.setattr(server, "UNREAD_S", 1)
        patch.setattr(server, "LINGER_S", 0.3)
        patch.setattr(bodies, "BODY_S", 0.5)
        patch.setattr(socket, "FIRST_FRAME_S", 0.5)
        patch.setattr(socket, "SEND_S", 0.5)
        with open_site(tmp_path_factory.mktemp("site")) as site:
            yield site


@pytest.fixture
def unhurried(tmp_path: Path) -> Iterator[Site]:
    """Where the system itself cuts nothing for a long time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(server, "KEEP_ALIVE_S", 0.5)
        patch.setattr(server, "UNREAD_S", 600)
        patch.setattr(socket, "SEND_S", 0.5)
        with open_site(tmp_path) as site:
            yield site


def lines(site: Site) -> int:
    assert site.server._runner.server is not None
    return len(site.server._runner.server.connections)


async def until_no_lines(site: Site, patience: float) -> None:
    await until(lambda: not lines(site), patience)


@pytest.mark.parametrize("begun", [b"", b"GET", b"GET / HTTP/1.1\r\nHost: b", b"\x16\x03\x01"])
async def test_a_request_that_never_ends_is_cut(site: Site, begun: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)

    async def drip() -> None:
        writer.write(begun)
        while True:
            await asyncio.sleep(0.1)
            writer.write(b"x" if begun else b"")

    dripping = asyncio.create_task(drip())
    async with asyncio.timeout(4):
        await reader.read()
    dripping.cancel()
    writer.close()
    await until_no_lines(site, 2)


async def test_a_body_that_never_ends_is_cut(site: Site, visitor: Visitor) -> None:
    token = b"Authorization: Bearer " + visitor.token.encode()
    for headers in ((b"Content-Length: 5000",), (b"Transfer-Encoding: chunked",)):
        kind = b"Content-Type: application/json"
        answer = await shout(site.port, get("/api/v1/messages", token, kind, *headers, method="POST"))
        assert status_of(answer) == 408


async def test_a_body_nobody_asked_for_is_not_read_for_long(site: Site) -> None:
    started = time.monotonic()
    answer = await shout(site.port, get("/nothing", b"Content-Length: 50000000", method="POST") + b"x" * 100_000)
    assert status_of(answer) == 404
    assert time.monotonic() - started < server.LINGER_S + 2


async def test_a_handshake_without_a_first_frame_is_cut(site: Site) -> None:
    line = await RawSocket.open(site.port, None)
    assert b'"code":"token"' in await line.rest(4)
    line.close()


async def test_pings_before_the_token_buy_no_time(site: Site) -> None:
    line = await RawSocket.open(site.port, None)
    line.send(b"", 9)
    assert b'"code":"token"' in await line.rest(4)
    line.close()


async def small_window(site: Site) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    raw = sockets.socket()
    raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
    raw.setblocking(False)
    await asyncio.get_running_loop().sock_connect(raw, ("127.0.0.1", site.port))
    reader, writer = await asyncio.open_connection(sock=raw, limit=1024)
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    return reader, writer


async def talk_a_lot(site: Site) -> Visitor:
    """Five megabytes: more than the system takes off our hands for one connection."""
    async with browser(site.url) as http:
        visitor = await Visitor.arrive(http)
        await asyncio.gather(*(visitor.say(LONG) for _ in range(320)))
    return visitor


@pytest.mark.skipif(not hasattr(sockets, "TCP_USER_TIMEOUT"), reason="this system can not cut lines nobody reads")
async def test_an_answer_nobody_reads_is_cut(site: Site) -> None:
    visitor = await talk_a_lot(site)
    await until_no_lines(site, 5)
    _, writer = await small_window(site)
    request = get("/api/v1/messages", b"Authorization: Bearer " + visitor.token.encode())
    writer.write(request.replace(b"Connection: close\r\n", b"") * 30)
    await asyncio.sleep(0.5)
    assert lines(site) == 1
    await until_no_lines(site, 15)
    writer.transport.abort()


async def test_a_line_nobody_reads_is_cut(unhurried: Site) -> None:
    site = unhurried
    visitor = await talk_a_lot(site)
    await until_no_lines(site, 5)
    reader, writer = await small_window(site)
    writer.write(
        get(
            "/api/v1/ws",
            b"Upgrade: websocket",
            b"Sec-WebSocket-Version: 13",
            b"Sec-WebSocket-Key: " + b"A" * 22 + b"==",
        ).replace(b"Connection: close", b"Connection: Upgrade")
    )
    line = RawSocket(reader, writer, b"")
    line.send(b'{"token": "%b"}' % visitor.token.encode())
    await asyncio.sleep(0.3)
    assert lines(site) == 1
    try:
        await until_no_lines(site, 10)
    finally:
        writer.transport.abort()


async def test_a_form_that_never_ends_is_cut(site: Site, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.api.UPLOAD_S", 0.5)
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n' + PNG
    token = b"Authorization: Bearer " + visitor.token.encode()
    for begun in (b"", b"x" * 5_000, b"--b\r\nContent-Disposition: fo", head):
        kind = b"Content-Type: multipart/form-data; boundary=b"
        request = get("/api/v1/attachments", token, kind, b"Content-Length: 500000", method="POST") + begun
        assert status_of(await shout(site.port, request)) == 408


async def test_who_does_not_read_does_not_keep_us_from_stopping(unhurried: Site) -> None:
    visitor = await talk_a_lot(unhurried)
    _, writer = await small_window(unhurried)
    request = get("/api/v1/messages", b"Authorization: Bearer " + visitor.token.encode())
    writer.write(request.replace(b"Connection: close\r\n", b"") * 30)
    await asyncio.sleep(0.5)
    assert await asyncio.to_thread(unhurried.stop) < 5
    writer.transport.abort()
