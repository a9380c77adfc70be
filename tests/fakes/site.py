"""The real bot with its real HTTP server, for tests: a small knowledge base, SQLite in a passing folder, no encoder.

In process it runs in a thread with an event loop of its own, so that a test may be as slow or as rude as it likes.
"""

from __future__ import annotations

import asyncio
import functools
import io
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import aiohttp

from bot.app import SHIPPED, App, Mind, build_mind
from bot.commands.run import fastest_loop
from bot.ports import Door
from bot.settings import Settings
from bot.storage.store import Store
from bot.web.join import open_website
from bot.web.server import Server

SLUGS = ("washer-leaks", "warranty-length", "return-goods", "contact-person", "opening-hours", "laptop-no-power")
NO_LIMITS = {"visitor_per_minute": 0, "address_per_minute": 0}
CERTAIN = "My washing machine is leaking water"  # a question the small knowledge base answers
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4

T = TypeVar("T")
Json = dict[str, Any]
MoreDoors = Callable[[App, Server], Sequence[Door]]


def small_knowledge(folder: Path, slugs: Sequence[str] = SLUGS) -> Path:
    """A knowledge base of a few of the shipped articles."""
    for slug in slugs:
        shutil.copytree(SHIPPED / "articles" / slug, folder / "articles" / slug)
    shutil.copytree(SHIPPED / "products", folder / "products")
    return folder


@functools.cache
def small_mind() -> Mind:
    """A loaded mind, made once: it changes with no test."""
    folder = Path(tempfile.mkdtemp(prefix="aftercare-knowledge-"))
    settings = Settings(knowledge={"path": str(small_knowledge(folder)), "encoder": "none", "cache": str(folder)})
    mind = build_mind(settings)
    live = mind.knowledge.load()
    mind.knowledge.load = lambda: live  # type: ignore[method-assign]
    shutil.rmtree(folder)
    mind.knowledge.state_of_files = lambda: ()  # type: ignore[method-assign]
    mind.knowledge._seen = ()  # else the folder that is gone counts as a change, once, in the middle of some test
    return mind


@dataclass
class Clock:
    """The bot's clock, which a test can put forward."""

    ahead: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class Site:
    """A running bot."""

    app: App
    server: Server
    url: str
    data: Path
    clock: Clock
    stop: Callable[[], float]  # stops it; the seconds it took
    loop: asyncio.AbstractEventLoop  # it runs in
    port: int = 0
    stopped: bool = field(default=False)

    @property
    def database(self) -> Path:
        return self.data / "bot.db"

    async def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Something done within the bot, as its other doors do it."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self.loop))


@contextmanager
def open_site(data: Path, mind: Mind | None = None, doors: MoreDoors | None = None, **sections: Any) -> Iterator[Site]:
    """The bot, running until the block ends. `sections` are settings; limits are off unless given.

    `doors` makes more doors than the website's, or only adds something to its server.
    """
    sections = {"limits": NO_LIMITS, **sections}
    sections["web"] = {"port": 0, **sections.get("web", {})}
    sections["storage"] = {"url": f"sqlite:///{data / 'bot.db'}"}
    settings, clock = Settings(**sections), Clock()
    app = App(settings, mind or small_mind(), Store(settings.storage.url), clock)
    server = open_website(app, data)
    more = doors(app, server) if doors is not None else ()
    loop_made: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []
    listening = threading.Event()
    failures: list[BaseException] = []

    class Listening:
        """The last door to open: tells the test that all others did."""

        async def start(self) -> None:
            listening.set()

        async def stop(self) -> None: ...

    async def serve() -> None:
        stop = asyncio.Event()
        loop_made.append((asyncio.get_running_loop(), stop))
        await app.run([server, *more, Listening()], stop)

    def work() -> None:
        try:
            with asyncio.Runner(loop_factory=fastest_loop()) as runner:
                runner.run(serve())
        except BaseException as error:
            failures.append(error)
        finally:
            listening.set()

    thread = threading.Thread(target=work, name="site")

    def stop() -> float:
        started = time.monotonic()
        if thread.is_alive():
            loop, event = loop_made[0]
            loop.call_soon_threadsafe(event.set)
        thread.join(20)
        assert not thread.is_alive(), "the bot did not stop"
        return time.monotonic() - started

    thread.start()
    assert listening.wait(20), "the bot did not start"
    if failures:
        raise failures[0]
    site = Site(app, server, f"http://127.0.0.1:{server.port}/", data, clock, stop, loop_made[0][0], server.port)
    try:
        yield site
    finally:
        stop()
        if failures:
            raise failures[0]


