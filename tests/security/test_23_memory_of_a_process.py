"""Attack 23, on a process of its own: frames, fragments and floods that cost memory, while others want to be served.

Notices: a frame limit, refused compression, flow control or a limit of lines that is missing: the process grows, or
the other visitor waits.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import time
from collections.abc import AsyncIterator, Iterator
from urllib.parse import urlsplit

import psutil
import pytest

from tests.fakes.site import CERTAIN, Visitor, browser, run_site
from tests.security.raw import RawSocket, get, status_of

pytestmark = pytest.mark.server
MB = 1024 * 1024
GROWTH = 24 * MB  # beyond what the process needs anyway; each attack below would cost a careless server far more
LIMITS = {"visitor_per_minute": 20, "address_per_minute": 120}


class Bot:
    """The process under attack and the memory it had before."""

    def __init__(self, url: str, pid: int) -> None:
        self.url, self.port, self.process = url, urlsplit(url).port or 0, psutil.Process(pid)

    def memory(self) -> int:
        return int(self.process.memory_info().rss)


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    with run_site(tmp_path_factory.mktemp("bot"), limits=LIMITS) as (url, process):
        bot = Bot(url, process.pid)
        asyncio.run(_warm_up(url))
        yield bot


async def _warm_up(url: str) -> None:
    async with browser(url, "127.0.0.9") as http:
        visitor = await Visitor.arrive(http)
        for _ in range(5):
            await visitor.hear(await visitor.say(CERTAIN))


@contextlib.asynccontextmanager
async def others_are_served(bot: Bot, address: str) -> AsyncIterator[None]:
    """While the block runs, somebody else asks and is answered, and memory stays where it was."""
    before, peak, waits, done = bot.memory(), 0, [], asyncio.Event()

    async def somebody() -> None:
        nonlocal peak
        async with browser(bot.url, address) as http:
            visitor = await Visitor.arrive(http)
            while not waits or not done.is_set():
                started = time.monotonic()
                await visitor.hear(await visitor.say(CERTAIN))
                waits.append(time.monotonic() - started)
                await asyncio.sleep(0.2 if len(waits) < 15 else 5)

    async def watch() -> None:
        nonlocal peak
        while True:
            peak = max(peak, bot.memory())
            await asyncio.sleep(0.02)

    watching, asking = asyncio.create_task(watch()), asyncio.create_task(somebody())
    try:
        yield
    finally:
        done.set()
        await asking
        watching.cancel()
    assert peak - before < GROWTH, f"grew by {(peak - before) / MB:.0f} MB"
    assert max(waits) < 3, f"somebody waited {max(waits):.1f} s"


async def token_of(bot: Bot, address: str) -> str:
    async with browser(bot.url, address) as http:
        return (await Visitor.arrive(http)).token


async def test_frames_of_sixteen_megabytes(bot: Bot) -> None:
    token = await token_of(bot, "127.0.1.1")
    async with others_are_served(bot, "127.0.1.2"):
        for _ in range(8):
            socket = await RawSocket.open(bot.port, token, address="127.0.1.1")
            with contextlib.suppress(ConnectionError):
                socket.send(b"x" * (16 * MB))
                await socket.writer.drain()
            heard = await socket.rest()
            assert b"\x88\x02\x03\xf1" in heard or not heard  # closed with 1009, if it was still listening
            socket.close()


async def test_bombs_of_compression(bot: Bot) -> None:
    token = await token_of(bot, "127.0.2.1")
    asked = b"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"
    bomb = gzip.compress(bytes(64 * MB))
    async with others_are_served(bot, "127.0.2.2"):
        socket = await RawSocket.open(bot.port, token, asked, address="127.0.2.1")
        assert b"extensions" not in socket.head.lower()
        socket.send(bomb[10:60_000], rsv=0x40)
        assert b"\x88\x02\x03\xea" in await socket.rest()  # 1002
        socket.close()
        for encoding in (b"gzip", b"deflate", b"br", b"zstd"):
            reader, writer = await asyncio.open_connection("127.0.0.1", bot.port, local_addr=("127.0.2.1", 0))
            headers = (b"Authorization: Bearer " + token.encode(), b"Content-Type: application/json",
                       b"Content-Encoding: " + encoding, b"Content-Length: %d" % len(bomb))  # fmt: skip
            writer.write(get("/api/v1/messages", *headers, method="POST") + bomb)
            assert status_of(await asyncio.wait_for(reader.read(4096), 5)) in (400, 413, 415, 422)
            writer.close()


async def test_fragments_of_one_byte_and_of_none(bot: Bot) -> None:
    token = await token_of(bot, "127.0.3.1")
    async with others_are_served(bot, "127.0.3.2"):
        sockets = [await RawSocket.open(bot.port, token, address="127.0.3.1") for _ in range(10)]
        for payload in (b"x", b""):
            for socket in sockets:
                socket.send(payload, fin=False)
        fragments = b"\x00\x81\0\0\0\0x" * 20_000 + b"\x00\x80\0\0\0\0" * 20_000
        for _ in range(10):
            for socket in sockets:
                if not socket.writer.transport.is_closing():
                    socket.writer.write(fragments)
            await asyncio.sleep(0.05)
        for socket in sockets:
            socket.close()


@pytest.mark.parametrize("kind", ["messages", "nothing", "pings", "nonsense"])
async def test_a_flood_from_one_who_does_not_read(bot: Bot, kind: str) -> None:
    address = f"127.0.4.{1 + ['messages', 'nothing', 'pings', 'nonsense'].index(kind)}"
    frame = {
        "messages": b'{"id": "%d", "text": "hello"}', "nothing": b"", "pings": b"%d", "nonsense": b"nonsense %d",
    }[kind]  # fmt: skip
    token = await token_of(bot, address)
    async with others_are_served(bot, address.replace("127.0.4", "127.0.5")):
        sockets = [await RawSocket.open(bot.port, token, address=address) for _ in range(8)]
        for n in range(10_000):
            for socket in sockets:
                if not socket.writer.transport.is_closing():
                    socket.send(frame % n if b"%" in frame else frame, 9 if kind == "pings" else 1)
            if not n % 500:
                await asyncio.sleep(0.02)
        await asyncio.sleep(0.5)
        for socket in sockets:
            socket.close()


async def test_headers_without_end(bot: Bot) -> None:
    async with others_are_served(bot, "127.0.6.2"):
        for lines in (b"X-A: " + b"a" * MB * 4, b"X-A: a\r\n" * 200_000):
            reader, writer = await asyncio.open_connection("127.0.0.1", bot.port, local_addr=("127.0.6.1", 0))
            with contextlib.suppress(ConnectionError):
                writer.write(b"GET / HTTP/1.1\r\nHost: bot\r\n" + lines)
                await writer.drain()
                answer = await asyncio.wait_for(reader.read(), 5)
                assert not answer or status_of(answer) == 400
            writer.close()


async def test_more_lines_than_one_address_may_hold(bot: Bot) -> None:
    async with others_are_served(bot, "127.0.7.2"):
        lines = [await asyncio.open_connection("127.0.0.1", bot.port, local_addr=("127.0.7.1", 0)) for _ in range(600)]
        for _, writer in lines:
            writer.write(b"GET / HTTP/1.1\r\nX-Slow: " + b"a" * 4_000)
        until = time.monotonic() + 10
        while sum(not reader.at_eof() for reader, _ in lines) > 2 * LIMITS["address_per_minute"]:
            assert time.monotonic() < until, "nobody closes them"
            await asyncio.sleep(0.1)
        for _, writer in lines:
            writer.transport.abort()


async def test_many_open_sockets_that_never_read(bot: Bot) -> None:
    """A long talk asked for again and again by one who takes nothing: what waits for them is bounded."""
    address = "127.0.8.1"
    async with browser(bot.url, address) as http:
        visitor = await Visitor.arrive(http)
        for _ in range(18):
            await visitor.say("\U0001f600" * 4_000)
    async with others_are_served(bot, "127.0.8.2"):
        sockets = [await RawSocket.open(bot.port, visitor.token, address=address) for _ in range(15)]
        for socket in sockets:
            socket.writer.transport.pause_reading()
        await asyncio.sleep(2)
        for socket in sockets:
            socket.close()
