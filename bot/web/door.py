"""The website's door: who is calling, how much they may, and the way in and out for their messages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from aiohttp import web

from bot import metrics
from bot.channels import website
from bot.hub import Hub, lane_of
from bot.inbox import Inbox
from bot.ports import Posted
from bot.services import BotServices
from bot.settings import Settings
from bot.storage.conversations import posted_after
from bot.storage.registry.keys import key_of
from bot.storage.store import Store
from bot.web.files import Files
from bot.web.limits import Buckets, Places, client_address, network, origin_of
from bot.web.refused import Refused
from bot.web.tokens import Tokens, bearer

PLACE_S = 10  # seconds after which one may ask again for a place


@dataclass(frozen=True, slots=True)
class Limiters:
    """What one visitor and one address may do."""

    said_by_visitor: Buckets  # messages and files, over HTTP and WebSocket together
    said_by_address: Buckets
    asked_by_address: Buckets  # requests of any kind
    open_by_visitor: Places  # sockets, long polls, uploads
    open_by_address: Places


@dataclass(frozen=True, slots=True)
class Website:
    """What the website's requests need."""

    settings: Settings
    store: Store
    inbox: Inbox
    hub: Hub
    services: BotServices
    tokens: Tokens
    files: Files
    now: Callable[[], datetime]
    limiters: Limiters
    secret: bytes  # for hashes of where somebody calls from
    polls: set[asyncio.Future[Sequence[Posted]]] = field(default_factory=set)  # those who wait for news

    # --- who ---------------------------------------------------------------------------------------------

    def visitor(self, request: web.Request) -> str:
        """The visitor of the bearer token. Raises `Refused`."""
        visitor = self.tokens.visitor(bearer(request.headers.get("Authorization")), self.now())
        if visitor is None:
            raise Refused("token", "unknown or expired token; POST /api/v1/visitors gives one")
        return visitor

    def network(self, request: web.Request) -> str:
        """The network address limits count by."""
        return network(self._address(request))

    def origin(self, request: web.Request) -> str:
        """Of which network a message comes, as a keyed hash: `Message.origin`."""
        return key_of(f"origin\n{origin_of(self._address(request))}", self.secret).hex()

    def _address(self, request: web.Request) -> str:
        forwarded = ",".join(request.headers.getall("X-Forwarded-For", ()))
        return client_address(request.remote, forwarded, self.settings.web.trusted_proxies)

    def language(self, request: web.Request, raw: Any = None) -> str:
        """The language to speak before anything is known of the talk: the body's, the query's, the browser's."""
        wanted = [raw.get("language") if isinstance(raw, Mapping) else None, request.query.get("lang")]
        wanted += [part.split(";")[0].strip() for part in request.headers.get("Accept-Language", "").split(",")]
        for one in wanted:
            base = one.replace("_", "-").split("-")[0].lower() if isinstance(one, str) else None
            if base in self.services.languages:
                return base
        return self.services.languages[0]

    # --- how much ----------------------------------------------------------------------------------------

    def count_request(self, request: web.Request) -> None:
        """Count one request of any kind. Raises `Refused`."""
        if wait := self.limiters.asked_by_address.take(self.network(request)):
            raise self.refused("too_many", self.language(request), wait)

    def limit(self, request: web.Request, visitor: str | None, language: str) -> None:
        """Count one message, file or new visitor. Raises `Refused`."""
        wait = self.limiters.said_by_address.take(self.network(request))
        if not wait and visitor is not None:
            wait = self.limiters.said_by_visitor.take(visitor)
        if wait:
            raise self.refused("too_many", language, wait)

    @contextmanager
    def place_of_address(self, request: web.Request) -> Iterator[None]:
        """Hold one of the address's places for what stays open. Raises `Refused`."""
        with self._place(self.limiters.open_by_address, self.network(request), self.language(request)):
            yield

    @contextmanager
    def place_of_visitor(self, visitor: str, language: str) -> Iterator[None]:
        """Hold one of the visitor's places for what stays open. Raises `Refused`."""
        with self._place(self.limiters.open_by_visitor, visitor, language):
            yield

    @contextmanager
    def _place(self, places: Places, who: str, language: str) -> Iterator[None]:
        if not places.take(who):
            raise self.refused("too_many", language, PLACE_S)
        try:
            yield
        finally:
            places.leave(who)

    def refused(self, code: str, language: str, retry_after: int | None = None) -> Refused:
        """A refusal in the customer's language."""
        metrics.REFUSED.labels(code).inc()
        phrase = "fallback.trouble" if code == "trouble" else f"widget.{code}"
        return Refused(code, self.services.say(phrase, language), retry_after)

    # --- what --------------------------------------------------------------------------------------------

    async def receive(self, raw: Any, visitor: str, language: str, origin: str) -> int:
        """Store a message; its number. Raises `Refused`, ValueError, `StorageAway`."""
        if not isinstance(raw, dict):
            raise ValueError("the body must be a JSON object")
        text = raw.get("text")
        if isinstance(text, str) and len(text) > self.settings.limits.text:
            raise self.refused("too_long", language)
        found = [await self.files.find(website.NAME, visitor, id) for id in website.attachment_ids(raw)]
        files = [file[0] for file in found if file is not None]
        if len(files) < len(found):
            raise ValueError("attachments: there is no such file of yours")
        inbound = website.inbound(raw, visitor, files, origin)
        # Shielded: a browser that leaves now has said it all the same, and the answer shall not wait for the sweep.
        accepted = await asyncio.shield(self.inbox.accept(inbound))
        return accepted.seq

    async def read(self, visitor: str, after: int) -> list[Posted]:
        """Stored messages above a number."""
        return await self.store.read(partial(posted_after, channel=website.NAME, address=visitor, after=after))

    async def messages(self, visitor: str, after: int, wait: float) -> Sequence[Posted]:
        """Messages above a number; with `wait`, as soon as there are any, or none after that many seconds."""
        lane = lane_of(website.NAME, visitor)
        news: asyncio.Future[Sequence[Posted]] = asyncio.get_running_loop().create_future()
        stop = self.hub.listen(lane, lambda posted: None if news.done() else news.set_result(posted))
        self.polls.add(news)
        try:
            if not wait or (last := self.hub.last(lane)) is None or last > after:
                found = await self.read(visitor, after)
                if found or not wait:
                    return found
            async with asyncio.timeout(wait):
                posted = await news
        except TimeoutError:
            posted = ()
        finally:
            self.polls.discard(news)
            stop()
        if posted and posted[0].seq == after + 1:
            return posted
        return await self.read(visitor, after)  # also after waiting in vain: another process may have answered

    def end_polls(self) -> None:
        """Nobody waits any longer: the server stops."""
        for news in tuple(self.polls):
            if not news.done():
                news.set_result(())
