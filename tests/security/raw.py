"""Requests as no well-mannered client writes them."""

from __future__ import annotations

import asyncio
import base64
import json
import secrets
import struct


async def shout(port: int, request: bytes, patience: float = 5) -> bytes:
    """Send bytes and return all that comes back until the other side closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        async with asyncio.timeout(patience):
            return await reader.read()
    finally:
        writer.close()


def get(path: str, *headers: bytes, method: str = "GET") -> bytes:
    """The bytes of a request after which the server shall close."""
    lines = (f"{method} {path} HTTP/1.1".encode(), b"Host: bot", b"Connection: close", *headers)
    return b"\r\n".join(lines) + b"\r\n\r\n"


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


class RawSocket:
    """A WebSocket without manners: whatever frames a test wants, read only when it wants."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes) -> None:
        self.reader, self.writer, self.head = reader, writer, head

    @classmethod
    async def open(cls, port: int, token: str | None, *headers: bytes, address: str = "127.0.0.1") -> RawSocket:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
        lines = [
            b"GET /api/v1/ws HTTP/1.1", b"Host: bot", b"Upgrade: websocket", b"Connection: Upgrade",
            b"Sec-WebSocket-Version: 13", b"Sec-WebSocket-Key: " + base64.b64encode(secrets.token_bytes(16)), *headers,
        ]  # fmt: skip
        writer.write(b"\r\n".join(lines) + b"\r\n\r\n")
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101"), head
        found = cls(reader, writer, head)
        if token is not None:
            found.send(json.dumps({"token": token}).encode())
        return found

    def send(
        self, payload: bytes, opcode: int = 1, *, fin: bool = True, rsv: int = 0, length: int | None = None
    ) -> None:
        """Write a masked frame; `length` lies about the payload's."""
        size = len(payload) if length is None else length
        first = bytes([(0x80 if fin else 0) | rsv | opcode])
        if size < 126:
            head = bytes([0x80 | size])
        elif size < 2**16:
            head = bytes([0x80 | 126]) + struct.pack("!H", size)
        else:
            head = bytes([0x80 | 127]) + struct.pack("!Q", size)
        self.writer.write(first + head + b"\0\0\0\0" + payload)  # a mask of zeros leaves the payload as it is

    async def rest(self, patience: float = 5) -> bytes:
        """Everything until the server hangs up."""
        async with asyncio.timeout(patience):
            try:
                return await self.reader.read()
            except ConnectionError:
                return b""

    def close(self) -> None:
        self.writer.transport.abort()
