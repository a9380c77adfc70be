"""The widget as a guest on somebody else's page."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.bot.widget.talk import answers, field, own, say
from tests.fakes.website import Website, start_host

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def strict_policy(bot_url: str) -> str:
    bot = bot_url.rstrip("/")
    line = bot.replace("http", "ws", 1)
    return f"default-src 'none'; script-src {bot}; connect-src {bot} {line}; img-src {bot}"


async def test_a_strict_policy_on_another_origin(page: Page, website: Website) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    attributes = 'data-lang="fa" data-color="#ffd400" data-position="right"'
    host = await start_host(website.url, strict_policy(website.url), attributes)
    await page.goto(str(host.make_url("/")))
    await page.locator(".launcher").click()
    await expect(field(page)).to_have_attribute("placeholder", "پرسش خود را بنویسید")
    await say(page, "سلام")
    await expect(answers(page)).to_have_count(1)
    await expect(page.locator(".launcher")).to_have_css("background-color", "rgb(255, 212, 0)")
    await expect(page.locator(".launcher")).to_have_css("color", "rgb(0, 0, 0)")
    box = await page.locator(".launcher").bounding_box()
    assert box
    assert box["x"] > 1000, "data-position says right, in Persian too"
    assert [line for line in complaints if "icon" not in line] == []
    await host.close()


async def test_a_color_that_is_none_is_ignored(page: Page, website: Website) -> None:
    for color in ("red;}", "url(//evil.example)", "#12", "#1f6f54;x:y"):
        host = await start_host(website.url, strict_policy(website.url), f'data-color="{color}"')
        await page.goto(str(host.make_url("/")))
        await expect(page.locator(".launcher")).to_have_css("background-color", "rgb(31, 111, 84)")
        await host.close()


async def test_styles_and_shortcuts_of_the_host_stay_outside(page: Page, website: Website) -> None:
    website.demo_csp = ""
    await page.goto(website.url)
    await page.add_style_tag(content="*, aftercare-chat { display: none !important; color: red !important; }")
    await page.add_style_tag(content="html, body { display: block !important; }")
    await page.evaluate("addEventListener('keydown', () => { window.shortcut = true; })")
    await page.locator(".launcher").click()
    await page.keyboard.type("/help")
    await expect(field(page)).to_have_value("/help")
    await expect(own(page)).to_have_count(0)
    assert not await page.evaluate("window.shortcut")


async def test_twice_the_script_is_one_chat(page: Page, website: Website) -> None:
    website.demo_csp = ""
    await page.goto(website.url)
    await page.locator(".launcher").wait_for()
    await page.add_script_tag(url="/widget.js")
    await expect(page.locator("aftercare-chat")).to_have_count(1)
