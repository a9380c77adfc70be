"""Edits both ways: a customer's new words reach the desk, an agent's reach the customer where the old ones stood."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.ports import Posted
from bot.storage.copies import copies_of
from bot.storage.desk import Said, edit
from bot.storage.tables import inbox, tickets
from tests.bot.channels.telegram.conftest import Shop
from tests.bot.storage.rows import rows
from tests.fakes.telegram import PICTURE, Fault, Message, Person, Telegram


async def test_a_customer_s_edit_changes_what_is_stored_and_tells_the_desk(
    fake: Telegram, fetching: Shop, anna: Person, ticket: int
) -> None:
    asked = anna.says("Where is my ordre?")
    await fake.answer_to(asked)
    await fetching.quiet(anna)
    before = (await rows(fetching.app.store, tickets))[0].version
    heard: list[Any] = []
    fetching.app.hub.listen("desk", heard.append)
    anna.edits(asked, "Where is my order?")
    await fake.until(lambda: heard)
    await fetching.quiet(anna)
    said = next(message for message in await fetching.talk(anna) if "my ord" in message.text)
    assert (said.text, said.revision) == ("Where is my order?", 1)
    assert (await rows(fetching.app.store, tickets))[0].version > before


async def test_words_nobody_has_thought_about_yet_are_changed_before_they_are(
    fake: Telegram, fetching: Shop, anna: Person
) -> None:
    """The message is stored, the turn waits: the bot answers the new words."""
    fetching.app.worker.offer = lambda waiting: None  # type: ignore[method-assign]
    fetching.app.inbox._offer = fetching.app.worker.offer
    asked = anna.says("hello")
    await fetching.stored(1)
    anna.edits(asked, "goodbye")
    await fetching.stored(2)
    del fetching.app.worker.offer  # type: ignore[method-assign]
    fetching.clock.ahead += timedelta(seconds=30)
    answer = await fake.answer_to(asked)
    assert "Goodbye" in answer.text


async def test_an_edit_of_what_we_never_had_is_the_message_itself(fake: Telegram, fetching: Shop, anna: Person) -> None:
    asked = anna.says("hello")
    fake.world.bots["100:customers"].queue.drop()
    anna.edits(asked, "thank you")
    answer = await fake.answer_to(asked)
    assert "You are welcome" in answer.text
    assert len(await fetching.talk(anna)) == 2


async def test_a_caption_may_be_edited_and_a_moving_position_says_nothing(
    fake: Telegram, fetching: Shop, anna: Person
) -> None:
    photo = anna.sends_photo(PICTURE, "hello")
    place = anna.sends_location()
    await fake.until(lambda: len(photo.chat.messages) == 4)
    anna.edits(photo, "thank you")
    place.extra["location"]["latitude"] = 51.0
    fake.world.tell("edited_message", place)
    await fetching.stored(4)
    await fetching.quiet(anna)
    said = [message for message in await fetching.talk(anna) if message.author == "customer"]
    assert [(message.text.split(",")[0], message.revision) for message in said] == [("thank you", 1), ("📍 50.08", 0)]
    assert len(said[0].attachments) == 1


async def answered(shop: Shop, text: str, id: str = "d1", reply_to: int | None = None) -> Posted:
    done = await shop.app.tickets.answer(1, Said(1, id, text, reply_to=reply_to))
    assert isinstance(done, Posted)
    return done


async def seen(fake: Telegram, shop: Shop, person: Person, text: str) -> Message:
    chat = person.chat_with()
    await fake.until(lambda: [one for one in chat.messages if one.sender.is_bot][-1].text == text)
    await shop.quiet(person)
    return chat.messages[-1]


async def test_an_agent_s_edit_replaces_what_stands_there(
    fake: Telegram, fetching: Shop, anna: Person, ticket: int
) -> None:
    said = await answered(fetching, "Press the red botton.")
    there = await seen(fake, fetching, anna, "Press the red botton.")
    for text in ("Press the red button.", "Press the red button.", "Press the green button."):
        await fetching.app.tickets.edit(1, said.seq, text)
        await fake.until(lambda text=text: there.text == text)
    await fetching.quiet(anna)
    assert there.edits == 2
    assert anna.chat_with().messages[-1] is there


async def test_an_edit_may_need_more_messages_or_fewer(
    fake: Telegram, fetching: Shop, anna: Person, ticket: int
) -> None:
    chat = anna.chat_with()
    start = len(chat.messages)
    long, longer, short = "long words " * 500, "longer words " * 1000, "short words"
    said = await answered(fetching, long)
    for text, parts in ((long, 2), (longer, 4), (short, 1), (long, 2)):
        await fetching.app.tickets.edit(1, said.seq, text)
        await fetching.quiet(anna)
        texts = [message.text for message in chat.messages[start:]]
        assert len(texts) == parts, text[:6]
        assert " ".join(texts).split() == text.split()
    ids = await fetching.app.store.read(lambda c: copies_of(c, "telegram", "7", 1, said.seq))
    assert ids[0] == str(chat.messages[start].id)


async def test_an_edit_whose_answer_is_lost_goes_on_behind_what_arrived(
    fake: Telegram, fetching: Shop, anna: Person, ticket: int
) -> None:
    chat = anna.chat_with()
    start = len(chat.messages)
    said = await answered(fetching, "one " * 2000)
    await fetching.quiet(anna)
    fake.faults.next("editMessageText", Fault.DROPPED_AFTER)
    await fetching.app.tickets.edit(1, said.seq, "two " * 3000)
    await fetching.later(30)
    await fetching.quiet(anna)
    texts = [message.text for message in chat.messages[start:]]
    assert " ".join(texts).split() == ["two"] * 3000


async def test_what_the_customer_deleted_is_said_anew_with_a_sign(
    fake: Telegram, fetching: Shop, anna: Person, ticket: int
) -> None:
    said = await answered(fetching, "Press the red botton.")
    there = await seen(fake, fetching, anna, "Press the red botton.")
    there.is_deleted = True
    await fetching.app.tickets.edit(1, said.seq, "Press the red button.")
    await seen(fake, fetching, anna, "✏️ Press the red button.")


async def test_an_edit_before_the_message_was_sent_sends_it_and_then_changes_it(
    fake: Telegram, fetching: Shop, anna: Person, ticket: int
) -> None:
    store, now = fetching.app.store, fetching.app.now()
    fake.faults.next("sendMessage", Fault.TOO_MANY)
    said = await answered(fetching, "first")
    await store.write(lambda c: edit(c, 1, said.seq, "second", now, lambda _: True))
    await fetching.later(30)
    await seen(fake, fetching, anna, "second")
    assert "first" not in anna.chat_with().texts


async def test_an_answer_keeps_what_it_answers(fake: Telegram, fetching: Shop, anna: Person, ticket: int) -> None:
    asked = anna.says("Which valve?")
    await fetching.stored(2)
    await fetching.quiet(anna)
    seq = next(message.seq for message in await fetching.talk(anna) if message.text == "Which valve?")
    await answered(fetching, "The left one.", reply_to=seq)
    there = await seen(fake, fetching, anna, "The left one.")
    assert there.reply_to is asked
    mine = next(message.seq for message in await fetching.talk(anna) if message.text == "The left one.")
    await answered(fetching, "Your left.", "d2", reply_to=mine)
    again = await seen(fake, fetching, anna, "Your left.")
    assert again.reply_to is there
    asked.is_deleted = True
    await answered(fetching, "And close it.", "d3", reply_to=seq)
    assert (await seen(fake, fetching, anna, "And close it.")).reply_to is None


async def test_edits_leave_nothing_to_be_thought_about(
    fake: Telegram, fetching: Shop, anna: Person, ticket: int
) -> None:
    asked = anna.says("hello")
    for number in range(5):
        anna.edits(asked, f"hello {number}")
    await fetching.stored(7)
    await fetching.quiet(anna)
    assert len([row for row in await rows(fetching.app.store, inbox) if row.external_id.endswith(f":{asked.id}")]) == 1
    said = [message for message in await fetching.talk(anna) if message.text.startswith("hello")]
    assert [message.text for message in said if message.author == "customer"] == ["hello 4"]
