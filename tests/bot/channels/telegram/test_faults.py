"""When Telegram refuses, is away, or answers nothing: nothing accepted is lost, and what may be doubled is counted."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import aiohttp
import pytest
import structlog

from bot import metrics
from bot.channels.telegram import door as door_module
from bot.channels.telegram.inward import lane_of
from bot.ports import Unusable
from bot.storage import tables
from bot.storage.desk import Said
from bot.storage.store import Store
from bot.storage.tables import contacts, inbox, outbox, updates
from bot.storage.updates import Received, store_updates
from tests.bot.channels.telegram.conftest import TOKEN, Shop, running
from tests.bot.storage.rows import rows
from tests.fakes.clock import NOON
from tests.fakes.site import free_port
from tests.fakes.telegram import Bot, Fault, Message, Person, Telegram


@pytest.fixture(autouse=True)
def _quick_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door_module, "RETRY_S", 0.05)


def replies(sent: Message) -> list[str]:
    return [message.text for message in sent.chat.messages if message.sender.is_bot]


# ---- sending


@pytest.mark.parametrize("fault", [Fault.TOO_MANY, Fault.BAD_GATEWAY, Fault.DROPPED_BEFORE])
async def test_what_did_not_go_goes_later_once_and_in_order(
    fake: Telegram, fetching: Shop, anna: Person, fault: Fault
) -> None:
    fake.faults.next("sendMessage", fault)
    asked = anna.says("hello")
    anna.says("thank you")
    await fetching.later(3)
    await fake.until(lambda: len(replies(asked)) == 2)
    await fetching.quiet(anna)
    assert [text[:5] for text in replies(asked)] == ["Hello", "You a"]


async def test_an_answer_that_is_lost_may_come_twice_and_is_counted(
    fake: Telegram, fetching: Shop, anna: Person
) -> None:
    counter = metrics.SENT_UNKNOWN.labels("telegram")
    before = counter._value.get()
    fake.faults.next("sendMessage", Fault.DROPPED_AFTER)
    asked = anna.says("hello")
    await fetching.later(3)
    await fake.until(lambda: len(replies(asked)) == 2)
    await fetching.quiet(anna)
    assert counter._value.get() - before == 1


async def test_retry_after_is_obeyed(fake: Telegram, fetching: Shop, anna: Person) -> None:
    fake.faults.retry_after = 40
    fake.faults.next("sendMessage", Fault.TOO_MANY)
    asked = anna.says("hello")
    await fetching.later(30)
    fetching.app.outbox.wake()
    (row,) = await rows(fetching.app.store, outbox)
    assert row.status == "waiting"
    assert (row.not_before - row.created_at).total_seconds() >= 40
    assert replies(asked) == []


# ---- blocked and back


@pytest.fixture
def lost(fetching: Shop) -> list[int]:
    """Conversations the desk was told to be lost."""
    told: list[int] = []

    async def tell(conversation: int, *, is_gone: bool = True) -> None:
        assert is_gone
        told.append(conversation)

    fetching.app.tickets.lost = fetching.app.outbox.lost = tell  # type: ignore[method-assign]
    return told


async def is_blocked(shop: Shop, expected: bool) -> None:
    async with asyncio.timeout(5):
        while ((await rows(shop.app.store, contacts))[0].blocked_at is not None) is not expected:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    await shop.quiet_rows()


async def test_who_stops_the_bot_is_marked_and_back_when_they_start_it_again(
    fake: Telegram, fetching: Shop, anna: Person, lost: list[int]
) -> None:
    await fake.answer_to(anna.says("hello"))
    anna.blocks()
    await is_blocked(fetching, True)
    assert lost == [1]
    anna.unblocks()
    await is_blocked(fetching, False)
    await fake.answer_to(anna.says("hello"))
    assert lost == [1]


async def test_a_send_that_finds_them_gone_marks_them_and_their_next_word_brings_them_back(
    fake: Telegram, fetching: Shop, anna: Person, ticket: int, lost: list[int]
) -> None:
    """Telegram's own notices may be late or lost."""
    chat = anna.chat_with()
    chat.is_blocked = True
    for number in range(3):
        await fetching.app.tickets.answer(ticket, Said(1, f"d{number}", f"Are you there? {number}"))
        await is_blocked(fetching, True)
    assert [row.status for row in await rows(fetching.app.store, outbox)][-3:] == ["failed"] * 3
    assert lost == [1]
    chat.is_blocked = False
    anna.says("here I am")
    await is_blocked(fetching, False)
    await fetching.app.tickets.answer(ticket, Said(1, "d9", "Welcome back."))
    await fake.until(lambda: chat.texts[-1] == "Welcome back.")
    assert lost == [1]


