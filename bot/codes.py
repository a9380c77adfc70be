"""One-time codes, sent to the contact in the company's records and given back by whoever reads them there.

The reply to the customer waits for a row in the database, never for a mail server: that would tell who has a contact.
A code exists in the clear only in this process, until its letter is handed over. Where the process ends before that,
or the server refuses for good, the letter is lost and the log says so; nothing else is: no proof hangs on it, and the
customer asks for another code.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt
from tenacity.wait import wait_random

from bot.ports import SendFailed
from bot.senders import Letter, Sender
from bot.storage.registry.codes import redeem_code, write_code
from bot.storage.store import Store
from handlers.rules.codes import DIGITS, VALID, code_in
from handlers.voice import Voice
from knowledge_base.rendering import local_number

TRIES = 4
JITTER_S = 2.0
AT_ONCE = 4  # letters under way
WAITING = 200  # letters in all: beyond it somebody is playing with us
DRAIN_S = 3.0  # for letters under way when the bot stops

log = structlog.get_logger()


class Codes:
    """Sends and redeems codes. `close()` waits a moment for letters under way."""

    def __init__(
        self,
        store: Store,
        voice: Voice,
        sender: Sender | None,
        language: str,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`language`: for a conversation that has none yet."""
        self._store, self._voice, self._sender, self._language = store, voice, sender, language
        self._tasks: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(AT_ONCE)
        self._retrying = AsyncRetrying(
            sleep=sleep,
            wait=_pause,
            stop=stop_after_attempt(TRIES),
            retry=retry_if_exception(_may_pass),
            reraise=True,
        )

    async def send(self, conversation: int, serial: str, address: str | None, now: datetime) -> bool:
        """Send a code for a serial (canonical) to an address, if there is one: nobody can tell. False: too often."""
        code = new_code()
        write = partial(write_code, conversation=conversation, serial=serial, address=address, code=code, now=now)
        written = await self._store.write(write)
        if written is None:
            return False
        to = address if address is not None and written.goes_out else None
        self._later(self._deliver(to, code, written.language or self._language))
        return True

    async def redeem(self, conversation: int, serial: str, text: str, now: datetime) -> bool:
        """Whether the code in this text is the one that was sent. A text without a code is no try."""
        code = code_in(text)
        if code is None:
            return False
        return await self._store.write(
            partial(redeem_code, conversation=conversation, serial=serial, code=code, now=now)
        )

    async def close(self) -> None:
        """Wait for letters under way, a moment; what is left is lost, and logged."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=DRAIN_S)
        left = list(self._tasks)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _later(self, delivery: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(delivery)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, to: str | None, code: str, language: str) -> None:
        try:
            async with asyncio.timeout(VALID.total_seconds()):  # later it is of no use
                await self._send(to, code, language)
        except SendFailed as failed:
            _lost(str(failed))
        except asyncio.CancelledError:
            _lost("the bot stopped")
            raise
        except Exception as error:  # a fault of ours must not vanish with the task
            _lost(type(error).__name__)

    async def _send(self, to: str | None, code: str, language: str) -> None:
        """Write the letter in any case, so that this takes the same time; send it where there is somebody to."""
        letter = self._letter(to or "", code, language)
        if to is None:
            return
        if self._sender is None:
            raise SendFailed("there is no mail server; write [mail] host", retry_after=None)
        if len(self._tasks) > WAITING:
            raise SendFailed("too many letters are waiting", retry_after=None)
        await self._retrying.copy()(self._hand_over, self._sender, letter)  # its state is one call's

    async def _hand_over(self, sender: Sender, letter: Letter) -> None:
        async with self._room:
            await sender.send(letter)

    def _letter(self, to: str, code: str, language: str) -> Letter:
        minutes = local_number(int(VALID.total_seconds()) // 60, language)
        say = partial(self._voice.say, language=language)
        parts = (say("codes.code", code=code), say("codes.use", minutes=minutes), say("codes.beware"))
        return Letter(to, say("codes.subject"), "\n\n".join(parts) + "\n", language)


def new_code() -> str:
    """Six digits nobody can foretell."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def _lost(why: str) -> None:
    log.error("code_not_sent", action="code", why=why)


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, SendFailed) and error.retry_after is not None


_jitter = wait_random(0, JITTER_S)


def _pause(state: RetryCallState) -> float:
    """As long as the sender says, longer each time, and not all at the same moment."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after if isinstance(error, SendFailed) else None
    return (asked or 0.0) * state.attempt_number + _jitter(state)
