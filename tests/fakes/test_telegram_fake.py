"""The fake Telegram refuses what Telegram refuses, and both frameworks raise it as their own exceptions."""

from __future__ import annotations

import struct
from contextlib import suppress
from typing import Any

import pytest

from tests.fakes.conftest import DESK, Client
from tests.fakes.telegram import PICTURE, Bot, Group, Telegram

pytestmark = pytest.mark.server  # frameworks and a server: seconds each

ANNA, BEN, FORUM = 7, 8, -1001
LONG = "x" * 4097
REFUSED: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "too long": ("send_message", {"text": LONG}, "bad", "message is too long"),
    "too long in UTF-16": ("send_message", {"text": "😀" * 2049}, "bad", "message is too long"),
    "far too long": ("send_message", {"text": "x" * 33_000}, "bad", "text is too long"),
    "blank": ("send_message", {"text": "<b> </b>", "parse_mode": "HTML"}, "bad", "text must be non-empty"),
    "unknown tag": ("send_message", {"text": "é<div>x</div>", "parse_mode": "HTML"}, "bad",
                    'can\'t parse entities: unsupported start tag "div" at byte offset 2'),
    "bare <": ("send_message", {"text": "1 < 2", "parse_mode": "HTML"}, "bad",
               'can\'t parse entities: unsupported start tag "" at byte offset 2'),
    "unclosed": ("send_message", {"text": "<b>x", "parse_mode": "HTML"}, "bad",
                 'can\'t find end tag corresponding to start tag "b"'),
    "nested": ("send_message", {"text": "<b><i>x</b></i>", "parse_mode": "HTML"}, "bad",
               'unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
    "unknown chat": ("send_message", {"chat_id": 99, "text": "x"}, "bad", "chat not found"),
    "stranger in the group": ("send_message", {"chat_id": BEN, "text": "x"}, "forbidden",
                              "bot can't initiate conversation with a user"),
    "another bot": ("send_message", {"chat_id": 200, "text": "x"}, "forbidden", "bots can't send messages to bots"),
    "no such thread": ("send_message", {"chat_id": FORUM, "text": "x", "message_thread_id": 99}, "bad",
                       "message thread not found"),
    "General by number": ("send_message", {"chat_id": FORUM, "text": "x", "message_thread_id": 1}, "bad",
                          "message thread not found"),
    "edit nothing": ("edit_message_text", {"text": "x", "message_id": 99}, "bad", "message to edit not found"),
    "edit another's": ("edit_message_text", {"text": "x", "message_id": 1}, "bad", "message can't be edited"),
    "delete nothing": ("delete_message", {"message_id": 99}, "bad", "message to delete not found"),
    "copy nothing": ("copy_message", {"from_chat_id": ANNA, "message_id": 99}, "bad", "message to copy not found"),
    "unknown query": ("answer_callback_query", {"chat_id": None, "callback_query_id": "1"}, "bad", "query is too old"),
    "topic in private": ("create_forum_topic", {"name": "x"}, "bad", "the chat is not a forum"),
    "topic without a name": ("create_forum_topic", {"chat_id": FORUM, "name": "  "}, "bad", "title must be non-empty"),
    "unknown topic": ("close_forum_topic", {"chat_id": FORUM, "message_thread_id": 9}, "bad", "topic_id_invalid"),
    "unknown file": ("get_file", {"chat_id": None, "file_id": "x"}, "bad", "wrong remote file identifier specified"),
    "no administrators": ("get_chat_administrators", {}, "bad", "there are no administrators in the private chat"),
}  # fmt: skip


@pytest.fixture
def desk(fake: Telegram, shop: Bot) -> Group:
    """A forum with a stranger in it, where the bot is administrator; Anna wrote to the bot, Ben did not."""
    fake.user(ANNA, "Anna").says("hello")
    group = fake.group(FORUM)
    group.add(fake.user(BEN, "Ben"))
    group.promote(shop)
    fake.bot(DESK, "Desk")
    return group


