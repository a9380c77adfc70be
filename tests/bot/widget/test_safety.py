"""Text from outside is text: customers, agents, articles and host pages run nothing in the widget."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.bot.widget.talk import field, open_chat, own
from tests.fakes.website import Json, Visitor, Website, whole_widget

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

POLYGLOTS = Path(__file__).with_name("polyglots.txt").read_text("utf-8").splitlines()
ALLOWED = {
    "a", "bdi", "br", "button", "div", "form", "h2", "header", "i", "input", "li", "ol", "option", "p", "path",
    "section", "select", "span", "strong", "svg", "textarea", "ul",
}  # fmt: skip
ATTRIBUTES = "[...document.querySelector('aftercare-chat').shadowRoot.querySelectorAll('*')].flatMap(e => %s)"


def planted() -> Visitor:
    """A talk in which every polyglot stands in every place that shows text of others."""
    visitor = Visitor()
    for text in POLYGLOTS:
        for author in ("customer", "bot", "agent"):
            visitor.messages.append(message(len(visitor.messages) + 1, author, text))
    return visitor


def message(seq: int, author: str, text: str) -> Json:
    choices = [] if author == "customer" else [{"id": text[:60], "label": text}]
    files = [{"id": text, "name": text, "media_type": text, "size": 3}]
    lang = ("en", "fa", text)[seq % 3]
    return {
        "seq": seq, "author": author, "text": text, "choices": choices, "attachments": files,
        "at": "2026-11-21T10:00:00+00:00", "lang": lang, "reply_to": None,
    }  # fmt: skip


async def run_polyglots(page: Page, website: Website) -> list[str]:
    """Show them all; returns what was executed or built that must not be."""
    website.demo_csp = "default-src * 'unsafe-inline' 'unsafe-eval' data: blob:"  # no help from the policy
    website.visitors["planted"] = planted()
    found: list[str] = []
    await page.add_init_script("window.alert = () => { window.executed = (window.executed ?? 0) + 1; };")
    await page.goto(website.url)
    await page.evaluate("localStorage.setItem(`aftercare:${location.origin}`, 'planted')")
    await page.reload()
    await page.locator(".launcher").click()
    await expect(own(page)).to_have_count(len(POLYGLOTS), timeout=20_000)
    await page.wait_for_timeout(300)
    if await page.evaluate("window.executed"):
        found.append("a script ran")
    found += sorted(set(await page.evaluate(ATTRIBUTES % "[e.localName]")) - ALLOWED)
    names = "[...e.attributes].map(a => a.name).filter(n => n.startsWith('on') || n.startsWith('form'))"
    found += await page.evaluate(ATTRIBUTES % names)
    links = await page.evaluate(ATTRIBUTES % "e.localName === 'a' ? [e.protocol + e.rel] : []")
    return found + sorted(set(links) - {"https:noopener noreferrer nofollow"})


async def test_polyglots_run_nothing_and_build_nothing(page: Page, website: Website) -> None:
    assert len(POLYGLOTS) >= 40
    assert await run_polyglots(page, website) == []
    shown = await page.locator("aftercare-chat .turn.customer .text").all_text_contents()
    assert shown == POLYGLOTS, "what customers write is shown as they wrote it"


async def test_a_vulnerable_build_would_be_noticed(page: Page, website: Website) -> None:
    safe, unsafe = "body.replaceChildren(", "((html) => { body.innerHTML = html; })(text); void ("
    assert safe in whole_widget()
    website.spoil = lambda script: script.replace(safe, unsafe)
    found = await run_polyglots(page, website)
    assert "a script ran" in found
    assert "img" in found


async def test_refusals_and_drafts_are_text_too(page: Page, website: Website) -> None:
    await page.add_init_script("window.alert = () => { window.executed = 1; };")
    for text in POLYGLOTS[:10]:
        website.refusals.append({"error": text, "code": "odd"})
    await open_chat(page, website)
    for text in POLYGLOTS[:10]:
        await field(page).fill(text)
        await field(page).press("Enter")
    await expect(page.locator("[data-state=failed]")).to_have_count(10)
    assert await page.locator(".state").all_text_contents() == POLYGLOTS[:10]
    assert not await page.evaluate("window.executed")


async def test_the_host_pages_address_pollutes_no_prototype(page: Page, website: Website) -> None:
    nasty = "__proto__[polluted]=1&constructor[prototype][polluted]=1"
    website.visitors["planted"] = visitor = Visitor()
    visitor.messages.append(message(1, "bot", "hello") | {"__proto__": {"polluted": 1}})
    await page.goto(website.url)
    await page.evaluate(
        "localStorage.setItem(`aftercare:${location.origin}`, 'planted');"
        'localStorage.setItem(`aftercare:${location.origin}/language`, \'{"__proto__": {"polluted": 1}}\')'
    )
    await open_chat(page, website, f"?{nasty}#{nasty}")
    await expect(page.locator(".turn")).to_have_count(2)
    assert await page.evaluate("[({}).polluted, Object.prototype.polluted]") == [None, None]


async def test_the_host_page_gets_no_new_global(page: Page, website: Website) -> None:
    names = "Object.getOwnPropertyNames(window)"
    await page.goto(website.url + "healthy-page-without-widget")
    before = set(await page.evaluate(names))
    await open_chat(page, website)
    assert set(await page.evaluate(names)) - before == set()