async def test_somebody_who_left_telegram_is_gone_too(
    fake: Telegram, fetching: Shop, anna: Person, ticket: int, lost: list[int]
) -> None:
    anna.is_deactivated = True
    await fetching.app.tickets.answer(ticket, Said(1, "d1", "Are you there?"))
    await is_blocked(fetching, True)
    assert lost == [1]


async def test_a_stranger_who_blocks_us_is_nothing_to_remember(fake: Telegram, fetching: Shop, anna: Person) -> None:
    anna.chat_with()
    anna.blocks()
    await fetching.stored(1)
    await fetching.quiet_rows()
    (row,) = await rows(fetching.app.store, updates)
    assert (row.parked, await rows(fetching.app.store, contacts)) == (None, [])


# ---- receiving


async def test_trouble_in_fetching_loses_nothing(fake: Telegram, fetching: Shop, anna: Person) -> None:
    chances = {Fault.BAD_GATEWAY: 0.2, Fault.DROPPED_BEFORE: 0.2, Fault.DROPPED_AFTER: 0.2, Fault.REPEAT: 0.2}
    fake.faults.at_random(5, chances, "getUpdates")
    for number in range(15):
        anna.says(f"hello {number}")
        await asyncio.sleep(0.01)
    await fake.until(lambda: len(anna.chat_with().messages) == 30, 30)
    fake.faults.stop()
    await fetching.quiet(anna)
    assert len(anna.chat_with().messages) == 30


async def test_a_second_poller_is_said_and_ends_nothing(fake: Telegram, fetching: Shop, anna: Person) -> None:
    await fake.until(lambda: fake.called("getUpdates"))
    with structlog.testing.capture_logs() as logs:
        async with aiohttp.ClientSession(fake.url) as other:
            async with other.post(f"/bot{TOKEN}/getUpdates", data={"timeout": "0"}) as response:
                assert response.status == 200
            await fake.until(lambda: [entry for entry in logs if entry["event"] == "poll_failed"])
    (entry,) = [entry for entry in logs if entry["event"] == "poll_failed"]
    assert "stop the other process" in entry["why"]
    await fake.answer_to(anna.says("hello"))


async def test_telegram_away_at_the_start_is_waited_for(fake: Telegram, tmp_path: Path, anna: Person) -> None:
    anna.says("hello")
    await fake.stop()
    async with running(fake, tmp_path):
        await asyncio.sleep(0.2)
        await fake.start()
        await fake.until(lambda: len(anna.chat_with().messages) == 2)


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_telegram_away_for_a_while_loses_nothing(fake: Telegram, tmp_path: Path, anna: Person, mode: str) -> None:
    async with running(fake, tmp_path, mode) as shop:
        await fake.answer_to(anna.says("hello"))
        await fake.stop()
        anna.says("thank you")
        await asyncio.sleep(0.1)
        await fake.start()
        await fake.until(lambda: len(anna.chat_with().messages) == 4)
        await shop.quiet_rows()


@pytest.mark.parametrize("before", ["polling", "webhook"])
async def test_the_way_of_updates_may_be_changed(
    fake: Telegram, tmp_path: Path, anna: Person, ours: Bot, before: str
) -> None:
    async with running(fake, tmp_path, before):
        await fake.answer_to(anna.says("hello"))
    anna.says("thank you")
    after = {"polling": "webhook", "webhook": "polling"}[before]
    async with running(fake, tmp_path, after):
        await fake.until(lambda: len(anna.chat_with().messages) == 4)
        assert (ours.webhook is not None) is (after == "webhook")


async def test_a_token_telegram_does_not_know_is_said_and_the_rest_goes_on(tmp_path: Path) -> None:
    async with Telegram() as fake:
        with structlog.testing.capture_logs() as logs:
            async with running(fake, tmp_path):
                await fake.until(lambda: [entry for entry in logs if entry["event"] == "telegram_unreached"])
        entry = next(entry for entry in logs if entry["event"] == "telegram_unreached")
        assert "@BotFather" in entry["why"]
        assert TOKEN not in str(logs)


async def test_an_address_telegram_does_not_deliver_to_is_said_in_its_words(fake: Telegram, tmp_path: Path) -> None:
    public = {"port": free_port(), "public_url": "https://support.example.com:8000"}
    with structlog.testing.capture_logs() as logs:
        async with running(fake, tmp_path, "webhook", web=public):
            await fake.until(lambda: [entry for entry in logs if entry["event"] == "telegram_unreached"])
    entry = next(entry for entry in logs if entry["event"] == "telegram_unreached")
    assert "ports 80, 88, 443 or 8443" in entry["why"]


