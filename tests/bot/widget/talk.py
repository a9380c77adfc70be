"""What a person does in the widget, as a tester's hands and eyes."""

from __future__ import annotations

from playwright.async_api import Locator, Page, expect

from tests.fakes.website import Website


async def open_chat(page: Page, website: Website, query: str = "") -> None:
    await page.goto(website.url + query)
    await page.locator(".launcher").click()
    await expect(field(page)).to_be_focused()


def field(page: Page) -> Locator:
    return page.locator("aftercare-chat textarea")


async def say(page: Page, text: str) -> None:
    await field(page).fill(text)
    await field(page).press("Enter")


def own(page: Page) -> Locator:
    """The customer's bubbles."""
    return page.locator("aftercare-chat .turn.customer")


def answers(page: Page) -> Locator:
    """The bot's and the agents' bubbles, the welcome left out."""
    return page.locator("aftercare-chat .turn:not(.customer) ~ .turn:not(.customer)")


async def texts(page: Page) -> list[str]:
    """All bubbles but the welcome, from top to bottom."""
    return (await page.locator("aftercare-chat .turn .text").all_inner_texts())[1:]