@contextmanager
def run_site(data: Path, **sections: Any) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The bot as a process of its own, by the command people use: its address and the process."""
    small_knowledge(data / "knowledge")
    port = sections.get("web", {}).get("port") or free_port()
    sections["web"] = {**sections.get("web", {}), "port": port}
    sections = {
        "limits": NO_LIMITS, "storage": {"url": f"sqlite:///{data / 'bot.db'}"},
        "knowledge": {"path": str(data / "knowledge"), "encoder": "none", "cache": str(data / "cache")}, **sections,
    }  # fmt: skip
    config = data / "config.toml"
    config.write_text("".join(f"[{name}]\n{_toml(values)}\n" for name, values in sections.items()), "utf-8")
    tomllib.loads(config.read_text("utf-8"))
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "--config", str(config)], cwd=Path(__file__).parents[2], stderr=subprocess.PIPE,
        env={name: value for name, value in os.environ.items() if not name.startswith("AFTERCARE_")},
    )  # fmt: skip
    drain = threading.Thread(target=process.stderr.read, daemon=True)  # type: ignore[union-attr]
    drain.start()
    try:
        _wait_until_ready(f"http://127.0.0.1:{port}/readyz", process)
        yield f"http://127.0.0.1:{port}/", process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
        drain.join(5)
        process.stderr.close()  # type: ignore[union-attr]


def _wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        assert process.poll() is None, "the bot ended before it was ready"
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own address
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError) as error:
            if isinstance(error, urllib.error.HTTPError):
                error.close()
            time.sleep(0.05)
    raise AssertionError("the bot was not ready within 30 seconds")


def _toml(values: dict[str, Any]) -> str:
    return "".join(f"{name} = {_value(value)}\n" for name, value in values.items())


def _value(value: Any) -> str:
    return "[" + ", ".join(map(_value, value)) + "]" if isinstance(value, list | tuple) else repr(value)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Visitor:
    """A browser that talks to a bot over HTTP."""

    def __init__(self, http: aiohttp.ClientSession, token: str, visitor: str) -> None:
        self.http, self.token, self.visitor = http, token, visitor
        self.headers = {"Authorization": f"Bearer {token}"}

    @classmethod
    async def arrive(cls, http: aiohttp.ClientSession) -> Visitor:
        async with http.post("/api/v1/visitors") as response:
            made = await response.json()
            assert response.status == 201, made
        return cls(http, made["token"], made["visitor"])

    async def ask(self, method: str, path: str, **more: Any) -> tuple[int, Json, aiohttp.ClientResponse]:
        """One request with the token: status, JSON, and the response for its headers."""
        headers = self.headers | more.pop("headers", {})
        async with self.http.request(method, path, headers=headers, **more) as response:
            return response.status, await response.json(), response

    async def post(self, **body: Any) -> tuple[int, Json, aiohttp.ClientResponse]:
        """Say something; a fresh id unless one is given."""
        return await self.ask("POST", "/api/v1/messages", json={"id": secrets.token_hex(8), **body})

    async def say(self, text: str, **more: Any) -> int:
        """Say something that must be accepted: its number."""
        status, found, _ = await self.post(text=text, **more)
        assert status == 202, found
        return int(found["seq"])

    async def read(self, after: int = 0, wait: float = 0) -> list[Json]:
        status, found, _ = await self.ask("GET", f"/api/v1/messages?after={after}&wait={wait}")
        assert status == 200, found
        messages: list[Json] = found["messages"]
        return messages

    async def hear(self, seq: int, patience: float = 10) -> list[Json]:
        """The bot's answer to the message with this number."""
        until, after = time.monotonic() + patience, seq
        while time.monotonic() < until:
            found = [message for message in await self.read(after, 2) if message["reply_to"] == seq]
            if found:
                return found
        raise AssertionError(f"no answer to message {seq}")

    async def upload(self, content: bytes, name: str = "photo.png") -> tuple[int, Json, aiohttp.ClientResponse]:
        form = aiohttp.FormData(quote_fields=False)  # as browsers write names
        form.add_field("file", io.BytesIO(content), filename=name)
        return await self.ask("POST", "/api/v1/attachments", data=form)


@asynccontextmanager
async def browser(url: str, address: str = "127.0.0.1", **more: Any) -> AsyncIterator[aiohttp.ClientSession]:
    """A session that comes from an address of its own (all of 127/8 is ours)."""
    connector = aiohttp.TCPConnector(local_addr=(address, 0), limit=0)
    async with aiohttp.ClientSession(url, connector=connector, **more) as http:
        yield http


@asynccontextmanager
async def line(http: aiohttp.ClientSession, token: str | None, after: int = 0, **more: Any) -> AsyncIterator[Any]:
    """An open WebSocket, entered with a token where one is given."""
    async with http.ws_connect(f"/api/v1/ws?after={after}", **more) as socket:
        if token is not None:
            await socket.send_json({"token": token})
        yield socket


async def until(holds: Callable[[], object], patience: float = 5) -> None:
    """Wait for something that nobody announces."""
    async with asyncio.timeout(patience):
        while not holds():  # noqa: ASYNC110 - it happens in another thread or process
            await asyncio.sleep(0.02)


async def frames(socket: Any, wanted: Callable[[Json], bool], patience: float = 10) -> list[Json]:
    """Frames up to and with the first one that is `wanted`."""
    found: list[Json] = []
    async with asyncio.timeout(patience):
        while not found or not wanted(found[-1]):
            found.append(await socket.receive_json())
    return found
