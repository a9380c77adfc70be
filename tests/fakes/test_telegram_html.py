"""The fake reads HTML as Telegram does: by a table that needs nothing, and against TDLib's own parser."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.fakes.telegram.parse import parse_html
from tests.fakes.telegram.refusals import Refused
from tests.fakes.telegram.text import marked_up

BOLD = "bold"
READ: dict[str, tuple[str, list[tuple[str, int, int]]]] = {
    "a & b &lt;&amp;&#65;&#x42;&nbsp;&apos;&quot": ('a & b <&AB&nbsp;&apos;"', []),
    "<B>x</B><strong>y</strong>": ("xy", [(BOLD, 0, 1), (BOLD, 1, 1)]),
    "<b>😀</b>é<i>x</i>": ("😀éx", [(BOLD, 0, 2), ("italic", 3, 1)]),
    "<i><b>a</b></i>": ("a", [(BOLD, 0, 1), ("italic", 0, 1)]),
    "<pre><code class='language-py'>x</code></pre>": ("x", [("pre", 0, 1)]),
    "<a href='http://a.cz/?b&amp;c'>x</a><a>foo</a>": ("xfoo", [("text_link", 0, 1)]),
    "<a href='tg://user?id=5'>x</a>": ("x", [("text_mention", 0, 1)]),
    "<a href='javascript:x'>x</a>": ("x", []),
    "<span class=tg-spoiler>x</span>": ("x", [("spoiler", 0, 1)]),
    "<blockquote expandable>x</blockquote>": ("x", [("expandable_blockquote", 0, 1)]),
}
REFUSED = {
    "a < b": 'Unsupported start tag "" at byte offset 2',
    "é<br/>": 'Unsupported start tag "br/" at byte offset 2',
    "<b>x": 'Can\'t find end tag corresponding to start tag "b"',
    "x</b>": "Unexpected end tag at byte offset 1",
    "<b>x</i>": 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"',
    "<b>x</b": "Unclosed end tag at byte offset 4",
    "<b": "Unclosed start tag at byte offset 0",
    "<span>x</span>": 'Tag "span" must have class "tg-spoiler" at byte offset 0',
    "<b =x>y</b>": 'Empty attribute name in the tag "b" at byte offset 0',
    "<b a=q!>y</b>": "Unexpected end of name token at byte offset 5",
    "<tg-emoji emoji-id='a'>x</tg-emoji>": "Invalid custom emoji identifier specified",
    "&#xd83d;": "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate "
    "code units",
}
PIECES = st.sampled_from([
    "<b>", "</b>", "<i>", "</i>", '<a href="http://a.cz/">', "</a>", "<pre>", "</pre>", '<code class="language-x">',
    "<code>", "</code>", "&lt;", "&amp", "&#x1F600;", "&#0;", "&bogus;", "x", "é", "😀", " ", "<", "</", "<u",
    "<tg-spoiler>", "</tg-spoiler>", "<blockquote expandable>", "</blockquote>", "<s a=b>", "</s>", "</>", "\n",
    "<span class='tg-spoiler'>", "</span>", ">", "&", "<u x ", "<u y=", '"', "=", "<b '", "tg-",
])  # fmt: skip
TDLIB = {"text_link": "texturl", "text_mention": "mentionname", "custom_emoji": "customemoji",
         "expandable_blockquote": "expandableblockquote"}  # fmt: skip


def read(source: str) -> tuple[str, list[tuple[str, int, int]]] | str:
    """Text and entities, or the words of the refusal."""
    try:
        text, entities = parse_html(source)
    except Refused as refused:
        return refused.description.removeprefix("Bad Request: can't parse entities: ")
    return text, [(one["type"], one["offset"], one["length"]) for one in entities]


@pytest.mark.parametrize("source", READ)
def test_it_reads(source: str) -> None:
    assert read(source) == READ[source]


@pytest.mark.parametrize("source", REFUSED)
def test_it_refuses(source: str) -> None:
    assert read(source) == REFUSED[source]


def test_the_limit_is_that_of_the_visible_text() -> None:
    text, _ = marked_up("<b>" + "x" * 4096 + "</b>", "HTML", "", 4096, "message")
    assert len(text) == 4096
    with pytest.raises(Refused, match="message is too long"):
        marked_up("x" * 4095 + "😀", "HTML", "", 4096, "message")


def test_white_space_around_goes_and_the_marks_move_along() -> None:
    text, entities = marked_up(" \n <b>x </b> ", "HTML", "", 4096, "message")
    assert (text, entities) == ("x", [{"type": BOLD, "offset": 0, "length": 1}])


def test_it_finds_what_needs_no_markup_but_not_in_code() -> None:
    source = "/help@Shop_bot #tag @anna a@b.cz https://a.cz/x. <code>/no</code> 1/2"
    _, entities = marked_up(source, "HTML", "", 4096, "message")
    assert [one["type"] for one in entities] == ["bot_command", "hashtag", "mention", "email", "url", "code"]


@pytest.fixture(scope="module")
def tdlib() -> Any:
    tdjson = pytest.importorskip("tdjson", reason="tdjson is not installed here: Telegram's own parser is not asked")

    def ask(**request: Any) -> Any:
        return json.loads(tdjson.td_execute(json.dumps(request).encode()))

    ask(**{"@type": "setLogVerbosityLevel", "new_verbosity_level": 0})
    return ask


def as_telegram(tdlib: Any, source: str) -> Any:
    mode = {"@type": "textParseModeHTML"}
    found = tdlib(**{"@type": "parseTextEntities", "text": source, "parse_mode": mode})
    if found["@type"] == "error":
        return found["message"].removeprefix("Can't parse entities: ")
    return found["text"], [
        (one["type"]["@type"].removeprefix("textEntityType").lower().replace("precode", "pre"), one["offset"],
         one["length"]) for one in found["entities"]
    ]  # fmt: skip


@settings(max_examples=500)
@given(st.lists(PIECES, max_size=8).map("".join))
@example("".join(READ))
@example("".join(REFUSED))
def test_telegrams_own_parser_agrees(tdlib: Any, source: str) -> None:
    mine = read(source)
    if not isinstance(mine, str):
        mine = mine[0], [(TDLIB.get(kind, kind), offset, length) for kind, offset, length in mine[1]]
    assert mine == as_telegram(tdlib, source)