@pytest.mark.parametrize("token", ["no token", "100", "100: x", ":x"])
async def test_what_is_no_token_is_refused_at_once(
    fake: Telegram, tmp_path: Path, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.bot.channels.telegram.conftest.TOKEN", token)
    with pytest.raises(Unusable, match="@BotFather"):
        async with running(fake, tmp_path):
            pass


async def test_a_menu_that_is_refused_changes_nothing(fake: Telegram, tmp_path: Path, anna: Person) -> None:
    fake.faults.next("setMyCommands", Fault.BAD_GATEWAY)
    with structlog.testing.capture_logs() as logs:
        async with running(fake, tmp_path):
            await fake.answer_to(anna.says("hello"))
    assert [entry["event"] for entry in logs].count("commands_not_set") == 1


async def test_buttons_and_signs_that_telegram_refuses_change_nothing(
    fake: Telegram, fetching: Shop, anna: Person
) -> None:
    """A query that is too old, an action that nobody sees."""
    answer = await fake.answer_to(anna.says("hello"))
    fake.faults.next("sendChatAction", Fault.TOO_MANY)
    query = anna.presses(answer, answer.labels[0])
    query.answer = {"text": "answered by another process"}
    await fake.until(lambda: len(answer.chat.messages) == 3)
    assert [call.refused for call in fake.called("answerCallbackQuery")]


async def test_an_update_that_breaks_us_is_parked_and_the_chat_goes_on(
    fake: Telegram, fetching: Shop, anna: Person, ours: Bot
) -> None:
    ours.queue.put("message", "chat 7", {"message_id": 1, "chat": {"id": 7, "type": "private"}, "from": {"id": 7,
                   "is_bot": False}, "text": "odd", "entities": "none"})  # fmt: skip
    ours.queue.put("message", "chat 7", {"text": "from nowhere"})
    await fake.answer_to(anna.says("hello"))
    await fetching.quiet_rows()
    found = [(row.lane, row.parked) for row in await rows(fetching.app.store, updates)]
    assert [parked for _, parked in found] == ["TypeError", "KeyError", None]
    assert found[1][0].startswith("update ")


# ---- stopping and dying


async def test_what_was_stored_and_not_handled_is_handled_after_the_start(
    fake: Telegram, tmp_path: Path, anna: Person, ours: Bot
) -> None:
    """The process died between the commit and the handling."""
    asked = [anna.says("hello"), anna.says("thank you")]
    raws = [update.json() for update in ours.queue.pending]
    ours.queue.drop()
    dying = Store(f"sqlite:///{tmp_path / 'bot.db'}")
    received = [Received(raw, lane_of(raw) or "", NOON) for raw in raws]
    await dying.write(lambda c: store_updates(c, ours.id, received, NOON))
    dying.close()
    async with running(fake, tmp_path) as shop:
        await fake.until(lambda: len(replies(asked[0])) == 2)
        await shop.quiet(anna)
        assert [text[:5] for text in replies(asked[0])] == ["Hello", "You a"]


async def test_what_was_accepted_and_not_marked_as_handled_is_not_done_twice(
    fake: Telegram, tmp_path: Path, anna: Person
) -> None:
    """The process died between accepting and marking the update: a text, a photo, a button, a file refused."""
    fake.sizes.download = 5_000
    async with running(fake, tmp_path) as shop:
        answer = await fake.answer_to(anna.says("hello"))
        anna.sends_photo()
        anna.presses(answer, answer.labels[0])
        anna.sends_document(b"%PDF-" + b"x" * 6_000)
        await shop.stored(4)
        await shop.quiet(anna)
        before = list(answer.chat.texts)
        await shop.app.store.write(lambda c: c.execute(tables.updates.update().values(handled_at=None)))
    async with running(fake, tmp_path) as shop:
        await shop.quiet(anna)
        assert answer.chat.texts == before
        assert len(await rows(shop.app.store, inbox)) == 3


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_it_stops_within_five_seconds_whatever_hangs(
    fake: Telegram, tmp_path: Path, anna: Person, mode: str
) -> None:
    fake.faults.slow_seconds = 30
    async with running(fake, tmp_path, mode) as shop:
        await fake.answer_to(anna.says("hello"))
        fake.faults.next("getFile", Fault.LATE)
        fake.faults.next("sendMessage", Fault.LATE)
        anna.sends_photo()
        fake.user(8, "Boris").says("hello")
        await shop.stored(3)
        await fake.until(lambda: fake.faults.happened["sendMessage", Fault.LATE])
        began = time.monotonic()
    assert time.monotonic() - began < 5
    fake.faults.slow_seconds = 0
