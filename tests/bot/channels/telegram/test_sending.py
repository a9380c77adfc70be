"""What leaves for Telegram: HTML it takes, and plain text where it does not."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import GetMe

from bot.channels.telegram import outward, rates
from bot.channels.telegram.api import send_failed
from bot.storage.desk import Said
from tests.bot.channels.telegram.conftest import Shop, running
from tests.fakes.telegram import Fault, Person, Telegram

ME = GetMe()


@pytest.mark.parametrize(
    ("error", "retry_after", "gone"),
    [
        (TelegramRetryAfter(ME, "Too Many Requests", 7), 7, False),
        (TelegramForbiddenError(ME, "Forbidden: bot was blocked by the user"), None, True),
        (TelegramForbiddenError(ME, "Forbidden: user is deactivated"), None, True),
        (TelegramForbiddenError(ME, "Forbidden: bot can't initiate conversation with a user"), None, True),
        (TelegramBadRequest(ME, "Bad Request: chat not found"), None, True),
        (TelegramBadRequest(ME, "Bad Request: BUTTON_DATA_INVALID"), None, False),
        (TelegramNetworkError(ME, "Request timeout error"), 1, False),
        (TelegramServerError(ME, "Bad Gateway"), 1, False),
        (ClientDecodeError("Failed to decode object", ValueError(), "<html>"), 1, False),
        (TelegramUnauthorizedError(ME, "Unauthorized"), 60, False),
        (TelegramNotFound(ME, "Not Found"), 60, False),
        (AiogramError(), None, False),
    ],
)
def test_what_the_outbox_does_about_an_error(error: AiogramError, retry_after: float | None, gone: bool) -> None:
    failed = send_failed(error)
    assert (failed.retry_after, failed.gone) == (retry_after, gone)


async def test_what_an_agent_types_is_shown_as_typed(fake: Telegram, fetching: Shop, anna: Person, ticket: int) -> None:
    text = "**Not bold** <b>nor this</b> & [no link](https://example.com)\n\n  1 < 2"
    await fetching.app.tickets.answer(ticket, Said(1, "d1", text))
    chat = anna.chat_with()
    await fake.until(lambda: chat.texts[-1] == text)
    assert not {"bold", "text_link"} & {entity["type"] for entity in chat.messages[-1].entities}


async def test_html_that_telegram_refuses_goes_as_plain_text(
    fake: Telegram, fetching: Shop, anna: Person, ticket: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It never should; if it does, the words arrive all the same, once."""
    monkeypatch.setattr(outward, "plain", lambda text, language: f"<blink>{text} &amp; more</blink>")
    await fetching.app.tickets.answer(ticket, Said(1, "d1", "Press the button"))
    chat = anna.chat_with()
    await fake.until(lambda: chat.texts[-1] == "Press the button & more")
    await fetching.quiet_rows()
    assert chat.texts.count("Press the button & more") == 1


async def test_a_call_telegram_will_never_take_is_given_up_and_the_next_one_goes(
    fake: Telegram, fetching: Shop, anna: Person, ticket: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outward, "split", lambda html: (html * (5000 if "long" in html else 1),))
    await fetching.app.tickets.answer(ticket, Said(1, "d1", "long"))
    await fetching.app.tickets.answer(ticket, Said(1, "d2", "short"))
    chat = anna.chat_with()
    await fake.until(lambda: chat.texts[-1] == "short")
    assert fake.called("sendMessage")[-2].refused == "Bad Request: message is too long"


async def test_we_wait_before_telegram_says_so(
    fake: Telegram, tmp_path: Path, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With Telegram's limits on, nothing of a burst is refused."""
    monkeypatch.setattr(rates, "CHAT_BURST", 3)
    monkeypatch.setattr(rates, "CHAT_PER_S", 1.0)
    fake.rates.chat = fake.rates.overall = True
    async with running(fake, tmp_path) as shop:
        for number in range(7):
            anna.says(f"hello {number}")
        await fake.until(lambda: len(anna.chat_with().messages) == 14, 10)
        await shop.quiet()
    assert not [call.refused for call in fake.called("sendMessage") if call.refused]
    assert len(fake.called("sendMessage")) == 7


async def test_a_429_makes_the_whole_chat_wait(fake: Telegram, fetching: Shop, anna: Person) -> None:
    fake.faults.retry_after = 30
    fake.faults.next("sendMessage", Fault.TOO_MANY)
    anna.says("hello")
    await fake.until(lambda: fake.faults.happened["sendMessage", Fault.TOO_MANY])
    await fetching.later(0)
    assert fetching.app.channels["telegram"]._sender._rates._chat("7").take(time.monotonic()) > 20  # type: ignore[attr-defined]
