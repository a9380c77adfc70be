"""The topics of the group show the tickets, whatever happens in between."""

from __future__ import annotations

import pytest

from bot.storage.desk import Said
from bot.storage.tables import desk_threads
from handlers.rules.tickets import Refused
from tests.bot.desk.shop import Made, Shop
from tests.bot.storage.rows import rows


async def test_a_ticket_is_a_topic_with_a_card_and_the_talk(shop: Shop) -> None:
    talk = await shop.says("My kettle leaks")
    await shop.bot_says(talk, "Is the **lid** closed?", reply_to=1)
    await shop.says("Yes")
    number = await shop.opens(talk, "My kettle leaks")
    await shop.show()
    topic = shop.topic(number)
    assert topic.name == "🟢 AC-000001 · My kettle leaks"
    card, post = topic.messages
    assert "AC-000001" in card.text
    assert "anna@example.com" in card.text
    assert "asked for a person" in card.text
    assert card.labels == ["Take", "Waiting", "Solved", "Language"]
    assert post.text == "👤 My kettle leaks\n🤖 Is the lid closed?\n👤 Yes"
    assert len(shop.fake.called("createForumTopic")) == 1


async def test_nothing_to_do_is_done_without_a_call(shop: Shop) -> None:
    await shop.ticket()
    await shop.show()
    calls = len(shop.fake.calls)
    await shop.show()
    assert len(shop.fake.calls) == calls


async def test_words_that_follow_at_once_become_one_post(shop: Shop) -> None:
    number = await shop.ticket()
    await shop.show()
    for word in ("And", "it", "smells"):
        await shop.says(word)
        await shop.view.work()
        shop.clock.forward(1)
    await shop.show()
    await shop.says("A minute later")
    await shop.show()
    assert shop.texts(number)[1:] == ["👤 And\n👤 it\n👤 smells", "👤 A minute later"]


async def test_a_burst_without_end_is_shown_all_the_same(shop: Shop) -> None:
    number = await shop.ticket()
    await shop.show()
    for word in range(12):
        await shop.says(f"word {word}")
        await shop.view.work()
        shop.clock.forward(1)
    assert len(shop.posts(number)) == 2


async def test_agents_of_another_desk_and_their_notes_are_told_apart(shop: Shop) -> None:
    number, jana = await shop.ticket(), await shop.agent("Jana")
    await shop.show()
    await shop.answers(number, jana, "Please unplug it")
    await shop.tickets.note(number, Said(jana.id, "web:note", "Third time this week"))
    await shop.tickets.remark(number, "desk.customer_gone")
    await shop.show()
    said = "💬 Jana: Please unplug it\n📝 Jana: Third time this week\nℹ️ Nothing reaches"
    assert shop.texts(number)[1].startswith(said)


async def test_the_title_and_the_card_show_the_state(shop: Shop) -> None:
    number, jana = await shop.ticket(), await shop.agent("Jana")
    await shop.show()
    await shop.tickets.act(number, "take", jana.id)
    await shop.show()
    assert shop.topic(number).name.startswith("🔵 AC-")
    assert "Taken by: Jana" in shop.topic(number).messages[0].text
    await shop.tickets.act(number, "wait_for_customer", jana.id)
    await shop.show()
    assert shop.topic(number).name.startswith("🟡 AC-")
    assert shop.topic(number).messages[0].labels == ["Take", "Solved", "Language"]
    await shop.tickets.act(number, "solve", jana.id)
    await shop.show()
    assert shop.topic(number).name.startswith("✅ AC-")
    assert not shop.topic(number).is_closed
    await shop.tickets.act(number, "close", jana.id)
    await shop.show()
    assert shop.topic(number).is_closed
    assert not isinstance(await shop.tickets.act(number, "reopen", jana.id), Refused)
    await shop.says("it leaks again")
    await shop.show()
    assert not shop.topic(number).is_closed
    assert shop.texts(number)[-1] == "👤 it leaks again"
    assert len(shop.group.topics) == 1


async def test_an_answer_to_a_message_is_a_reply_in_the_topic(shop: Shop) -> None:
    number, jana = await shop.ticket("It leaks"), await shop.agent()
    await shop.show()
    first = shop.posts(number)[0]
    await shop.answers(number, jana, "Since when?", reply_to=1)
    await shop.show()
    assert shop.posts(number)[-1].reply_to is first


