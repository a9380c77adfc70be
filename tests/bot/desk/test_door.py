"""Agents work in the group, and everybody else is kept out."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from bot.storage.agents import list_agents, remove_agent
from bot.storage.tables import attachments, conversations, messages, tickets
from bot.storage.threads import forget_topics
from bot.storage.writer import StorageAway
from tests.bot.desk.shop import Made, Shop
from tests.bot.storage.rows import rows
from tests.fakes.telegram import PICTURE, Fault, Person


@pytest.fixture
async def desk(shop: Shop) -> Shop:
    """A shop with one ticket, shown, and an agent in the group."""
    await shop.opened()
    await shop.agent("Jana", 71)
    await shop.ticket("It leaks")
    await shop.show()
    await shop.hears()
    return shop


@pytest.fixture
def jana(desk: Shop) -> Person:
    person = desk.fake.user(71, "Jana")
    desk.group.add(person)
    return person


async def said(shop: Shop) -> list[tuple[str, str, str]]:
    """Author, who reads it, text: of all that was said after the first message."""
    return [(row.author, row.visibility, row.text) for row in await rows(shop.store, messages)][1:]


async def ticket(shop: Shop) -> Any:
    return (await rows(shop.store, tickets))[0]


# ---- what an agent writes


async def test_plain_text_goes_to_the_customer_and_is_not_repeated(desk: Shop, jana: Person) -> None:
    jana.writes(desk.topic(1), "Please unplug it")
    await desk.hears()
    assert await said(desk) == [("agent", "public", "Please unplug it")]
    assert (await ticket(desk)).status == "open"
    assert (await rows(desk.store, conversations))[0].owner == "human"
    assert desk.texts(1) == ["👤 It leaks", "Please unplug it"]


async def test_a_note_stays_inside_and_is_confirmed_by_a_sign(desk: Shop, jana: Person) -> None:
    note = jana.writes(desk.topic(1), "// third time this week")
    await desk.hears()
    assert await said(desk) == [("agent", "internal", "third time this week")]
    assert note.reactions == {desk.me.id: "👌"}
    assert (await ticket(desk)).status == "new"
    assert len(desk.posts(1)) == 2


async def test_where_notes_are_the_default_only_what_is_marked_goes_out(make_shop: Made) -> None:
    shop = make_shop()
    await shop.opened(default="note")
    await shop.agent("Jana", 71)
    await shop.ticket()
    await shop.show()
    jana = shop.fake.user(71, "Jana")
    shop.group.add(jana)
    jana.writes(shop.topic(1), "hm")
    jana.writes(shop.topic(1), ">> Please unplug it")
    await shop.hears()
    assert await said(shop) == [("agent", "internal", "hm"), ("agent", "public", "Please unplug it")]


async def test_the_same_update_twice_is_one_answer(desk: Shop, jana: Person) -> None:
    """After a crash between the answer and its mark, or because Telegram repeats it."""
    jana.writes(desk.topic(1), "Please unplug it")
    again = list(desk.me.queue.pending)
    await desk.hears()
    desk.me.queue.pending += again
    await desk.hears()
    assert len(await said(desk)) == 1


async def test_a_database_that_is_away_leaves_the_update_to_be_handled_again(
    desk: Shop, jana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The framework swallows what handlers raise; the row must not count as handled."""
    jana.writes(desk.topic(1), "Please unplug it")
    again = list(desk.me.queue.pending)

    async def away(*_: object) -> None:
        raise StorageAway("away")

    with monkeypatch.context() as patched:
        patched.setattr(desk.tickets, "answer", away)
        with pytest.raises(StorageAway):
            await desk.hears()
    desk.me.queue.pending = again
    await desk.hears()
    assert await said(desk) == [("agent", "public", "Please unplug it")]


async def test_a_reply_keeps_what_it_replies_to(desk: Shop, jana: Person) -> None:
    first = desk.posts(1)[0]
    jana.writes(desk.topic(1), "Since when?", reply_to=first)
    await desk.hears()
    assert (await rows(desk.store, messages))[-1].reply_to == 1


async def test_an_answer_to_a_closed_ticket_is_refused_in_a_line(desk: Shop, jana: Person) -> None:
    jana.writes(desk.topic(1), "/close")
    jana.writes(desk.topic(1), "Anything else?")
    await desk.hears()
    assert await said(desk) == []
    assert "reopen it" in desk.texts(1)[-1]


async def test_an_edited_answer_is_edited_for_the_customer(desk: Shop, jana: Person) -> None:
    wrong = jana.writes(desk.topic(1), "Pleas unplug it")
    await desk.hears()
    jana.edits(wrong, "Please unplug it")
    await desk.hears()
    assert await said(desk) == [("agent", "public", "Please unplug it")]
    assert (await rows(desk.store, messages))[-1].revision == 1


