"""A customer in Telegram: writes, presses, chooses, in six languages; the bot answers as it does everywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.storage.desk import tell
from handlers.voice import spoken_languages
from handlers.words import Choice
from tests.bot.channels.telegram.conftest import Shop, running
from tests.fakes.postgres import Postgres
from tests.fakes.site import CERTAIN
from tests.fakes.telegram import PICTURE, Bot, Person, Telegram


async def test_a_question_is_answered_and_the_answer_rated(fake: Telegram, shop: Shop, anna: Person) -> None:
    asked = anna.says(CERTAIN)
    answer = await fake.answer_to(asked)
    assert "leak" in answer.text.lower()
    assert (answer.entities[0]["type"], answer.entities[0]["offset"]) == ("bold", 0)
    assert answer.reply_to is None
    query = anna.presses(answer, answer.labels[0])
    await fake.until(lambda: query.answer is not None)
    await fake.until(lambda: len(asked.chat.messages) == 3)
    assert answer.labels  # the keyboard stays
    said = await shop.talk(anna)
    assert [message.author for message in said] == ["customer", "bot", "customer", "bot"]
    await shop.quiet(anna)


async def test_start_with_a_payload_and_every_command(fake: Telegram, shop: Shop, anna: Person, ours: Bot) -> None:
    welcome = await fake.answer_to(anna.starts("washer-leaks"))
    assert "assistant of Alma Home" in welcome.text
    help_ = await fake.answer_to(anna.says(f"/help@{ours.username}"))
    assert "I answer questions" in help_.text
    which = await fake.answer_to(anna.says("/language"))
    anna.presses(which, "Čeština")
    changed = await fake.answer_to(which)
    assert "česky" in changed.text
    asked = await fake.answer_to(anna.says("/human"))
    assert asked.labels
    await shop.quiet(anna)


async def test_the_app_s_language_is_the_first_one_spoken(fake: Telegram, shop: Shop) -> None:
    kk = fake.user(8, "Айгүл", "kk")
    welcome = await fake.answer_to(kk.starts())
    assert welcome.text == small(shop, "start.welcome", "kk")


def small(shop: Shop, phrase: str, language: str) -> str:
    return shop.app.mind.services.say(phrase, language)


async def test_a_persian_answer_begins_from_the_right(fake: Telegram, fetching: Shop) -> None:
    fa = fake.user(9, "سارا", "fa")
    welcome = await fake.answer_to(fa.starts())
    paragraphs = [line for line in welcome.text.split("\n") if line.strip()]
    assert paragraphs
    assert all(line.startswith("\u200f") for line in paragraphs)


async def test_typing_is_shown_while_the_bot_thinks(fake: Telegram, fetching: Shop, anna: Person) -> None:
    asked = anna.says("hello")
    await fake.answer_to(asked)
    await fake.until(lambda: asked.chat.actions == [(None, "typing")])


async def test_previews_are_off_and_the_commands_are_there_in_every_language(
    fake: Telegram, fetching: Shop, anna: Person, ours: Bot
) -> None:
    await fake.until(lambda: len(ours.commands) == len(spoken_languages()) + 1)
    menu = {language: commands for (_, language), commands in ours.commands.items()}
    assert set(menu) == {"", *spoken_languages()}
    assert menu[""] == menu["en"]
    assert len({commands[0]["description"] for commands in menu.values()}) == len(spoken_languages())
    assert [command["command"] for command in menu["kk"]] == ["help", "status", "human", "warranty", "language"]
    await fake.answer_to(anna.says("hello"))
    (call,) = fake.called("sendMessage")
    assert call.json("link_preview_options") == {"is_disabled": True}


async def test_a_group_another_bot_and_telegram_s_own_notices_are_ignored(
    fake: Telegram, fetching: Shop, anna: Person, ours: Bot
) -> None:
    group = fake.group(-1001, "Neighbours", forum=False)
    group.add(anna)
    group.add(ours)
    anna.writes(group, f"/help@{ours.username}")
    await fake.answer_to(anna.says("hello"))
    await fetching.quiet(anna)
    assert [message.sender for message in group.messages if not message.service] == [anna]
    assert len(await fetching.talk(anna)) == 2


async def test_customers_are_served_side_by_side_and_each_in_order(fake: Telegram, shop: Shop) -> None:
    people = [fake.user(number, f"P{number}") for number in range(20, 30)]
    for text in ("hello", "thank you", "goodbye"):
        for person in people:
            person.says(text)
    for person in people:
        await fake.until(lambda person=person: len(person.chat_with().messages) == 6, 15)
        said = await shop.talk(person)
        assert [message.text for message in said if message.author == "customer"] == ["hello", "thank you", "goodbye"]
        answers = [message.text for message in said if message.author == "bot"]
        assert [message.text for message in person.chat_with().messages if message.sender.is_bot] == answers


async def test_a_long_answer_comes_in_parts_with_the_buttons_below_the_last(
    fake: Telegram, fetching: Shop, anna: Person
) -> None:
    await fake.answer_to(anna.says("hello"))
    text = "\n\n".join(f"Step {number}: " + "turn the screw. " * 40 for number in range(20))
    store, now = fetching.app.store, fetching.app.now()
    await store.write(lambda c: tell(c, 1, lambda _: (text, (Choice("person", "A person"),)), now, lambda _: True))
    fetching.app.outbox.wake()
    chat = anna.chat_with()
    await fake.until(lambda: chat.messages[-1].labels == ["A person"])
    parts = [message.text for message in chat.messages[2:]]
    assert len(parts) > 2
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert [bool(message.labels) for message in chat.messages[2:]] == [False] * (len(parts) - 1) + [True]


@pytest.mark.server
@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_the_same_on_postgresql(
    fake: Telegram, tmp_path: Path, postgres: Postgres, anna: Person, mode: str
) -> None:
    with postgres.database() as url:
        async with running(fake, tmp_path, mode, storage={"url": url}) as shop:
            answer = await fake.answer_to(anna.says(CERTAIN))
            anna.presses(answer, answer.labels[0])
            anna.sends_album([PICTURE, PICTURE])
            await fake.until(lambda: len(anna.chat_with().messages) == 6)
            await shop.quiet()
            said = await shop.talk(anna)
            assert [len(message.attachments) for message in said if message.author == "customer"] == [0, 0, 2]