async def test_a_long_message_is_shown_whole_in_parts(shop: Shop) -> None:
    text = " ".join(f"word{number}" for number in range(1500))
    number = await shop.ticket(text)
    await shop.show()
    shown = " ".join(shop.texts(number)).removeprefix("👤 ")
    assert shown.split() == text.split()
    assert len(shop.posts(number)) > 2


async def test_what_the_bot_said_is_shortened(shop: Shop) -> None:
    talk = await shop.says("How do I descale it?")
    await shop.bot_says(talk, "Take vinegar. " * 100)
    number = await shop.opens(talk)
    await shop.show()
    assert len(shop.texts(number)[0]) < 400
    assert shop.texts(number)[0].endswith("…")


async def test_an_edited_message_is_edited_in_the_topic_also_within_a_burst(shop: Shop) -> None:
    talk = await shop.says("It leeks")
    await shop.says("a lot")
    number = await shop.opens(talk)
    await shop.show()
    await shop.tickets.edit(talk, 1, "It leaks")
    await shop.show()
    assert shop.texts(number) == ["👤 It leaks\n👤 a lot"]


async def test_an_edited_long_message_keeps_its_parts(shop: Shop) -> None:
    words = [f"word{number}" for number in range(1500)]
    talk = await shop.says(" ".join(words))
    number = await shop.opens(talk)
    await shop.show()
    await shop.tickets.edit(talk, 1, " ".join(["WORD0", *words[1:-1], "END"]))
    await shop.show()
    assert shop.texts(number)[0].startswith("👤 WORD0 word1 ")
    assert shop.texts(number)[-1].endswith(" END")


async def test_urgent_tickets_come_first(shop: Shop) -> None:
    await shop.opens(await shop.says("slow", "anna"), "slow")
    await shop.opens(await shop.says("smoke!", "ben"), "smoke!", "urgent")
    await shop.show()
    made = [call.text("name") for call in shop.fake.called("createForumTopic")]
    assert made == ["🟢❗ AC-000002 · smoke!", "🟢 AC-000001 · slow"]


async def test_a_new_ticket_of_the_same_customer_shows_its_own_talk(shop: Shop) -> None:
    first, jana = await shop.ticket("The kettle leaks"), await shop.agent()
    await shop.show()
    await shop.tickets.act(first, "close", jana.id)
    await shop.show()
    shop.clock.forward(60)
    talk = await shop.says("Now the toaster burns")
    second = await shop.opens(talk, "Now the toaster burns")
    await shop.show()
    assert shop.texts(second) == ["👤 Now the toaster burns"]
    assert shop.texts(first) == ["👤 The kettle leaks"]


async def test_tickets_of_a_language_have_a_group_of_their_own(make_shop: Made, shop: Shop) -> None:
    other = shop.fake.group(-1002, "Kazakh")
    other.promote(shop.me)
    shop = make_shop(languages={"kk": other.id})
    kazakh = shop.another_view(other.id)
    await shop.ticket("It leaks", "anna")
    await shop.ticket("Су ағып жатыр", "aigul", language="kk")
    for _ in range(5):
        await kazakh.work()
        await shop.view.work()
        shop.clock.forward(5)
    assert [topic.name[:11] for topic in shop.group.topics.values()] == ["🟢 AC-000001"]
    assert [topic.name[:11] for topic in other.topics.values()] == ["🟢 AC-000002"]


@pytest.mark.parametrize("subject", ["x" * 300, "🔥" * 200, "a\nb\tc", "<b>&amp;", ""])
async def test_any_subject_makes_a_title(shop: Shop, subject: str) -> None:
    talk = await shop.says(subject or " ")
    number = await shop.opens(talk, subject)
    await shop.show()
    assert shop.topic(number).name.startswith("🟢 AC-000001")
    assert (await rows(shop.store, desk_threads))[0].title == shop.topic(number).name


async def test_twenty_calls_a_minute_and_no_more(shop: Shop) -> None:
    for customer in range(12):
        await shop.ticket(f"trouble {customer}", f"customer-{customer}")
    for _ in range(60):
        await shop.view.work()
        shop.clock.forward(1)
    assert 18 <= len(shop.fake.calls) <= 21  # getMe is one of them
