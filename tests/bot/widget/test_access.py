"""Keyboard, screen reader, right to left, small screens: the widget for everybody."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, Page, expect

from tests.bot.widget.talk import answers, field, open_chat, own, say
from tests.fakes.website import Website

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

STYLE = "(element, name) => getComputedStyle(element)[name]"


async def test_roles_and_names(page: Page, website: Website) -> None:
    await page.goto(website.url)
    launcher = page.get_by_role("button", name="Open the support chat")
    await expect(launcher).to_have_attribute("aria-expanded", "false")
    await launcher.click()
    dialog = page.get_by_role("dialog", name="Support")
    await expect(dialog).to_be_visible()
    await expect(dialog.get_by_role("log", name="Conversation")).to_have_attribute("aria-live", "polite")
    await expect(dialog.get_by_role("textbox", name="Write your question")).to_be_focused()
    await expect(dialog.get_by_role("combobox", name="Language")).to_be_visible()
    for name in ("Send", "Attach a file", "Close the chat"):
        await expect(dialog.get_by_role("button", name=name)).to_be_visible()
    await say(page, "hello")
    await expect(answers(page).locator(".who")).to_have_text("Assistant")
    await expect(own(page).locator(".who")).to_have_text("You")


async def test_the_whole_way_by_keyboard(page: Page, website: Website) -> None:
    website.answer = lambda sent: [{"text": "Did this help?", "choices": [{"id": "yes", "label": "Yes"}]}]
    await page.goto(website.url)
    await page.locator(".launcher").wait_for()
    for _ in range(12):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.localName") == "aftercare-chat":
            break
    await expect(page.locator(".launcher")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(field(page)).to_be_focused()
    await page.keyboard.type("it leaks")
    await page.keyboard.press("Enter")
    await expect(page.locator(".choice")).to_be_enabled()
    await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("Shift+Tab")
    await expect(page.locator(".choice")).to_be_focused()
    outline = await page.locator(".choice").evaluate(STYLE, "outlineStyle")
    assert outline == "solid", "the focus ring must be seen"
    await page.keyboard.press("Enter")
    await expect(field(page)).to_be_focused()
    await expect(own(page)).to_have_count(2)
    await page.keyboard.press("Escape")
    await expect(page.locator(".panel")).to_be_hidden()
    await expect(page.locator(".launcher")).to_be_focused()


async def test_persian_runs_from_right_to_left(page: Page, website: Website) -> None:
    website.answer = lambda sent: [{"text": "Alma W70: شیر آب را ببندید", "lang": "fa"}]
    await open_chat(page, website, "?lang=fa")
    await say(page, "سلام")
    bubble = answers(page).locator(".text")
    await expect(bubble).to_have_css("direction", "rtl")
    await expect(page.locator(".root")).to_have_css("direction", "rtl")
    await expect(field(page)).to_have_css("direction", "rtl")
    await expect(bubble).to_have_css("letter-spacing", "normal")
    line = float((await bubble.evaluate(STYLE, "lineHeight")).removesuffix("px"))
    assert line / 15 == pytest.approx(1.6)
    mine, its = await own(page).bounding_box(), await bubble.bounding_box()
    assert mine
    assert its
    assert mine["x"] < its["x"], "own words on the left, the bot's on the right"
    await field(page).fill("english words")
    await expect(field(page)).to_have_css("direction", "ltr")


async def test_a_phone_gets_the_whole_screen(browser: Browser, website: Website) -> None:
    context = await browser.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    page = await context.new_page()
    await open_chat(page, website)
    box = await page.locator(".panel").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 390, "height": 844}
    await expect(page.locator(".launcher")).to_be_hidden()
    await context.close()


def luminance(color: str) -> float:
    """WCAG 2 relative luminance of a computed `rgb(r, g, b)`."""
    shares = [int(part) / 255 for part in re.findall(r"\d+", color)[:3]]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_text_has_contrast_in_light_and_dark(page: Page, website: Website, scheme: str) -> None:
    website.refusals = [{"error": "No.", "code": "odd"}]
    website.answer = lambda sent: [{"text": "Hello", "choices": [{"id": "a", "label": "A"}]}]
    await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    await open_chat(page, website)
    await say(page, "refused")
    await say(page, "taken")
    await say(page, "taken too")
    await expect(page.locator(".choice:disabled")).to_have_count(1)
    pairs = [(".title", ".panel header"), (".customer .text", ".customer .text"), (".bot .text", ".bot .text"),
             (".state", ".panel"), (".retry", ".panel"), (".choice:enabled", ".panel"),
             (".choice:disabled", ".panel")]  # fmt: skip
    for text, ground in pairs:
        ink = await page.locator(text).first.evaluate(STYLE, "color")
        below = await page.locator(ground).first.evaluate(STYLE, "backgroundColor")
        dark, light = sorted((luminance(ink), luminance(below)))
        assert (light + 0.05) / (dark + 0.05) >= 4.5, f"{text} on {below} in {scheme}"


async def test_less_motion_where_it_is_asked_for(page: Page, website: Website) -> None:
    await page.emulate_media(reduced_motion="reduce")
    await open_chat(page, website)
    await expect(page.locator(".panel")).to_have_css("animation-name", "none")
