"""What people do in the fake Telegram arrives at both frameworks as Telegram would say it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.conftest import DESK, TOKEN, Client
from tests.fakes.telegram import PICTURE, Bot, Group, Person, Telegram

pytestmark = pytest.mark.server  # frameworks and a server: seconds each

FORUM = -1001


@pytest.fixture
def anna(fake: Telegram, shop: Bot) -> Person:
    return fake.user(7, "Anna", "kk", "anna_k")


@pytest.fixture
def desk(fake: Telegram, shop: Bot) -> Bot:
    return fake.bot(DESK, "Desk")


@pytest.fixture
def forum(fake: Telegram, desk: Bot) -> Group:
    group = fake.group(FORUM)
    group.promote(desk)
    return group


async def received(client: Client, token: str = TOKEN) -> list[Any]:
    """Everything that waits for the bot, confirmed."""
    every = ["message", "edited_message", "callback_query", "my_chat_member", "message_reaction", "chat_member"]
    found = list(await client.call("get_updates", token, allowed_updates=every))
    if found:
        await client.call("get_updates", token, offset=found[-1].update_id + 1)
    return found


async def test_a_private_talk(client: Client, anna: Person) -> None:
    anna.starts("promo")
    [update] = await received(client)
    message = update.message
    assert (message.text, message.chat.type, message.from_user.language_code) == ("/start promo", "private", "kk")
    assert [(entity.type, entity.offset, entity.length) for entity in message.entities] == [("bot_command", 0, 6)]
    answer = await client.call("send_message", chat_id=7, text="<b>Салем</b> &amp; https://a.kz/x", parse_mode="HTML",
                               reply_markup=client.keyboard([("Иә", "y")]))  # fmt: skip
    shown = client.fake.chat(7).messages[-1]
    assert (shown.text, shown.labels) == ("Салем & https://a.kz/x", ["Иә"])
    assert [entity["type"] for entity in shown.entities] == ["bold", "url"]
    said = anna.says("Рахмет", reply_to=shown)
    anna.edits(said, "Рақмет")
    query = anna.presses(shown, "Иә")
    reply, edited, pressed = await received(client)
    assert reply.message.reply_to_message.message_id == answer.message_id
    assert (edited.edited_message.text, edited.edited_message.message_id) == ("Рақмет", said.id)
    assert (pressed.callback_query.data, pressed.callback_query.id) == ("y", query.id)
    anna.reacts(shown, "👍")
    [reacted] = await received(client)
    assert reacted.message_reaction.new_reaction[0].emoji == "👍"


async def test_all_kinds_of_content(client: Client, anna: Person) -> None:
    anna.sends_photo(caption="see https://a.cz")
    anna.sends_document(name="účet.pdf")
    anna.sends_voice()
    anna.sends_video()
    anna.sends_sticker("👍")
    anna.sends_contact("+77010000000")
    anna.sends_location(50, 14)
    first, second = anna.sends_album(caption="both")
    messages = [update.message for update in await received(client)]
    photo, document, voice, video, sticker, contact, location, *album = messages
    assert (photo.caption, photo.photo[-1].width) == ("see https://a.cz", 1)
    assert (document.document.file_name, document.document.mime_type) == ("účet.pdf", "application/pdf")
    assert voice.voice.mime_type == "audio/ogg"
    assert video.video.width == 320
    assert sticker.sticker.emoji == "👍"
    assert (contact.contact.phone_number, contact.contact.user_id) == ("+77010000000", 7)
    assert location.location.latitude == 50
    assert [one.media_group_id for one in album] == [first.album] * 2
    assert [one.caption for one in album] == ["both", None]
    assert second.album == first.album


async def test_files_go_down_and_up(client: Client, anna: Person) -> None:
    client.fake.rates.off()
    anna.sends_photo(PICTURE)
    [update] = await received(client)
    file = await client.call("get_file", file_id=update.message.photo[-1].file_id)
    bot = await client.bot()
    if client.name == "aiogram":
        got = (await bot.download_file(file.file_path)).read()
    else:
        got = bytes(await file.download_as_bytearray())
    assert got == PICTURE
    sent = await client.call("send_photo", chat_id=7, photo=client.file(got), caption="<i>yours</i>", parse_mode="HTML")
    await client.call("send_video", chat_id=7, video=client.file(b"video", "v.mp4"))
    await client.call("send_voice", chat_id=7, voice=client.file(b"OggS", "v.ogg"))
    pictures = [client.types.InputMediaPhoto(media=client.file(PICTURE), caption=words) for words in ("one", "two")]
    album = await client.call("send_media_group", chat_id=7, media=pictures)
    copied = await client.call("copy_message", chat_id=7, from_chat_id=7, message_id=sent.message_id, caption="new")
    chat = client.fake.chat(7)
    assert chat.texts == ["", "yours", "", "", "one", "two", "new"]
    assert [message.media.kind for message in chat.messages if message.media] == [
        "photo", "photo", "video", "voice", "photo", "photo", "photo",
    ]  # fmt: skip
    assert album[0].media_group_id == album[1].media_group_id
    assert chat.messages[1].media.file.content == PICTURE
    assert copied.message_id == chat.messages[-1].id


async def test_agents_in_a_forum(client: Client, forum: Group, desk: Bot) -> None:
    eva = client.fake.user(20, "Eva")
    boss = client.fake.user(21, "Boss")
    forum.add(eva)
    forum.promote(boss, anonymous=True, title="Lead")
    await received(client, DESK)
    made = await client.call("create_forum_topic", DESK, chat_id=FORUM, name="AC-000123")
    thread = made.message_thread_id
    await client.call("send_message", DESK, chat_id=FORUM, text="card", message_thread_id=thread)
    topic = forum.topic("AC-000123")
    card = topic.messages[0]
    eva.writes(topic, "Good day!")
    eva.writes(topic, "see card", reply_to=card)
    boss.writes(topic, "mine")
    eva.writes(forum, "lunch?")
    created, plain, reply, anonymous, general = [update.message for update in await received(client, DESK)]
    assert (created.forum_topic_created.name, created.message_id) == ("AC-000123", thread)
    assert (plain.message_thread_id, plain.reply_to_message.message_id) == (thread, thread)
    assert plain.reply_to_message.forum_topic_created is not None
    assert reply.reply_to_message.message_id == card.id
    assert (anonymous.from_user.id, anonymous.sender_chat.id, anonymous.author_signature) == (1087968824, FORUM, "Lead")
    assert (general.text, general.message_thread_id) == ("lunch?", None)
    eva.renames_topic(topic, "AC-000123 leaks")
    eva.closes_topic(topic)
    eva.reopens_topic(topic)
    renamed, closed, reopened = [update.message for update in await received(client, DESK)]
    assert renamed.forum_topic_edited.name == "AC-000123 leaks"
    assert closed.forum_topic_closed is not None
    assert reopened.forum_topic_reopened is not None
    eva.deletes_topic(topic)
    assert await received(client, DESK) == []
    with client.refused("message thread not found"):
        await client.call("send_message", DESK, chat_id=FORUM, text="x", message_thread_id=thread)


async def test_who_is_in_a_group_and_what_they_may(client: Client, forum: Group, desk: Bot) -> None:
    eva = client.fake.user(20, "Eva")
    forum.add(eva)
    assert (await client.call("get_chat", DESK, chat_id=FORUM)).is_forum
    assert (await client.call("get_chat_member", DESK, chat_id=FORUM, user_id=20)).status == "member"
    admins = await client.call("get_chat_administrators", DESK, chat_id=FORUM)
    assert [(admin.status, admin.user.id) for admin in admins][1:] == [("administrator", 200)]
    assert admins[1].can_manage_topics
    await received(client, DESK)
    forum.demote(desk)
    forum.kick(desk)
    changes = [update.my_chat_member.new_chat_member.status for update in await received(client, DESK)]
    assert changes == ["member", "kicked"]


async def test_privacy_mode_hides_talk_from_a_plain_member(client: Client, shop: Bot) -> None:
    group, eva = client.fake.group(-1002, forum=False), client.fake.user(20, "Eva")
    group.add(shop, eva)
    await received(client)
    hears = client.fake.bot("300:ears", "Ears", reads_all=True)
    group.add(hears)
    await client.call("send_message", chat_id=-1002, text="hello")
    mine = group.messages[-1]
    for text, reply in (("between us", None), ("/close", None), ("hey @Shop_bot", None), ("yes", mine)):
        eva.writes(group, text, reply_to=reply)
    texts = [update.message.text for update in await received(client) if update.message and update.message.text]
    assert texts == ["/close", "hey @Shop_bot", "yes"]
    texts = [update.message.text for update in await received(client, "300:ears") if update.message]
    assert [text for text in texts if text] == ["between us", "/close", "hey @Shop_bot", "yes"]


async def test_small_things_a_bot_does(client: Client, anna: Person, shop: Bot) -> None:
    said = anna.says("hi")
    await client.call("send_chat_action", chat_id=7, action="typing")
    assert client.fake.chat(7).actions == [(None, "typing")]
    commands = [client.types.BotCommand(command="help", description="Көмек")]
    await client.call("set_my_commands", commands=commands, language_code="kk")
    assert shop.commands["default", "kk"] == [{"command": "help", "description": "Көмек"}]
    assert (await client.call("get_my_commands", language_code="kk"))[0].description == "Көмек"
    with client.refused("bot_command_invalid"):
        await client.call("set_my_commands", commands=[client.types.BotCommand(command="Help", description="x")])
    await client.call("pin_chat_message", chat_id=7, message_id=said.id)
    assert (await client.call("get_chat", chat_id=7)).pinned_message.message_id == said.id
    me = await client.call("get_me")
    assert (me.username, me.can_read_all_group_messages) == ("shop_bot", False)
    assert (await client.call("get_webhook_info")).url == ""


async def test_two_bots_do_not_see_each_other(client: Client, anna: Person, desk: Bot) -> None:
    anna.says("to the shop")
    anna.says("to the desk", to=desk)
    assert [update.message.text for update in await received(client)] == ["to the shop"]
    assert [update.message.text for update in await received(client, DESK)] == ["to the desk"]
    await client.call("send_message", DESK, chat_id=7, text="from the desk")
    assert client.fake.chat(7, desk).texts == ["to the desk", "from the desk"]
    with pytest.raises(AssertionError, match="2 private chats; name the bot"):
        client.fake.chat(7)


async def test_waiting_has_an_end(fake: Telegram, anna: Person) -> None:
    said = anna.says("anybody?")
    with pytest.raises(AssertionError, match=r"waited 0.02 s in vain\n--- Anna \(7\)\nAnna: anybody"):
        await fake.answer_to(said, seconds=0.02)
