"""Nothing that reaches the group shows a telephone number or a serial: no post, no edit, no caption, no file name, no
title. Telegram is the fake, the framework and the database are real; every call the desk's bot makes is looked at."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from bot.desk.telegram.buttons import TOAST_LIMIT
from bot.storage import audit as audit_rows
from bot.storage.agents import remove_agent
from bot.storage.desk import Said
from bot.storage.events import keep
from bot.storage.registry.tables import audit
from bot.storage.tables import messages
from bot.storage.tickets import open_or_extend
from bot.storage.writer import StorageAway
from handlers.rules.facts import CoverageLine
from handlers.words import AnswerGiven, SerialChecked, SurveyAnswered, TicketWanted
from tests.bot.desk.shop import Shop
from tests.bot.storage.rows import rows
from tests.fakes.services import shared_mind
from tests.fakes.telegram import PICTURE, Fault, Person

PHONE, SERIAL = "+420 601 234 567", "AB12C3456XY56"
TYPED = (  # as people type them
    "+420601234567", "601 234 567", "00420 601-234-567", "6 0 1 2 3 4 5 6 7", "(601) 234567", "tel:601234567",
    "601\u200b234\u200b567", "ab12-c345-6xy56", "AB12 C345 6XY56", "АВ12С3456ХУ56", "AB12C3456XY56", "аb۱۲c۳۴۵۶xy۵۶",
    "https://shop.example/check?sn=AB12C3456XY56&tel=601234567",
)  # fmt: skip
REVEAL = "Show contact and serial"


def signs(text: str) -> str:
    """The text as somebody reads it who wants to know: without what sets signs apart, look-alikes as one."""
    look = text.upper().translate(str.maketrans("АВЕКМНОРСТУХ۰۱۲۳۴۵۶۷۸۹", "ABEKMHOPCTYX0123456789"))
    return "".join(sign for sign in look if sign.isalnum())


def runs(secret: str, length: int = 7) -> set[str]:
    """Pieces longer than what a mask leaves: four signs and two."""
    return {secret[at : at + length] for at in range(len(secret) - length + 1)}


SECRETS = runs(signs(PHONE)) | runs(SERIAL)


def leaks(shop: Shop) -> list[str]:
    """Every call that shows a piece of a secret; what pops up for one agent alone is another matter."""
    calls = [call for call in shop.fake.calls if call.method != "answerCallbackQuery"]
    said = [(call, " ".join((*call.values.values(), *(one.name for one in call.uploads.values())))) for call in calls]
    return [f"{call.method}: {words}" for call, words in said if any(secret in signs(words) for secret in SECRETS)]


async def opens(shop: Shop, talk: int, contact: str | None = PHONE, description: str = "") -> int:
    wanted = TicketWanted("asked_for_person", description, contact)
    return await shop.store.write(
        partial(open_or_extend, conversation=talk, language="en", wanted=wanted, now=shop.clock())
    )


async def checks(shop: Shop, talk: int, serial: str = SERIAL, **more: Any) -> None:
    event = SerialChecked(serial, "covered", **more)
    await shop.store.write(partial(keep, conversation=talk, language="en", event=event, now=shop.clock()))


@pytest.fixture
async def desk(shop: Shop) -> Shop:
    """A ticket of a customer whose telephone number and serial are known."""
    talk = await shop.says("My kettle leaks")
    await checks(shop, talk)
    await opens(shop, talk)
    await shop.show()
    await shop.opened()
    return shop


@pytest.fixture
async def jana(desk: Shop) -> Person:
    await desk.agent("Jana", 71)
    person = desk.fake.user(71, "Jana")
    desk.group.add(person)
    return person


def test_a_leak_would_be_seen(shop: Shop) -> None:
    assert not any(secret in signs("+4206…67 AB12…56 AB12 C3") for secret in SECRETS)
    assert all(any(secret in signs(typed) for secret in SECRETS) for typed in TYPED)


@pytest.mark.parametrize("typed", TYPED)
async def test_whatever_shows_a_ticket_shows_no_secret(shop: Shop, typed: str) -> None:
    said = f"My kettle is {typed}, call me"
    photo = await shop.keeps(PICTURE, f"{typed.replace('/', '_')}.png")
    talk = await shop.says(said, files=[photo])
    await shop.says(said)
    await checks(shop, talk)
    asked = AnswerGiven(said, "answer", 0.9, "kettle-leaks", "v1", "en")
    await shop.store.write(partial(keep, conversation=talk, language="en", event=asked, now=shop.clock()))
    number, petr = await opens(shop, talk, description=said), await shop.agent("Petr")
    await shop.show()
    await shop.bot_says(talk, f"You wrote **{typed}**, thank you", reply_to=1)
    await shop.answers(number, petr, f"Is it {typed}?")
    await shop.tickets.note(number, Said(petr.id, "web:note", f"It is {typed}"))
    await shop.tickets.remark(number, "desk.file_too_large", name=typed)
    await shop.show()
    await shop.tickets.edit(talk, 2, f"No, it is {typed}!")
    await shop.show()
    await shop.tickets.act(number, "solve", petr.id)
    rated = SurveyAnswered(number, 3, score=1, comment=said)
    await shop.store.write(partial(keep, conversation=talk, language="en", event=rated, now=shop.clock()))
    await shop.show()
    assert len(shop.posts(number)) >= 4
    assert "My kettle is" in shop.topic(number).name
    assert leaks(shop) == []


async def test_a_secret_nobody_was_told_of_is_masked_too(shop: Shop) -> None:
    """Before anybody looked the serial up or left a contact: whatever has the form of a telephone number."""
    talk = await shop.says("Call me: 8 (701) 123-45-67 or +7 701 123-45-67", language="kk")
    number = await shop.opens(talk, "My number is +7 701 1234567")
    await shop.show()
    assert shop.texts(number) == ["👤 Call me: 870…7 or +770…7"]
    assert not [call for call in shop.fake.calls if "1234567" in signs(" ".join(call.values.values()))]


async def test_the_card_tells_enough_to_know_the_customer_again(shop: Shop) -> None:
    talk = await shop.says("It leaks")
    lines = (
        CoverageLine("statutory", "covered", (shop.clock() + timedelta(days=400)).date(), "A"),
        CoverageLine("warranty", "expired", None),
        CoverageLine("statutory", "unknown", None, "C"),
    )
    await checks(shop, talk, coverage=lines)
    number = await opens(shop, talk)
    await shop.show()
    card = shop.topic(number).messages[0]
    for words in (
        "Contact: +4206…67", "Device: AB12…56", "• Seller's duty by law: in force · last day: 2027-04-06",
        "• Maker's warranty: is over\n",
        "• Seller's duty by law: can not be said · not certain, ask before you promise anything",
    ):  # fmt: skip
        assert words in card.text
    assert REVEAL in card.labels


async def test_what_is_no_secret_stays(shop: Shop) -> None:
    said = (
        "Order 2026-000123 of 12. 3. 2026 for 12 990 Kč, request AC-000001, https://shop.example/p/601234567890, "
        f"anna@example.com, 50.0800, 14.4300. Your number is {shared_mind().services.company()['phone']}"
    )
    talk = await shop.says(said)
    number = await opens(shop, talk, "anna@example.com")
    await shop.show()
    assert shop.texts(number)[0].removeprefix("👤 ") == said
    assert REVEAL not in shop.topic(number).messages[0].labels


async def test_what_agents_look_for_shows_no_secret(desk: Shop, jana: Person) -> None:
    talk = await desk.says(f"My serial is {SERIAL}, my number {PHONE}", "ben")
    await opens(desk, talk, description=f"{SERIAL} {PHONE}")
    await desk.show()
    for command in (f"/search {SERIAL}", "/search kettle", "/customer", f"/assign {PHONE}", f"/{'x' * 5} {PHONE}"):
        jana.writes(desk.topic(1), command)
        await desk.hears()
    assert leaks(desk) == []
    assert any("+4206…67" in text for text in desk.texts(1))


async def test_what_agents_write_goes_out_as_it_is(desk: Shop, jana: Person) -> None:
    """A mask is for eyes in the group: the customer reads what the agent wrote."""
    jana.writes(desk.topic(1), f"Is {SERIAL} right? I call you at {PHONE}.")
    await desk.hears()
    assert (await rows(desk.store, messages))[-1].text == f"Is {SERIAL} right? I call you at {PHONE}."


# ---- behind the mask


async def test_who_presses_sees_it_alone_and_it_is_written_down(desk: Shop, jana: Person) -> None:
    posts = len(desk.topic(1).messages)
    query = jana.presses(desk.topic(1).messages[0], REVEAL)
    await desk.hears()
    assert query.answer is not None
    assert query.answer["text"] == "Serial number: \u2066AB12 C345 6XY5 6\u2069\nContact: +420 601 234 567"
    assert query.answer["show_alert"]
    assert len(desk.topic(1).messages) == posts
    assert leaks(desk) == []
    (row,) = await rows(desk.store, audit)
    assert (row.agent_id, row.action, row.ticket_id, row.detail) == (1, "revealed", 1, {})
    assert [one.agent for one in await desk.store.read(partial(audit_rows.seen, number=1))] == ["Jana"]


async def test_it_is_written_down_before_it_is_seen(desk: Shop, jana: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    query = jana.presses(desk.topic(1).messages[0], REVEAL)

    def away(*_: object, **__: object) -> None:
        raise StorageAway("away")

    with monkeypatch.context() as patched:
        patched.setattr("bot.desk.telegram.buttons.reveal", away)
        with pytest.raises(StorageAway):
            await desk.hears()
    assert query.answer is None or "601" not in str(query.answer)
    assert await rows(desk.store, audit) == []


async def test_an_answer_that_was_lost_is_written_down_all_the_same(desk: Shop, jana: Person) -> None:
    jana.presses(desk.topic(1).messages[0], REVEAL)
    desk.fake.faults.next("answerCallbackQuery", Fault.BAD_GATEWAY)
    await desk.hears()
    assert len(await rows(desk.store, audit)) == 1


async def test_nobody_but_agents_sees_it(desk: Shop, jana: Person) -> None:
    guest = desk.fake.user(99, "Guest")
    desk.group.add(guest)
    await desk.store.write(partial(remove_agent, number=1, now=desk.clock()))
    for person in (guest, jana):
        query = person.presses(desk.topic(1).messages[0], REVEAL)
        await desk.hears()
        assert query.answer is not None
        assert "Only agents" in query.answer["text"]
    assert await rows(desk.store, audit) == []


async def test_the_longest_there_can_be_still_shows_the_serial_whole(desk: Shop, jana: Person) -> None:
    talk = await desk.says("Mine, too", "ben")
    await checks(desk, talk, "Z9" * 32)
    await opens(desk, talk, "+" + "1 " * 75)
    await desk.show()
    query = jana.presses(desk.topic(2).messages[0], REVEAL)
    await desk.hears()
    assert query.answer is not None
    assert "Z9Z9 " * 15 in query.answer["text"]
    assert len(query.answer["text"]) <= TOAST_LIMIT