@pytest.mark.parametrize("case", REFUSED)
async def test_a_refusal_is_the_frameworks_exception(client: Client, desk: Group, case: str) -> None:
    method, arguments, kind, words = REFUSED[case]
    with client.refused(words, kind):
        await client.call(method, **{key: value for key, value in ({"chat_id": ANNA} | arguments).items() if value})


async def test_a_wrong_token(client: Client, desk: Group) -> None:
    with client.refused(kind="token"):
        await client.call("get_me", "300:nobody")


async def test_who_blocks_the_bot_hears_nothing_and_the_bot_is_told(client: Client, desk: Group, shop: Bot) -> None:
    anna = client.fake.world.users[ANNA]
    anna.blocks()
    with client.refused("bot was blocked by the user", "forbidden"):
        await client.call("send_message", chat_id=ANNA, text="x")
    updates = await client.call("get_updates")
    assert updates[-1].my_chat_member.new_chat_member.status == "kicked"
    anna.unblocks()
    await client.call("send_message", chat_id=ANNA, text="x")


async def test_a_kicked_bot(client: Client, desk: Group, shop: Bot) -> None:
    desk.kick(shop)
    with client.refused("bot was kicked from the supergroup chat", "forbidden"):
        await client.call("send_message", chat_id=FORUM, text="x")
    desk.promote(shop)
    await client.call("leave_chat", chat_id=FORUM)
    with client.refused("bot is not a member of the supergroup chat", "forbidden"):
        await client.call("send_message", chat_id=FORUM, text="x")


async def test_a_demoted_bot_has_not_enough_rights(client: Client, desk: Group, shop: Bot) -> None:
    topic = desk.owner_makes("by hand")
    desk.demote(shop)
    message = await client.call("send_message", chat_id=FORUM, text="members may write")
    for method, arguments in (
        ("create_forum_topic", {"name": "x"}),
        ("edit_forum_topic", {"name": "x", "message_thread_id": topic.id}),
        ("close_forum_topic", {"message_thread_id": topic.id}),
        ("delete_forum_topic", {"message_thread_id": topic.id}),
        ("pin_chat_message", {"message_id": message.message_id}),
    ):
        with client.refused("not enough rights to"):
            await client.call(method, chat_id=FORUM, **arguments)
    topic.is_closed = True
    with client.refused("topic_closed"):
        await client.call("send_message", chat_id=FORUM, text="x", message_thread_id=topic.id)
    desk.silence(shop)
    with client.refused("not enough rights to send text messages"):
        await client.call("send_message", chat_id=FORUM, text="x")


async def test_a_group_that_migrated_says_where_to(client: Client, shop: Bot, fake: Telegram) -> None:
    old = fake.group(-55)
    old.promote(shop)
    old.migrates(-1005)
    with client.refused(kind="migrated") as caught:
        await client.call("send_message", chat_id=-55, text="x")
    found = caught.value.migrate_to_chat_id if client.name == "aiogram" else caught.value.new_chat_id
    assert found == -1005
    topic = await client.call("create_forum_topic", chat_id=found, name="there")
    assert fake.world.groups[-1005].topic("there").id == topic.message_thread_id


async def test_topics_live_and_die(client: Client, desk: Group) -> None:
    ours = {"chat_id": FORUM}
    topic = await client.call("create_forum_topic", name="n" * 130, **ours)
    assert topic.name == "n" * 128  # the rest is cut silently
    ours["message_thread_id"] = topic.message_thread_id
    await client.call("edit_forum_topic", name="leaks", **ours)
    await client.call("close_forum_topic", **ours)
    for method, arguments in (("close_forum_topic", {}), ("edit_forum_topic", {"name": "leaks"})):
        with client.refused("topic_not_modified"):
            await client.call(method, **ours, **arguments)
    await client.call("send_message", text="managers write into closed ones", **ours)
    await client.call("reopen_forum_topic", **ours)
    assert len(desk.topic("leaks").messages) == 1
    await client.call("delete_forum_topic", **ours)
    with client.refused("message thread not found"):
        await client.call("send_message", text="x", **ours)
    assert len(await client.call("get_forum_topic_icon_stickers")) > 1


