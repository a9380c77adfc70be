"""One bot for all tests of a file, a visitor each, and the log as an operator sees it."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest
import structlog

from bot.logs import set_up_logs
from tests.fakes.site import Site, Visitor, browser, open_site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture
async def http(site: Site) -> AsyncIterator[aiohttp.ClientSession]:
    async with browser(site.url) as http:
        yield http


@pytest.fixture
async def visitor(http: aiohttp.ClientSession) -> Visitor:
    return await Visitor.arrive(http)


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Everything the bot logs from here on, written as `run` writes it."""
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    written = io.StringIO()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", written)
        set_up_logs()
    yield written
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)
