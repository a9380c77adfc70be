"""A person with a real browser in front of the real bot, in English and in Persian."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.bot.widget.talk import answers, field, own, say, texts
from tests.fakes.browser import chromium
from tests.fakes.site import CERTAIN, free_port, run_site

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.asyncio(loop_scope="session")]

# Whether the first sign of a text stands to the left of its last one on the screen.
LEFT_TO_RIGHT = """(node, wanted) => {
  const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const at = text.data.indexOf(wanted);
    if (at < 0) continue;
    const box = (from) => {
      const range = document.createRange();
      range.setStart(text, from);
      range.setEnd(text, from + 1);
      return range.getBoundingClientRect();
    };
    return box(at).left < box(at + wanted.length - 1).left;
  }
  return null;
}"""
PATIENCE = 20_000  # milliseconds: the bot starts anew in between


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as running:
        yield running


async def a_page(browser: Browser, url: str, **profile: object) -> Page:
    context = await browser.new_context(**profile)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE)
    page = await context.new_page()
    await page.goto(url)
    await page.locator(".launcher").click()
    return page


def ratings(data: Path) -> list[tuple[str, str, int | None]]:
    with closing(sqlite3.connect(data / "bot.db")) as database:
        return database.execute("SELECT entry, entry_version, helped FROM answers").fetchall()


async def test_ask_reload_rate(browser: Browser, tmp_path: Path) -> None:
    with run_site(tmp_path) as (url, _):
        page = await a_page(browser, url, viewport={"width": 1280, "height": 800}, locale="en-GB")
        await say(page, CERTAIN)
        await expect(answers(page).first).to_contain_text("Washing machine leaks")
        before = await texts(page)

        await page.reload()
        await expect(answers(page).first).to_contain_text("Washing machine leaks")
        assert await texts(page) == before

        await page.get_by_role("button", name="Yes, thank you").click()
        await expect(answers(page).nth(1)).to_contain_text("Glad to hear it")
        await page.context.close()
        [(entry, version, helped)] = ratings(tmp_path)
        assert (entry, helped) == ("washer-leaks", 1)
        assert len(version) == 8


async def test_what_is_typed_while_the_bot_is_down_arrives_once_when_it_is_back(
    browser: Browser, tmp_path: Path
) -> None:
    """The laptop is closed in mid-sentence, the power fails in the server room: nothing is lost, nothing doubled."""
    web = {"port": free_port()}
    with run_site(tmp_path, web=web) as (url, process):
        page = await a_page(browser, url, locale="en-GB")
        await say(page, CERTAIN)
        await expect(answers(page)).to_have_count(1)
        process.send_signal(signal.SIGKILL)
        process.wait()
        await say(page, "hello")
        await expect(own(page)).to_have_count(2)
        await page.wait_for_timeout(700)
        assert await answers(page).count() == 1
    again = tmp_path / "again"
    again.mkdir()
    with run_site(again, web=web, storage={"url": f"sqlite:///{tmp_path / 'bot.db'}"}):
        await expect(answers(page)).to_have_count(2, timeout=PATIENCE)
        await expect(answers(page).nth(1)).to_contain_text("What can I help you with?")
        await page.reload()
        await expect(answers(page)).to_have_count(2)
        await expect(own(page)).to_have_count(2)
        await page.context.close()


async def test_persian_from_right_to_left_on_a_phone(browser: Browser, tmp_path: Path) -> None:
    with run_site(tmp_path) as (url, _):
        page = await a_page(
            browser, f"{url}?lang=fa", viewport={"width": 390, "height": 844}, locale="fa-IR", color_scheme="dark"
        )
        assert await page.locator("html").get_attribute("dir") == "rtl"
        await say(page, "ماشین لباسشویی آب می‌دهد")
        answer = answers(page).first
        await expect(answer).to_contain_text("نشت آب از لباسشویی")
        assert await answer.locator(".text").first.evaluate("node => getComputedStyle(node).direction") == "rtl"
        await expect(page.get_by_role("button", name="نه")).to_be_visible()

        await page.context.set_offline(True)
        await say(page, "سلام")
        await page.wait_for_timeout(500)
        await page.context.set_offline(False)
        await expect(answers(page)).to_have_count(2)
        await expect(own(page)).to_have_count(2)
        await expect(field(page)).to_be_editable()
        await page.context.close()


async def test_is_it_still_under_warranty_from_right_to_left(browser: Browser, tmp_path: Path) -> None:
    """A serial typed with Persian digits and a dash; the exact days after a proof; the serial reads from left to right
    within words that do not."""
    database = f"sqlite:///{tmp_path / 'bot.db'}"
    bought = tmp_path / "devices.csv"
    bought.write_text(
        "serial;product;model;delivered_on;country;buyer;invoice;warranty_months\n"
        "AB12C3456;washing machine;Alma W8;2026-02-16;CZ;consumer;F2026-9499;24\n",
        "utf-8",
    )
    environ = {**os.environ, "AFTERCARE_STORAGE_URL": database}
    command = [sys.executable, "-m", "bot", "warranty", "import", str(bought)]
    subprocess.run(command, env=environ, check=True, capture_output=True, timeout=60)  # noqa: ASYNC221 (nothing else waits)
    with run_site(tmp_path) as (url, _):
        page = await a_page(browser, f"{url}?lang=fa", viewport={"width": 390, "height": 844}, locale="fa-IR")
        await say(page, "/warranty")
        await expect(answers(page)).to_have_count(1)
        await say(page, "AB۱۲‑C۳۴۵۶")
        first = answers(page).nth(1)
        await expect(first).to_contain_text("AB12 C345 6")
        assert "2028" not in await first.inner_text(), "level 0 learns a month, and in Persian a Persian one"
        await say(page, "F2026-9499")
        exact = answers(page).nth(2)
        await expect(exact).to_contain_text("۲۷ بهمن ۱۴۰۶")
        assert await exact.locator(".text").first.evaluate("node => getComputedStyle(node).direction") == "rtl"
        assert await exact.evaluate(LEFT_TO_RIGHT, "AB12 C345 6"), "the groups of the serial are in their order"
        if folder := os.environ.get("AFTERCARE_SCREENSHOTS"):
            await exact.scroll_into_view_if_needed()
            await page.screenshot(path=Path(folder) / "warranty-fa.png")
        await page.context.close()
