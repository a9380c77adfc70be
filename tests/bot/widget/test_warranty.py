"""What is told of a warranty in Persian: paragraphs run from the right, a serial number keeps its own order."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from handlers.rules.disclosure import Level
from handlers.warranty.telling import told
from tests.bot.widget.talk import answers, open_chat, say
from tests.fakes.records import WASHER, shop
from tests.fakes.services import shared_mind
from tests.fakes.website import Website

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

# Where a piece of a bubble's text stands: the middle of its first rectangle, from the left; -1 where it is not there.
PLACE = """(bubble, piece) => {
  const walker = document.createTreeWalker(bubble, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const at = node.data.indexOf(piece);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, at + piece.length);
    const box = range.getClientRects()[0];
    return (box.left + box.right) / 2;
  }
  return -1;
}"""
DIRECTIONS = "bubble => [...bubble.querySelectorAll('p, li')].map(part => getComputedStyle(part).direction)"


@pytest.mark.parametrize("level", [0, 1, 2])
async def test_persian_runs_from_the_right_and_the_serial_from_the_left(
    page: Page, website: Website, level: Level
) -> None:
    text = told(shared_mind().services, shop()[WASHER][level], WASHER, "fa")
    website.answer = lambda sent: [{"text": text, "lang": "fa"}]
    await open_chat(page, website, "?lang=fa")
    await say(page, WASHER)
    bubble = answers(page).first
    await expect(bubble).to_have_css("direction", "rtl")
    assert set(await bubble.evaluate(DIRECTIONS)) == {"rtl"}
    first, second = [await bubble.evaluate(PLACE, piece) for piece in ("AB12", "C345")]
    assert 0 < first < second, "the groups of the serial number are read from the left"
    if level:
        days = [await bubble.evaluate(PLACE, piece) for piece in ("روز اول", "۲۷ بهمن ۱۴۰۴", "روز آخر")]
        assert days == sorted(days, reverse=True), "the first day stands to the right of the last"