async def test_edits_change_a_message_once(client: Client, desk: Group) -> None:
    keyboard = client.keyboard([("Yes", "y"), ("No", "n")])
    sent = await client.call("send_message", chat_id=ANNA, text="<b>Is</b> it?", parse_mode="HTML",
                             reply_markup=keyboard)  # fmt: skip
    same = {"chat_id": ANNA, "message_id": sent.message_id}
    with client.refused("message is not modified"):
        await client.call("edit_message_text", text="<b>Is</b> it?", parse_mode="HTML", reply_markup=keyboard, **same)
    with client.refused("there is no caption in the message to edit"):
        await client.call("edit_message_caption", caption="x", **same)
    await client.call("edit_message_text", text="It is.", **same)
    shown = client.fake.chat(ANNA).messages[-1]
    assert (shown.text, shown.labels, shown.edits) == ("It is.", [], 1)
    await client.call("edit_message_reply_markup", reply_markup=client.keyboard([("Back", "b")]), **same)
    assert shown.labels == ["Back"]
    await client.call("delete_message", **same)
    assert client.fake.chat(ANNA).texts == ["hello"]


async def test_a_bot_reacts_with_one_known_emoji(client: Client, desk: Group) -> None:
    asked = client.fake.chat(ANNA).messages[0]
    for emoji, words in ((["🧨"], "reaction_invalid"), (["👍", "👀"], "reactions_too_many")):
        with client.refused(words):
            await react(client, asked.id, *emoji)
    await react(client, asked.id, "👀")
    assert asked.reactions == {100: "👀"}
    await react(client, asked.id)
    assert asked.reactions == {}


async def react(client: Client, message: int, *emoji: str) -> None:
    reaction = [client.types.ReactionTypeEmoji(emoji=one) for one in emoji]
    await client.call("set_message_reaction", chat_id=ANNA, message_id=message, reaction=reaction)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([[("x", "d" * 65)]], "button_data_invalid"),
        ([[("x", "ж" * 33)]], "button_data_invalid"),
        ([[(" ", "d")]], "button_text_invalid"),
        ([[("x", "d")] * 9], "reply markup is too long"),
        ([[("x", "d")]] * 101, "reply markup is too long"),
        ([[("x" * 500, "d")]] * 30, "reply markup is too long"),
    ],
)
async def test_keyboards_have_limits(client: Client, desk: Group, rows: Any, words: str) -> None:
    with client.refused(words):
        await client.call("send_message", chat_id=ANNA, text="x", reply_markup=client.keyboard(*rows))


async def test_files_have_limits_and_belong_to_one_bot(client: Client, desk: Group) -> None:
    fake = client.fake
    fake.sizes.photo, fake.sizes.upload, fake.sizes.download = 2000, 3000, 1500
    send = {"chat_id": ANNA}
    with client.refused("too big for a photo"):
        await client.call("send_photo", photo=client.file(PICTURE + b"x" * 2000), **send)
    with client.refused("image_process_failed"):
        await client.call("send_photo", photo=client.file(b"no picture"), **send)
    wide = PICTURE[:16] + struct.pack(">II", 2100, 100) + PICTURE[24:]
    with client.refused("photo_invalid_dimensions"):
        await client.call("send_photo", photo=client.file(wide), **send)
    with client.refused(kind="size"):
        await client.call("send_document", document=client.file(b"x" * 3001), **send)
    with client.refused("message caption is too long"):
        await client.call("send_photo", photo=client.file(PICTURE), caption="x" * 1025, **send)
    sent = await client.call("send_document", document=client.file(b"x" * 1501, "big.txt"), **send)
    with client.refused("file is too big"):
        await client.call("get_file", file_id=sent.document.file_id)
    small = await client.call("send_document", document=client.file(b"small", "s.txt"), **send)
    await client.call("send_document", document=small.document.file_id, **send)
    with client.refused("wrong file_id or the file is temporarily unavailable"):
        await client.call("get_file", DESK, file_id=small.document.file_id)


