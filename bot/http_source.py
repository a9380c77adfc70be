"""The company's own system, asked over HTTP: one JSON question, one JSON answer.

Customers wait for it, so it gets `timeout_s` in all: tries, pauses and answer. tenacity does the tries, because its
sleep can be given to it and it logs nothing by itself (stamina logs a call's arguments, and ours is a serial);
cachetools the cache, because an entry there may have its own time to live.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Final

import aiohttp
import structlog
from cachetools import TLRUCache
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_attempt, stop_before_delay
from tenacity.wait import wait_random_exponential

from bot.breaker import Breaker, BreakerOpen, State, Trouble
from bot.source_answer import AnswerWrong, read_answer
from bot.source_settings import CompanySystem
from bot.sources import SourceAway
from handlers.rules.facts import Device

TRIES = 3
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.2, 2.0  # between tries: anything up to it, doubling
FAILURES, LEFT_ALONE_S, LEFT_ALONE_AT_MOST_S = 5, 30.0, 600.0
KNOWN_S, UNKNOWN_S = 600.0, 60.0  # a device sold a minute ago must not stay unknown for long
REMEMBERED = 2_000  # answers
ANSWER_LIMIT = 64 * 1024  # bytes
AT_ONCE = 16  # connections
ASK_LESS = 429

log = structlog.get_logger()


class _Nothing:
    """Not in the cache: None is, for a serial that is unknown."""


NOTHING: Final = _Nothing()


class HttpSource:
    """`bot.sources.Source` over HTTP. `close()` ends its connections."""

    def __init__(
        self,
        settings: CompanySystem,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._url, self._timeout = settings.url, settings.timeout_s
        self._token = settings.token
        self._session: aiohttp.ClientSession | None = None
        self._secret = secrets.token_bytes(32)  # a dump of the memory shows no list of serials
        self._cache: TLRUCache[bytes, Device | None] = TLRUCache(REMEMBERED, _until, clock)
        self._breaker = Breaker(FAILURES, LEFT_ALONE_S, LEFT_ALONE_AT_MOST_S, clock)
        self._retrying = AsyncRetrying(
            sleep=sleep,
            wait=_pause,
            stop=stop_after_attempt(TRIES) | stop_before_delay(self._timeout),
            retry=retry_if_exception_type(_Again),
            reraise=True,
        )

    @property
    def state(self) -> State:
        """Of the circuit breaker."""
        return self._breaker.state

    async def find(self, serial: str) -> Device | None:
        """What the system knows of a serial, at most ten minutes old. Raises `SourceAway`."""
        key = hmac.digest(self._secret, serial.encode(), hashlib.sha256)
        known = self._cache.get(key, NOTHING)
        if not isinstance(known, _Nothing):
            return known
        self._cache[key] = found = await self._guarded(serial)
        return found

    async def close(self) -> None:
        """End the connections; a later look-up opens new ones."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _guarded(self, serial: str) -> Device | None:
        before = self._breaker.state
        try:
            with self._breaker.watching():
                return await self._in_time(serial)
        except BreakerOpen:
            raise SourceAway("the company's system is left alone for a while") from None
        except (Trouble, AnswerWrong) as error:
            log.warning("source_away", action="source", why=str(error), status=self._breaker.state)
            raise SourceAway(str(error)) from None
        finally:
            if before != "closed" and self._breaker.state == "closed":
                log.info("source_back", action="source")

    async def _in_time(self, serial: str) -> Device | None:
        try:
            async with asyncio.timeout(self._timeout):
                return await self._retrying.copy()(self._ask, serial)  # its state is one call's
        except TimeoutError:
            raise Trouble("no answer in time") from None

    async def _ask(self, serial: str) -> Device | None:
        """One try. The serial goes into the body: addresses are written into logs on the way."""
        try:
            async with self._opened().post(self._url, json={"serial": serial}, allow_redirects=False) as response:
                _check(response)
                return read_answer(await _body(response))
        except aiohttp.ClientConnectionError as error:
            raise _Again(f"no connection: {type(error).__name__}") from None
        except aiohttp.ClientError as error:  # cut off, or not HTTP
            raise _Again(f"no whole answer: {type(error).__name__}") from None

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            token = self._token.get_secret_value()
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=AT_ONCE),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None),  # one clock for all tries: `_in_time`
                # A packed answer could be any size once it is unpacked.
                headers={"Accept": "application/json", "Accept-Encoding": "identity"}
                | ({"Authorization": f"Bearer {token}"} if token else {}),
            )
        return self._session


class _Again(Trouble):
    """Worth another try."""


def _until(_key: bytes, found: Device | None, now: float) -> float:
    return now + (UNKNOWN_S if found is None else KNOWN_S)


_jitter = wait_random_exponential(multiplier=FIRST_PAUSE_S, max=LONGEST_PAUSE_S)


def _pause(state: RetryCallState) -> float:
    """Before the next try: as long as the other side asked for, else at random, so that tries do not come in waves."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.after if isinstance(error, _Again) else 0
    return asked or _jitter(state)


def _check(response: aiohttp.ClientResponse) -> None:
    """Raises `_Again` or `AnswerWrong` for a status that is no answer."""
    status = response.status
    if status == ASK_LESS or status >= 500:
        raise _Again(f"status {status}", _retry_after(response.headers))
    if status >= 300 or status < 200:
        raise AnswerWrong(f'status {status}; an unknown serial is 200 with {{"device": null}}')
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise AnswerWrong("is packed; send it plain")


async def _body(response: aiohttp.ClientResponse) -> bytes:
    """Raises `AnswerWrong` where there is too much of it."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > ANSWER_LIMIT:
            raise AnswerWrong(f"more than {ANSWER_LIMIT} bytes")
    return bytes(body)


def _retry_after(headers: Mapping[str, str]) -> float:
    """Seconds: a number, or a date (RFC 9110, 10.2.3), reckoned by the other side's clock. 0: it does not say."""
    said = headers.get("Retry-After", "")
    if said.isascii() and said.isdigit():
        return float(said[:9])
    try:
        return max(0.0, (parsedate_to_datetime(said) - parsedate_to_datetime(headers["Date"])).total_seconds())
    except (KeyError, TypeError, ValueError):
        return 0.0
