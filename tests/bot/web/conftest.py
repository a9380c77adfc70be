"""One bot for all tests of a file that leave it as they found it, and a visitor each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest

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
