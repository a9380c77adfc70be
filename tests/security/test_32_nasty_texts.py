"""Attack 32: texts that cost more than they are worth, through the whole bot: none kills it, each costs at most half a
second of CPU.

Notices: a step of a turn that is not linear or has no cap: normalising, hearing, language, search, contact, storing.
"""

from __future__ import annotations

import io
import json
import secrets
import time
from datetime import UTC, datetime

import pytest

from bot.storage.conversations import Standing, Waiting
from handlers.words import Message, Snapshot
from tests.fakes.site import CERTAIN, Site, Visitor
from tests.knowledge_base.nasty import TEXTS

CPU_S = 0.2  # half a second is the promise, also on a machine slower than this one
MORE = {
    "an address without end": "a@" * 2_000 + "b" * 2_000,
    "a domain without end": "x@" + "a." * 5_000,
    "a number without end": "+420" + "1" * 20_000,
    "numbers": "1-800 (555) 010 " * 2_000,
    "digits of many scripts": "٠١٢٣۴۵۶०१२𝟘𝟙" * 1_000,
    "brackets": "[" * 5_000 + "](" * 5_000,
    "stars": "*" * 10_000,
    "one word of all languages": "стиральная машина кір жуғыш pračka lodówka ماشین " * 500,
    "line breaks": "\r\n" * 10_000,
    "combining on Persian": "گ" + "\u0650" * 2_000,
    "ligatures": "\ufdfb\ufb03\ufdfa" * 3_000,
    "variation selectors": "a\ufe0f\U000e0100" * 5_000,
    "Hangul that composes": "\u1100\u1161\u11a8" * 3_000,
    "numbers as words": "9" * 4_000 + "e" * 10,
    "commands": "/human " * 3_000,
    "a Cyrillic word without end": "ы" * 20_000,
    "a Persian word without end": "ب" * 20_000,
    "a Persian word of parts": "می\u200c" * 5_000,
    "an accented word without end": "é" * 20_000,
    "a Kazakh word, then a Latin letter": "қ" * 1_999 + "i",
    "underscores": "_" * 10_000 + "é",
    "a word and spaces": "ب" + " \u200c" * 5_000,
}
ALL = {**TEXTS, **MORE}
STATES = (
    {},
    {"topic": "escalation", "step": "contact"},
    {"topic": "escalation", "step": "description"},
    {"topic": "ladder"},
)


@pytest.mark.parametrize("name", ALL)
async def test_a_turn_costs_little_whatever_is_said(site: Site, name: str) -> None:
    """Past the door, where a channel without a limit of its own would be."""
    site.app.mind.knowledge.live.index.mender.warm()  # as it is a moment after the start
    for state in STATES:
        for language in (None, "fa"):
            standing = Standing(Snapshot(language, state=state), 0, "console", "x")
            waiting = Waiting(1, 1, 1, "console", Message(ALL[name], language_hint=language), 0)
            started = time.thread_time()
            thought = await site.app.worker._conversation.think(waiting, standing, datetime.now(UTC))
            assert time.thread_time() - started < CPU_S
            assert thought.write.replies


async def test_the_server_takes_or_refuses_each_and_goes_on(site: Site, visitor: Visitor) -> None:
    for name, text in ALL.items():
        sendable = text.encode("utf-8", "replace").decode()
        started = time.process_time()
        body = io.BytesIO(json.dumps({"id": secrets.token_hex(8), "text": sendable}).encode())
        kind = {"Content-Type": "application/json"}
        status, _, _ = await visitor.ask("POST", "/api/v1/messages", data=body, headers=kind)
        assert status in (202, 413, 422), name
        cut = sendable[:4_000]
        if cut.strip("\0 \t\r\n\u00a0\u3000"):
            await visitor.hear(await visitor.say(cut))
        assert time.process_time() - started < 3 * CPU_S, name
    assert (await visitor.hear(await visitor.say(CERTAIN)))[0]["text"]


async def test_half_characters_in_json_are_stored_as_whole_ones(visitor: Visitor) -> None:
    body = b'{"id": "half", "text": "a\\ud800b\\u0000c"}'
    status, found, _ = await visitor.ask(
        "POST", "/api/v1/messages", data=body, headers={"Content-Type": "application/json"}
    )
    assert status == 202
    assert (await visitor.read(found["seq"] - 1))[0]["text"] == "a?bc"
    assert await visitor.hear(found["seq"])