@pytest.mark.parametrize(
    ("was", "becomes", "stored", "told"),
    [
        ("// he is angry", "he is very angry", ("agent", "internal", "he is very angry"), "stays one"),
        ("// he is angry", "// he is very angry", ("agent", "internal", "he is very angry"), None),
        ("Hello", "// Hello", ("agent", "public", "Hello"), "The customer has this"),
        ("Hello", "/note Hello", ("agent", "public", "Hello"), "The customer has this"),
        ("Hello", "/take", ("agent", "public", "Hello"), "The customer has this"),
    ],
)
async def test_an_edit_never_changes_who_reads_it(
    desk: Shop, jana: Person, was: str, becomes: str, stored: tuple[str, str, str], told: str | None
) -> None:
    """Else a note could be sent to the customer by taking two strokes away."""
    message = jana.writes(desk.topic(1), was)
    await desk.hears()
    jana.edits(message, becomes)
    await desk.hears()
    assert await said(desk) == [stored]
    assert (told or "") in desk.texts(1)[-1]
    assert len(desk.posts(1)) == (2 if told is None else 3)


async def test_an_edited_note_is_not_published_to_the_customer(desk: Shop, jana: Person) -> None:
    """It went out to the browser: an edit told the hub of any message."""
    note = jana.writes(desk.topic(1), "// he is angry")
    answer = jana.writes(desk.topic(1), "Hello")
    await desk.hears()
    heard: list[str] = []
    desk.hub.listen("website:anna", lambda posted: heard.extend(one.text for one in posted))
    jana.edits(note, "// he is very angry")
    jana.edits(answer, "Hello!")
    await desk.hears()
    assert heard == ["Hello!"]


# ---- files


async def test_files_are_kept_for_the_customer_and_an_album_is_one_message(desk: Shop, jana: Person) -> None:
    jana.sends_album((PICTURE, PICTURE + b"2"), "Look here", desk.topic(1))
    jana.sends_document(b"%PDF-1.4 a manual of more than thirty-two bytes", "manual.pdf", to=desk.topic(1))
    await desk.hears()
    album, document = (await rows(desk.store, messages))[1:]
    assert (album.text, len(album.attachments)) == ("Look here", 2)
    assert [file["name"] for file in document.attachments] == ["manual.pdf"]
    for file in (*album.attachments, *document.attachments):
        assert await desk.files.find("website", "anna", file["id"]) is not None


async def test_what_can_not_be_sent_is_told_and_the_words_go_all_the_same(desk: Shop, jana: Person) -> None:
    jana.sends_document(b"MZ" + b"0" * 40, "tool.exe", to=desk.topic(1), caption="Run this")
    jana.sends_document(b"%PDF-", "film.pdf", to=desk.topic(1), size=21 * 1024 * 1024)
    await desk.hears()
    assert await said(desk) == [("agent", "public", "Run this")]
    assert "tool.exe was not sent" in desk.texts(1)[-2]
    assert "film.pdf was not sent: more than 20 MB" in desk.texts(1)[-1]
    assert await rows(desk.store, attachments) == []


async def test_a_file_telegram_does_not_hand_over_is_told(desk: Shop, jana: Person) -> None:
    desk.fake.faults.next("getFile", Fault.BAD_GATEWAY, Fault.BAD_GATEWAY)
    jana.sends_photo(caption="Like this", to=desk.topic(1))
    await desk.hears()
    assert await said(desk) == [("agent", "public", "Like this")]
    assert "Please send it again" in desk.texts(1)[-1]


async def test_a_sticker_is_its_sign_and_a_position_its_numbers(desk: Shop, jana: Person) -> None:
    jana.sends_sticker("👍", to=desk.topic(1))
    jana.sends_location(50.08, 14.43, to=desk.topic(1))
    await desk.hears()
    assert [text for _, _, text in await said(desk)] == ["👍", "📍 50.080000, 14.430000"]


# ---- who may


async def test_a_stranger_in_the_group_reaches_nobody_and_is_told_once(desk: Shop) -> None:
    stranger = desk.fake.user(99, "Somebody")
    desk.group.add(stranger)
    first = stranger.writes(desk.topic(1), "I can help!")
    second = stranger.writes(desk.topic(1), "/take")
    await desk.hears()
    assert await said(desk) == []
    assert (await ticket(desk)).status == "new"
    assert [text for text in desk.texts(1) if "Only agents" in text] == [desk.texts(1)[-1]]
    assert first.reactions == {}
    assert second.reactions == {desk.me.id: "🤷"}


