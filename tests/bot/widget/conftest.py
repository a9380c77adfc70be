"""A browser for all tests of the widget, and for each test a fresh profile and a fresh fake server."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page

from tests.fakes.browser import chromium
from tests.fakes.website import Website


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def website(browser: Browser) -> AsyncIterator[Website]:
    fake = Website()
    server = await fake.start()
    yield fake
    await fake.drop_sockets()
    await server.close()


@pytest_asyncio.fixture(loop_scope="session")
async def context(browser: Browser, website: Website) -> AsyncIterator[BrowserContext]:
    profile = await browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    profile.set_default_timeout(8000)
    yield profile
    await profile.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(context: BrowserContext) -> Page:
    return await context.new_page()
