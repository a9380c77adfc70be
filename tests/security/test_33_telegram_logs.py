"""Attacks 5 and 33 in Telegram: words, names, numbers, ids and the token in the log, or a log line cut in two.

Notices: an error of the framework written out (its text holds chat ids and what Telegram said), a library that logs
addresses with the token in them, a handler that logs what it could not handle.
"""

from __future__ import annotations

import asyncio
import io
import json
import logging
from pathlib import Path

import pytest

from bot.channels.telegram import door
from tests.bot.channels.telegram.conftest import TOKEN, running
from tests.fakes.telegram import Bot, Fault, Telegram
from tests.security.telegram import answers

NASTY = 'Canarybird\r\n{"event": "forged"} \x1b[2J\u2028 <b>'
USER = 711_713_717
SECRETS = ("canary", "forged", "601234567", TOKEN.partition(":")[2], TOKEN, str(USER), "invoice", "50.08")


@pytest.fixture
def loud() -> object:
    """Libraries that may speak."""
    names = ("aiogram", "aiohttp", "asyncio", "sqlalchemy.engine")
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield
    for name in names:
        logging.getLogger(name).setLevel(logging.NOTSET)


async def test_a_whole_talk_with_all_its_troubles_leaves_no_word(
    fake: Telegram, ours: Bot, tmp_path: Path, log: io.StringIO, loud: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "RETRY_S", 0.02)
    canary = fake.user(USER, NASTY, "en", "canarybird")
    for method in ("getMe", "deleteWebhook", "setMyCommands", "getUpdates", "sendMessage", "getFile"):
        fake.faults.next(method, Fault.DROPPED_BEFORE, Fault.BAD_GATEWAY, Fault.TOO_MANY, Fault.DROPPED_AFTER)
    async with running(fake, tmp_path) as shop:
        asked = canary.says(f"hello {NASTY.strip()}")
        await shop.later(600)
        canary.sends_photo(caption="Canarybird")
        canary.sends_document(b"MZ" * 40, name="canary\r\n.exe")
        canary.sends_contact("+420601234567", name="Canarybird")
        canary.sends_location()
        canary.edits(asked, "Canarybird")
        odd = {"message_id": 1, "chat": {"id": USER, "type": "private"}, "from": {"id": USER, "is_bot": False},
               "text": "canary", "entities": "canary"}  # fmt: skip
        ours.queue.put("message", f"chat {USER}", odd)
        ours.queue.put("canary_kind", f"chat {USER}", {"canary": 1})
        for _ in range(12):
            await asyncio.sleep(0.1)
            await shop.later(600)
        await fake.until(lambda: len(answers(canary)) >= 5)
        canary.blocks()
        await shop.quiet_rows()
    written = log.getvalue()
    assert '"poll_failed"' in written
    assert '"update_failed"' in written
    assert '"send_failed"' in written
    assert '"telegram_unreached"' in written
    for line in written.splitlines():
        assert isinstance(json.loads(line), dict)
        found = [secret for secret in SECRETS if secret in line.lower()]
        assert not found, line
