"""The other side of the line, a process of its own: visitors who ask, wait for the answer, and ask again.

Written on bare asyncio protocols so that it costs a fraction of what it measures. Run by `turns`; prints one JSON
object.
"""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import os
import random
import struct
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import click
import uvloop

RAMP_S = 1.0  # turns that begin in the first second do not count


@dataclass(slots=True)
class Tally:
    """What all visitors together saw."""

    questions: Sequence[tuple[str, str]]  # (text, language)
    begins: float = 0.0
    ends: float = 0.0
    seconds: list[float] = field(default_factory=list)
    wrong: int = 0
    open: int = 0

    def note(self, asked: float, right: bool) -> None:
        now = time.perf_counter()
        self.wrong += not right
        if self.begins <= asked and now <= self.ends:
            self.seconds.append(now - asked)


class Visitor(asyncio.Protocol):
    """One line to the server that asks one question after the other. The ways differ in what they write and read."""

    def __init__(self, tally: Tally, number: int, token: str, host: str, done: Callable[[], None]) -> None:
        self.tally, self.token, self.host, self.done = tally, token, host, done
        self.random = random.Random(number)
        self.ids = (f"{number}-{count}" for count in itertools.count())
        self.buffer = b""
        self.asked = 0.0
        self.id = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.line: Any = transport
        self.tally.open += 1
        self.open()

    def connection_lost(self, error: Exception | None) -> None:
        self.tally.open -= 1
        self.done()

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while self.read():
            pass

    def ask(self) -> None:
        """The next question, until the time is over."""
        self.asked = time.perf_counter()
        if self.asked > self.tally.ends:
            self.line.close()
            return
        self.id = next(self.ids)
        text, language = self.random.choice(self.tally.questions)
        self.post(json.dumps({"id": self.id, "text": text, "language": language}).encode())

    def open(self) -> None:
        raise NotImplementedError

    def post(self, body: bytes) -> None:
        raise NotImplementedError

    def read(self) -> bool:
        """Take one answer out of the buffer; False where it does not hold a whole one."""
        raise NotImplementedError


class Polling(Visitor):
    """POST, then a long poll for what is new."""

    seq = 0

    def open(self) -> None:
        self.ask()

    def post(self, body: bytes) -> None:
        self.line.write(
            f"POST /api/v1/messages HTTP/1.1\r\nHost: {self.host}\r\nAuthorization: Bearer {self.token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body
        )

    def poll(self) -> None:
        self.line.write(
            f"GET /api/v1/messages?after={self.seq}&wait=30 HTTP/1.1\r\nHost: {self.host}\r\n"
            f"Authorization: Bearer {self.token}\r\n\r\n".encode()
        )

    def read(self) -> bool:
        head, found, rest = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return False
        at = head.index(b"Content-Length: ") + 16
        length = int(head[at:].split(b"\r\n", 1)[0])
        if len(rest) < length:
            return False
        body, self.buffer = json.loads(rest[:length]), rest[length:]
        if head.startswith(b"HTTP/1.1 202"):
            self.seq = body["seq"]
            self.poll()
        elif not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"the server said {head[:40]!r}")
        else:
            self.heard(body["messages"])
        return True

    def heard(self, messages: list[dict[str, Any]]) -> None:
        if not messages:
            raise RuntimeError("no answer in thirty seconds")
        answer = messages[-1]
        right = answer["author"] == "bot" and answer["reply_to"] == self.seq
        self.tally.note(self.asked, right)
        self.seq = answer["seq"]
        self.ask()


class Socket(Visitor):
    """A WebSocket: the same question and answer as frames."""

    upgraded = False
    seq = 0

    def open(self) -> None:
        key = base64.b64encode(os.urandom(16)).decode()
        self.line.write(
            f"GET /api/v1/ws?after=0 HTTP/1.1\r\nHost: {self.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    def post(self, body: bytes) -> None:
        size = len(body)
        head = bytes((0x81, 0x80 | size)) if size < 126 else struct.pack("!BBH", 0x81, 0xFE, size)
        self.line.write(head + bytes(4) + body)  # a mask of zeros is a mask

    def read(self) -> bool:
        if not self.upgraded:
            head, found, rest = self.buffer.partition(b"\r\n\r\n")
            if not found:
                return False
            if not head.startswith(b"HTTP/1.1 101"):
                raise RuntimeError(f"the server said {head[:40]!r}")
            self.upgraded, self.buffer = True, rest
            self.post(json.dumps({"token": self.token}).encode())
            self.ready()
            return True
        frame = self._frame()
        if frame is None:
            return False
        self.heard(frame)
        return True

    def ready(self) -> None:
        self.ask()

    def heard(self, frame: bytes) -> None:
        if frame.startswith(b'{"accepted"'):
            self.seq = json.loads(frame)["seq"]
            return
        value = json.loads(frame)
        if value.get("author") == "bot":
            self.tally.note(self.asked, value["reply_to"] == self.seq)
            self.ask()
        elif "error" in value:
            raise RuntimeError(f"the server said {value}")

    def _frame(self) -> bytes | None:
        """The next text frame's content; other frames are skipped as empty ones."""
        data = self.buffer
        if len(data) < 2:
            return None
        size, at = data[1] & 127, 2
        if size == 126:
            size, at = (struct.unpack("!H", data[2:4])[0] if len(data) >= 4 else 1 << 30), 4
        if len(data) < at + size:
            return None
        self.buffer = data[at + size :]
        return data[at : at + size] if data[0] & 15 == 1 else b"{}"


class Idle(Socket):
    """A WebSocket of a visitor who says nothing."""

    def ready(self) -> None:
        self.done()


WAYS: dict[str, type[Visitor]] = {"poll": Polling, "socket": Socket, "idle": Idle}


async def token(host: str, port: int) -> str:
    """A new visitor's token."""
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(f"POST /api/v1/visitors HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    body = (await reader.read()).partition(b"\r\n\r\n")[2]
    writer.close()
    return str(json.loads(body)["token"])


async def run(way: str, host: str, port: int, visitors: int, seconds: float, tally: Tally) -> dict[str, Any]:
    """Let them ask; what came of it."""
    tokens = [await token(host, port) for _ in range(visitors)]
    tally.begins = time.perf_counter() + RAMP_S
    tally.ends = tally.begins + seconds
    loop = asyncio.get_running_loop()
    finished = asyncio.Semaphore(0)
    for number, one in enumerate(tokens):
        await loop.create_connection(partial(WAYS[way], tally, number, one, host, finished.release), host, port)
    for _ in tokens:
        await asyncio.wait_for(finished.acquire(), seconds + 60)
    if way == "idle":
        click.echo(json.dumps({"open": tally.open}))  # the server is measured from here on
        await asyncio.sleep(seconds)
    return {"turns": len(tally.seconds), "wrong": tally.wrong, "latencies": tally.seconds, "cpu": time.process_time()}


@click.command()
@click.option("--way", type=click.Choice(list(WAYS)), required=True)
@click.option("--host", default="127.0.0.1")
@click.option("--port", type=int, required=True)
@click.option("--visitors", type=int, default=100)
@click.option("--seconds", type=float, default=10.0)
@click.option("--questions", type=click.Path(path_type=Path))
def main(way: str, host: str, port: int, visitors: int, seconds: float, questions: Path | None) -> None:
    """Ask a running bot."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        tally = Tally(json.loads(questions.read_text("utf-8")) if questions else [])
        click.echo(json.dumps(runner.run(run(way, host, port, visitors, seconds, tally))))


if __name__ == "__main__":
    main()
