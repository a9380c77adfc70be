"""Attack 4: code planted in an article. Server side: an article's text is JSON data like any other.

Notices: an article rendered to HTML on the server, or sent under another type. The browser's side is in
tests/bot/widget/test_safety.py.
"""

from __future__ import annotations

from pathlib import Path

from bot.app import build_mind
from bot.settings import Settings
from tests.fakes.site import NO_LIMITS, Visitor, browser, open_site, small_knowledge

PLANTED = "<script>alert(1)</script><img src=x onerror=alert(1)>"


async def test_an_article_is_data(tmp_path: Path) -> None:
    knowledge = small_knowledge(tmp_path / "knowledge", ["washer-leaks"])
    article = knowledge / "articles" / "washer-leaks" / "en.md"
    article.write_text(article.read_text("utf-8") + f"\n{PLANTED}\n", "utf-8")
    sections = {"knowledge": {"path": str(knowledge), "encoder": "none", "cache": str(tmp_path / "cache")}}
    with open_site(tmp_path, build_mind(Settings(**sections)), **sections, limits=NO_LIMITS) as site:
        async with browser(site.url) as http:
            visitor = await Visitor.arrive(http)
            seq = await visitor.say("My washing machine is leaking water", language="en")
            await visitor.hear(seq)
            async with http.get("/api/v1/messages", headers=visitor.headers) as response:
                assert response.content_type == "application/json"
                assert response.headers["X-Content-Type-Options"] == "nosniff"
                texts = [message["text"] for message in (await response.json())["messages"]]
    # As it was written, neither run nor escaped: who shows it decides, and the widget shows text.
    assert all(PLANTED in text for text in texts if "alert(1)" in text)
