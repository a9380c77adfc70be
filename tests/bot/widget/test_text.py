"""Markdown-lite: what the bot's and the agents' words look like."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.bot.widget.talk import open_chat, say
from tests.fakes.website import Website

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LINK = 'target="_blank" rel="noopener noreferrer nofollow"'
CASES = [
    ("one\ntwo\n\nthree", "<p>one<br>two</p><p>three</p>"),
    ("**Stop.** Then *call*.", "<p><strong>Stop.</strong> Then *call*.</p>"),
    ("Dial *#06# or **21*1#", "<p>Dial *#06# or **21*1#</p>"),
    ("- one\n- two", "<ul><li>one</li><li>two</li></ul>"),
    ("First:\n1. one\n\n2. two\nafter", '<p>First:</p><ol><li value="1">one</li><li value="2">two</li></ol>'
     "<p>after</p>"),
    ("- one\n  more", "<ul><li>one<br>more</li></ul>"),
    ("[our **page**](https://a.example/x)", f'<p><a href="https://a.example/x" {LINK}>our **page**</a></p>'),
    ("See https://a.example/b_(c).", f'<p>See <bdi dir="ltr"><a href="https://a.example/b_(c)" {LINK}>'
     "https://a.example/b_(c)</a></bdi>.</p>"),
    ("[mail](mailto:a@b.example) [ring](tel:+77270000000)", f'<p><a href="mailto:a@b.example" {LINK}>mail</a> '
     f'<a href="tel:+77270000000" {LINK}>ring</a></p>'),
    ("[no](javascript:alert(1))", "<p>[no](javascript:alert(1))</p>"),
]  # fmt: skip
PERSIAN = [
    ("کد E18 روی Alma W70", '<p>کد <bdi dir="ltr">E18</bdi> روی <bdi dir="ltr">Alma W70</bdi></p>'),
    ("با +98 21 0000 0000 یا *#06#", '<p>با <bdi dir="ltr">+98 21 0000 0000</bdi> یا <bdi dir="ltr">*#06#</bdi></p>'),
    ("۱. اول\n۲. دوم", '<ol><li value="1">اول</li><li value="2">دوم</li></ol>'),
]


@pytest.mark.parametrize(("cases", "lang"), [(CASES, "en"), (PERSIAN, "fa")])
async def test_markdown_lite(page: Page, website: Website, cases: list[tuple[str, str]], lang: str) -> None:
    website.answer = lambda sent: [{"text": text, "lang": lang} for text, _ in cases]
    await open_chat(page, website)
    await say(page, "show me")
    bubbles = page.locator("aftercare-chat .turn.bot .text")
    await expect(bubbles).to_have_count(len(cases) + 1)
    shown = await bubbles.evaluate_all("all => all.slice(1).map(bubble => bubble.innerHTML)")
    assert shown == [html for _, html in cases]