async def test_the_body_of_a_call_has_a_limit(client: Client) -> None:
    """Told by the server before it read everything, as with 50 MB."""
    fake = client.fake
    await fake.stop()
    fake.sizes.upload = 1000
    await fake.start()
    fake.user(ANNA).says("hi")
    with client.refused(kind="size"):
        await client.call("send_document", chat_id=ANNA, document=client.file(b"x" * 200_000))


async def test_rates_of_a_group(client: Client, desk: Group) -> None:
    client.fake.rates.chat = False
    for number in range(10):
        await client.call("send_message", chat_id=FORUM, text=f"{number}")
        await client.call("create_forum_topic", chat_id=FORUM, name=f"{number}")
    with client.refused(kind="wait") as caught:
        await client.call("send_message", chat_id=FORUM, text="the 21st")
    assert 50 < seconds(caught.value) <= 60
    await client.call("send_message", chat_id=ANNA, text="others are not touched")
    client.fake.forward(60)
    await client.call("send_message", chat_id=FORUM, text="a minute later")


async def test_rates_of_a_chat_and_of_all(client: Client, desk: Group) -> None:
    fake = client.fake
    for number in range(5):
        await client.call("send_message", chat_id=ANNA, text=f"{number}")
    with client.refused(kind="wait") as caught:
        await client.call("send_message", chat_id=ANNA, text="one more")
    assert seconds(caught.value) == 1
    fake.forward(1)
    await client.call("send_message", chat_id=ANNA, text="a second later")
    fake.rates.chat = False
    fake.forward(1)
    fake.rates.spend(100, ANNA, 30)  # quicker than any client
    with client.refused(kind="wait"):
        await client.call("send_message", chat_id=ANNA, text="x")
    fake.rates.off()
    await client.call("send_message", chat_id=ANNA, text="x")


def seconds(error: Any) -> float:
    wait = error.retry_after
    return float(wait.total_seconds() if hasattr(wait, "total_seconds") else wait)


async def test_buttons_are_answered_once_and_in_time(client: Client, desk: Group) -> None:
    fake, anna = client.fake, client.fake.world.users[ANNA]
    await client.call("send_message", chat_id=ANNA, text="?", reply_markup=client.keyboard([("Yes", "y")]))
    question = fake.chat(ANNA).messages[-1]
    first = anna.presses(question, "Yes")
    await client.call("answer_callback_query", callback_query_id=first.id, text="Thank you")
    assert first.answer == {"text": "Thank you", "show_alert": False}
    late = anna.presses(question, "Yes")
    fake.forward(151)
    for query in (first, late):
        with client.refused("query is too old"):
            await client.call("answer_callback_query", callback_query_id=query.id)
    assert [update.callback_query for update in await client.call("get_updates") if update.callback_query] == []
    with pytest.raises(AssertionError, match="no button 'No' to press; there are"):
        anna.presses(question, "No")


async def test_a_method_it_does_not_know_is_a_complaint(client: Client) -> None:
    """A bot that calls it fails its test, with a sentence, even where the bot swallows the error."""
    with suppress(Exception):
        await client.call("send_dice", chat_id=ANNA)
    assert client.fake.complaints == ["sendDice was called, but this fake does not know it: see methods/"]
    with pytest.raises(AssertionError, match="sendDice was called"):
        await client.fake.__aexit__(None)
    client.fake.complaints.clear()
