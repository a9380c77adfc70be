"""The door of the terminal: lines in, lines out; a choice is picked by its number."""

from __future__ import annotations

import asyncio
import sys
import uuid

from bot.ports import Accept, Arrived, Inbound, Outgoing, Posted, SendFailed, split_text, storable
from handlers.words import Message

NAME = "console"
TEXT_LIMIT = 4_000
PUSHES = True
PROMPT = "> "


def inbound(raw: str, language: str | None = None, address: str = "terminal") -> Inbound:
    """A typed line. Raises ValueError for an empty one."""
    text = storable(raw).strip()
    if not text:
        raise ValueError("an empty line says nothing")
    return Inbound(NAME, address, uuid.uuid4().hex, Message(text[:TEXT_LIMIT], language_hint=language))


def outbound(message: Posted) -> str:
    """A message as lines: the text, then the choices with their numbers."""
    lines = [message.text.replace("**", "")]
    lines += [f"  {number}. {choice.label}" for number, choice in enumerate(message.choices, 1)]
    return "\n".join("\n".join(split_text(line, TEXT_LIMIT)) for line in lines)


class Console:
    """Reads standard input until it ends, writes standard output."""

    name = NAME

    def __init__(self, accept: Accept, ended: asyncio.Event, language: str | None, welcome: str) -> None:
        self._accept, self._ended, self._language, self._welcome = accept, ended, language, welcome
        self._address = f"terminal-{uuid.uuid4().hex[:12]}"  # a new talk each time
        self._reading: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Greet, then begin to read."""
        _print(f"{self._welcome}\n{PROMPT}")
        self._reading = asyncio.create_task(self._read())

    async def stop(self) -> None:
        if self._reading is not None:
            self._reading.cancel()

    async def send(self, outgoing: Outgoing, arrived: Arrived) -> None:
        """Write a message. Another terminal's talk of an earlier day is not ours to show."""
        if outgoing.address != self._address:
            raise SendFailed("that terminal is closed", retry_after=None)
        _print(f"\r{outbound(outgoing.message)}\n{PROMPT}")

    async def _read(self) -> None:
        loop = asyncio.get_running_loop()
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            if not line.strip():
                break
            await self._accept(inbound(line, self._language, self._address))
        self._ended.set()


def _print(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
