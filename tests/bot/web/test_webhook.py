"""Webhooks of Telegram: only with the secret, only what fits, and 200 only for what is stored."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from bot.app import App
from bot.ports import Unusable
from bot.settings import Settings
from bot.storage.updates import Raw
from bot.storage.writer import StorageAway
from bot.web.server import Server
from bot.web.webhook import SECRET_HEADER, UPDATE_LIMIT, take_webhook, webhook_address
from tests.fakes.site import Site, browser, open_site, until

SECRET = "a-long_random-Word-0123456789"
PATH = "/telegram/customers"


class Store:
    """Keeps updates, as slowly as it is told, or not at all."""

    def __init__(self) -> None:
        self.kept: list[Raw] = []
        self.away = False
        self.seconds = 0.0

    async def receive(self, raws: Sequence[Raw]) -> None:
        await asyncio.sleep(self.seconds)
        if self.away:
            raise StorageAway("away")
        self.kept += raws


@pytest.fixture
def store() -> Store:
    return Store()


def hooked(store: Store, data: Path, **sections: Any) -> Any:
    def doors(_app: App, server: Server) -> tuple[()]:
        take_webhook(server, "customers", SecretStr(SECRET), store.receive)
        return ()

    return open_site(data, doors=doors, **sections)


@pytest.fixture
def site(store: Store, tmp_path: Path) -> Iterator[Site]:
    with hooked(store, tmp_path) as site:
        yield site


async def post(http: aiohttp.ClientSession, body: Any = None, secret: str | None = SECRET, **more: Any) -> int:
    headers = {"Content-Type": "application/json"} | ({SECRET_HEADER: secret} if secret is not None else {})
    data = io.BytesIO(body) if isinstance(body, bytes) else json.dumps(body or {"update_id": 1})
    path = more.pop("path", PATH)
    async with http.post(path, data=data, headers=headers | more.pop("headers", {}), **more) as response:
        await response.read()
        return response.status


async def test_an_update_is_taken_and_200_means_stored(site: Site, store: Store) -> None:
    async with browser(site.url) as http:
        assert await post(http, {"update_id": 5, "message": {"text": "آب"}}) == 200
        assert store.kept == [{"update_id": 5, "message": {"text": "آب"}}]
        store.away = True
        assert await post(http, {"update_id": 6}) == 503  # Telegram comes again
        assert len(store.kept) == 1


async def test_who_hangs_up_is_stored_all_the_same(site: Site, store: Store) -> None:
    store.seconds = 0.3
    async with browser(site.url) as http:
        with pytest.raises(TimeoutError):
            await post(http, timeout=aiohttp.ClientTimeout(0.1))
    await until(lambda: store.kept)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000])
async def test_what_is_no_update_is_refused(site: Site, store: Store, body: bytes) -> None:
    async with browser(site.url) as http:
        assert await post(http, body) == 422
        assert store.kept == []


async def test_a_body_without_end_is_cut(site: Site, store: Store) -> None:
    async with browser(site.url) as http:
        assert await post(http, b" " * (UPDATE_LIMIT + 1)) == 413
        assert await post(http, headers={"Content-Type": "text/plain"}) == 415
    assert store.kept == []


async def test_telegram_is_not_limited_and_strangers_are(store: Store, tmp_path: Path) -> None:
    """Telegram delivers everybody's messages from a few addresses."""
    with hooked(store, tmp_path, limits={"address_per_minute": 1, "visitor_per_minute": 1}) as site:
        async with browser(site.url) as http:
            assert [await post(http, {"update_id": number}) for number in range(40)] == [200] * 40
        async with browser(site.url, "127.0.0.2") as http:
            assert set([await post(http, secret="guess") for _ in range(40)][-20:]) == {429}
            assert await post(http) == 200  # who knows the secret is Telegram
        for method in ("GET", "PUT"):
            async with browser(site.url, "127.0.0.3") as http:
                assert [(await http.request(method, PATH)).status for _ in range(40)][-1] == 429


def settings(secret: str = SECRET, url: str = "https://support.example.com/") -> Settings:
    return Settings(
        web={"public_url": url}, telegram={"customers": {"token": "1:a", "mode": "webhook", "webhook_secret": secret}}
    )


def test_the_address_stands_below_the_public_url() -> None:
    found = settings()
    assert webhook_address(found, found.telegram.customers, "customers") == f"https://support.example.com{PATH}"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"secret": ""}, "webhook_secret: a long random word"),
        ({"secret": "white space"}, "webhook_secret"),
        ({"secret": "x" * 257}, "webhook_secret"),
        ({"url": ""}, "public_url with https"),
        ({"url": "http://support.example.com"}, "public_url with https"),
        ({"url": "support.example.com"}, "public_url with https"),
    ],
)
def test_what_is_missing_is_said_before_anything_starts(wrong: dict[str, str], sentence: str) -> None:
    found = settings(**wrong)
    with pytest.raises(Unusable, match=sentence):
        webhook_address(found, found.telegram.customers, "customers")