async def test_administrators_are_agents_and_the_anonymous_ones_have_a_name_of_their_own(desk: Shop) -> None:
    boss, hidden = desk.fake.user(50, "Boss"), desk.fake.user(51, "Hidden")
    desk.group.promote(boss)
    desk.group.promote(hidden, anonymous=True)
    boss.writes(desk.topic(1), "from the boss")
    hidden.writes(desk.topic(1), "from somebody")
    await desk.hears()
    assert [text for _, _, text in await said(desk)] == ["from the boss", "from somebody"]
    assert [agent.name for agent in await desk.store.read(list_agents)] == ["Jana", "Boss", "Administrator"]


async def test_administrators_are_no_agents_where_the_setting_says_so(make_shop: Made) -> None:
    shop = make_shop()
    await shop.opened(admins_are_agents=False)
    await shop.ticket()
    await shop.show()
    boss, hidden = shop.fake.user(50, "Boss"), shop.fake.user(51, "Hidden")
    shop.group.promote(boss)
    shop.group.promote(hidden, anonymous=True)
    boss.writes(shop.topic(1), "from the boss")
    hidden.writes(shop.topic(1), "from somebody")
    await shop.hears()
    assert await said(shop) == []


async def test_an_administrator_who_was_demoted_or_removed_acts_no_more(desk: Shop) -> None:
    boss, other = desk.fake.user(50, "Boss"), desk.fake.user(52, "Other")
    desk.group.promote(boss)
    desk.group.promote(other)
    boss.writes(desk.topic(1), "one")
    other.writes(desk.topic(1), "two")
    await desk.hears()
    for agent in await desk.store.read(list_agents):
        if agent.name != "Jana":
            await desk.store.write(partial(remove_agent, number=agent.id, now=desk.clock()))
    boss.writes(desk.topic(1), "three")
    await desk.hears()
    third = desk.fake.user(53, "Third")
    desk.group.promote(third)
    desk.group.demote(third)
    third.writes(desk.topic(1), "four")
    await desk.hears()
    assert [text for _, _, text in await said(desk)] == ["one", "two"]


async def test_nothing_of_general_of_other_groups_and_of_private_chats_goes_anywhere(desk: Shop, jana: Person) -> None:
    other = desk.fake.group(-1005, "Others")
    other.promote(desk.me)
    other.add(jana)
    jana.writes(desk.group, "lunch?")
    jana.writes(other.owner_makes("AC-000001"), "hello")
    jana.says("hello", desk.me)
    jana.writes(desk.group.owner_makes("Lunch"), "pizza")
    await desk.hears()
    assert await said(desk) == []
    assert [post.text for post in desk.group.general] == ["lunch?"]


async def test_a_topic_that_shows_its_ticket_no_more_says_so(desk: Shop, jana: Person) -> None:
    """After `desk rebuild` an old topic must not swallow answers."""
    old = desk.topic(1)
    await desk.store.write(forget_topics)
    old.name = "old"
    await desk.show()
    jana.writes(old, "Please unplug it")
    await desk.hears()
    assert await said(desk) == []
    assert "AC-000001 has another topic now" in old.messages[-1].text


# ---- commands


async def test_commands_that_change_the_state(desk: Shop, jana: Person) -> None:
    states = []
    for command in ("/take", "/waiting", "/waiting third", "/solved", "/reopen", "/bot", "/take@desk_bot", "/close"):
        message = jana.writes(desk.topic(1), command)
        await desk.hears()
        states.append((await ticket(desk)).status)
        assert message.reactions == {desk.me.id: "👌"}, command
    assert states == [
        "open", "waiting_customer", "waiting_third_party", "solved", "reopened", "new", "open", "closed",
    ]  # fmt: skip
    assert desk.topic(1).is_closed


async def test_priority_tags_and_who_has_it(desk: Shop, jana: Person) -> None:
    await desk.agent("Ben Kovář")
    for command in ("/priority urgent", "/tag kettle #Leak kettle", "/assign ben"):
        jana.writes(desk.topic(1), command)
    await desk.hears()
    found = await ticket(desk)
    assert (found.priority, found.tags) == ("urgent", ["kettle", "leak"])
    card = desk.topic(1).messages[0].text
    assert "Taken by: Ben Kovář" in card
    assert "Tags: kettle, leak" in card
    assert desk.topic(1).name.startswith("🔵❗")


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("/assign", "/assign Jana"), ("/assign Nobody", "no agent Nobody"), ("/priority", "/priority urgent"),
        ("/priority extreme", "/priority urgent"), ("/tag", "/tag"), ("/canned", "There are: hello, photo"),
        ("/canned nothing", "There are: hello, photo"), ("/slove", "no command /slove"), ("/search", "/search"),
        ("/search zzz", "Nothing was found"), ("/search leaks", "AC-000001"), ("/search AC-1", "AC-000001"),
        ("/search AC-99", "Nothing was found"), ("/customer", "anna@example.com"), ("/help", "/canned photo"),
        ("/reopen", "not solved"),
    ],
)  # fmt: skip
async def test_what_a_command_answers(desk: Shop, jana: Person, command: str, answer: str) -> None:
    jana.writes(desk.topic(1), command)
    await desk.hears()
    assert answer in desk.texts(1)[-1]
    assert await said(desk) == []


