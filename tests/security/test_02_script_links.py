"""Attack 2: `javascript:` and `data:` links. Server side: what the bot itself says links only to web, mail and phone.

Notices: an article, a phrase or a company value with another scheme, and a bot that turns a customer's text into a
link. The browser's side is in tests/bot/widget/test_safety.py.
"""

from __future__ import annotations

import re

import pytest

from bot.app import SHIPPED
from tests.fakes.site import Visitor
from tests.security.polyglots import LINKS

_LINK = re.compile(r"\]\(([^)\s]*)")
_SAFE = re.compile(r"(https?://|mailto:|tel:|entry:)", re.IGNORECASE)


@pytest.mark.parametrize("link", LINKS)
async def test_a_link_of_the_customer_is_not_offered_back(visitor: Visitor, link: str) -> None:
    seq = await visitor.say(f"[my washing machine is leaking]({link})")
    for answer in await visitor.hear(seq):
        assert link not in answer["text"]
        assert all(_SAFE.match(found) for found in _LINK.findall(answer["text"]))


def test_the_articles_link_to_nothing_that_runs() -> None:
    links = [
        found
        for path in sorted((SHIPPED / "articles").glob("*/*.md"))
        for found in _LINK.findall(path.read_text("utf-8"))
    ]
    assert links
    assert [link for link in links if not _SAFE.match(link)] == []