async def test_a_ready_text_is_sent_in_the_customers_language_and_shown(desk: Shop, jana: Person) -> None:
    await desk.ticket("Су ағып жатыр", "aigul", language="kk")
    await desk.show()
    jana.writes(desk.topic(2), "/canned thanks")
    await desk.hears()
    assert (await said(desk))[-1][2].startswith("Шыдамдылық танытқаныңызға рақмет")
    assert desk.texts(2)[-1].startswith("💬 Jana: Шыдамдылық")


async def test_search_works_in_general_and_finds_any_letters(desk: Shop, jana: Person) -> None:
    await desk.ticket("Чайник течёт", "oleg", language="ru")
    await desk.show()
    jana.writes(desk.group, "/search чайник")
    jana.writes(desk.group, "/take")
    await desk.hears()
    found, refused = desk.group.general[2:]
    assert "AC-000002" in found.text
    assert "topic of a ticket" in refused.text


# ---- buttons


async def test_buttons_do_what_they_say(desk: Shop, jana: Person) -> None:
    card = desk.topic(1).messages[0]
    query = jana.presses(card, "Take")
    await desk.hears()
    assert query.answer == {"text": "Done", "show_alert": False}
    assert (await ticket(desk)).status == "open"
    query = jana.presses(card, "Waiting")
    await desk.hears()
    assert (await ticket(desk)).status == "waiting_customer"
    query = jana.presses(card, "Solved")
    await desk.hears()
    assert (await ticket(desk)).status == "solved"


async def test_a_button_of_a_stranger_and_a_late_one_are_answered(desk: Shop, jana: Person) -> None:
    stranger = desk.fake.user(99, "Somebody")
    desk.group.add(stranger)
    card = desk.topic(1).messages[0]
    mine, theirs = jana.presses(card, "Solved"), stranger.presses(card, "Take")
    again = jana.presses(card, "Solved")
    await desk.hears()
    assert mine.answer is not None
    assert theirs.answer is not None
    assert "Only agents" in theirs.answer["text"]
    assert again.answer is not None
    assert "solved already" in again.answer["text"]


async def test_the_language_of_the_customer_can_be_put_right(desk: Shop, jana: Person) -> None:
    card = desk.topic(1).messages[0]
    jana.presses(card, "Language")
    await desk.hears()
    assert "Kazakh" in card.labels
    query = jana.presses(card, "Kazakh")
    await desk.hears()
    assert query.answer is not None
    assert "Kazakh" in query.answer["text"]
    assert (await rows(desk.store, conversations))[0].language == "kk"
    assert card.labels == ["Take", "Waiting", "Solved", "Language"]
    assert "Kazakh" in card.text


# ---- the group itself


async def test_a_topic_changed_by_hand_is_put_right(desk: Shop, jana: Person) -> None:
    desk.group.promote(jana)
    topic = desk.topic(1)
    name = topic.name
    jana.renames_topic(topic, "Lunch")
    jana.closes_topic(topic)
    await desk.hears()
    assert topic.name == name
    assert not topic.is_closed


async def test_a_topic_whose_making_got_no_answer_is_adopted(desk: Shop) -> None:
    desk.fake.faults.next("createForumTopic", Fault.DROPPED_AFTER)
    number = await desk.ticket("It burns", "ben")
    await desk.view.work()
    await desk.hears()
    assert desk.texts(number) == ["👤 It burns"]


async def test_the_number_of_the_group_is_followed(desk: Shop, jana: Person) -> None:
    new = desk.group.migrates(-1009)
    await desk.hears()
    assert desk.view.group == new.id


async def test_rights_that_are_back_are_tried_at_once(desk: Shop) -> None:
    desk.group.promote(desk.me, ())
    number = await desk.ticket("It burns", "ben")
    await desk.view.work()
    assert desk.view.barred is not None
    desk.group.promote(desk.me)
    await desk.hears()
    assert desk.texts(number) == ["👤 It burns"]


async def test_other_bots_and_service_messages_are_nobodys_words(desk: Shop, jana: Person) -> None:
    other = desk.fake.bot("300:other", "Other")
    desk.group.promote(other)
    desk.fake.world.post(desk.group, other, thread=desk.topic(1).id, text="I am a bot")
    desk.fake.world.service(
        desk.group, jana, "pinned_message", {"message_id": 1, "date": 1, "chat": desk.group.json()}, desk.topic(1).id
    )
    await desk.hears()
    assert await said(desk) == []
    assert desk.texts(1)[-1] in ("👤 It leaks", "I am a bot")
