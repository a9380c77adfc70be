"""Journeys through the whole bot: from the website or from Telegram into the agents' group, and back.

Everything is real but Telegram itself and the pace it asks for. Each journey goes once by polling and once by webhook.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.desk.canned import Canned
from tests.fakes.site import CERTAIN, Visitor, frames, line
from tests.fakes.telegram import PICTURE, Message, Telegram
from tests.journeys.shop import Shop, in_a_hurry, lines_of, open_shop, said

PDF = b"%PDF-1.4 a repair form"
NAMES = {"AC", "Alma", "Home", "E", "mail"}  # Latin words that are right in a Kazakh sentence
CONFIRM, SCORE = "Yes, it is solved", "5"


@pytest.fixture(params=["polling", "webhook"])
async def shop(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Shop]:
    in_a_hurry(monkeypatch)
    async with Telegram() as fake:
        fake.rates.off()
        async with open_shop(fake, tmp_path, request.param) as shop:
            yield shop


# ---- from the website


class Customer:
    """Somebody on the website, with the words of the widget: a pressed button is sent with its label."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor

    async def says(self, words: str) -> dict[str, Any]:
        return (await self.visitor.hear(await self.visitor.say(words, language="en")))[-1]

    async def presses(self, label: str) -> dict[str, Any]:
        offered = [choice for message in await self.talk() for choice in message["choices"]]
        (chosen,) = {choice["id"] for choice in offered if choice["label"] == label}
        return (await self.visitor.hear(await self.visitor.say(label, choice=chosen)))[-1]

    async def talk(self) -> list[dict[str, Any]]:
        return await self.visitor.read()


def transcript(talk: Sequence[dict[str, Any]]) -> list[str]:
    """The talk as its customer sees it, in the form of `lines_of`."""
    signs = {"customer": "👤", "bot": "🤖", "agent": "💬"}
    return [said(signs[message["author"]] + message["text"]) for message in talk]


def assert_same_talk(shown: Sequence[str], talk: Sequence[str]) -> None:
    """Line by line; agents see only the beginning of what the bot said at length."""
    assert len(shown) == len(talk), "\n".join(["the topic:", *shown, "the talk:", *talk])
    for here, there in zip(shown, talk, strict=True):
        assert here == there or (here.startswith("🤖") and len(here) > 150 and there.startswith(here))


async def test_from_the_website_to_the_topic_and_back(shop: Shop) -> None:
    anna = Customer(await Visitor.arrive(shop.http))
    assert "Washing machine leaks" in (await anna.says(CERTAIN))["text"]
    assert "Maybe one of these" in (await anna.presses("No"))["text"]
    await anna.presses("None of these")
    assert "AC-000001" in (await anna.says("I want to talk to a person"))["text"]
    await shop.quiet()

    topic = shop.group.topic("AC-000001")
    card = topic.messages[0]
    for words in (CERTAIN, "English · Website", "washer-leaks (did not help)", "Taken by: nobody yet"):
        assert words in card.words
    assert_same_talk(lines_of(topic), transcript(await anna.talk()))

    pressed = shop.jana.presses(card, "Take")
    await shop.quiet()
    assert pressed.answer is not None
    assert "Taken by: Jana" in card.words

    answer = await shop.writes(topic, "Please close the tap. Is the filter tihgt?")
    heard = (await anna.talk())[-1]
    assert (heard["author"], heard["text"]) == ("agent", "Please close the tap. Is the filter tihgt?")
    await anna.visitor.say("It was loose!")
    await shop.quiet()
    assert topic.messages[-1].words == "👤 It was loose!"

    note = await shop.writes(topic, "// the filter again, tell the workshop")
    assert note.reactions == {shop.desk.id: "👌"}
    async with line(shop.http, anna.visitor.token, heard["seq"]) as socket:
        shop.jana.edits(answer, "Please close the tap. Is the filter tight?")
        *_, edited = await frames(socket, lambda frame: bool(frame.get("message", frame).get("revision")))
    assert edited.get("message", edited)["seq"] == heard["seq"]
    assert (await anna.talk())[heard["seq"] - 1]["text"] == "Please close the tap. Is the filter tight?"

    await shop.writes(topic, "/solved")
    await anna.presses(CONFIRM)
    until_closed = await anna.talk()
    assert "Thank you, your rating" in (await anna.presses(SCORE))["text"]
    await shop.quiet()
    assert "Rating: 5/5" in card.words
    assert topic.name.startswith("🔒")
    assert topic.is_closed
    inside = [one for one in lines_of(topic) if one.startswith("📝")]
    assert inside == ["📝 the filter again tell the workshop"]
    assert_same_talk([one for one in lines_of(topic) if one not in inside], transcript(until_closed))
    assert "workshop" not in str(await anna.talk())


# ---- from Telegram, in Kazakh


async def test_in_telegram_and_in_kazakh(shop: Shop) -> None:
    aigerim, jana, say = shop.fake.user(7, "Әйгерім", "kk", "aigerim"), shop.jana, shop.phrase
    chat = aigerim.chat_with(shop.customers)
    await shop.told(aigerim, aigerim.starts(bot=shop.customers))
    (answer,) = await shop.says(aigerim, "Кір жуғыш машинадан су ағады")
    assert "су кранын жабыңыз" in answer.text
    await shop.told(aigerim, aigerim.sends_photo(PICTURE, to=shop.customers))
    (passed_on,) = await shop.says(aigerim, "маған адам керек, оператормен сөйлескім келеді")
    assert "AC-000001" in passed_on.text
    await shop.presses(aigerim, say("escalation.without_contact"))

    topic = shop.group.topic("AC-000001")
    card = topic.messages[0]
    assert "Customer: Kazakh · Telegram" in card.words
    (photo,) = [post.media for post in topic.messages if post.media]
    assert (photo.kind, photo.file.content) == ("photo", PICTURE)
    assert said(f"👤 {say('escalation.without_contact')}") in lines_of(topic)

    note = await shop.writes(topic, "// she wrote twice last week")
    assert note.reactions == {shop.desk.id: "👌"}
    before = chat.messages[-1]
    jana.sends_document(PDF, "form.pdf", to=topic, caption="Осы парақты толтырыңызшы.")
    form, words = await shop.told(aigerim, before)
    assert words.text == "Осы парақты толтырыңызшы."
    assert form.media is not None
    assert (form.media.file.content, form.media.file.name) == (PDF, "form.pdf")

    asked = aigerim.says("Қайда қол қойдым?", shop.customers)
    await shop.quiet()
    aigerim.edits(asked, "Қайда қол қоямын?")
    await shop.quiet()
    assert topic.messages[-1].words == "👤 Қайда қол қоямын?"
    await shop.writes(topic, "Төменгі жағына.", reply_to=topic.messages[-1])
    assert chat.messages[-1].reply_to is asked
    await shop.writes(topic, "/canned photo")
    canned = chat.messages[-1]
    assert canned.text == Canned().text("photo", "kk")

    jana.presses(card, "Solved")
    await shop.quiet()
    (survey,) = await shop.says(aigerim, "иә, бәрі істеп тұр")
    assert survey.labels == ["1", "2", "3", "4", "5"]
    await shop.presses(aigerim, "2")
    await shop.presses(aigerim, say("survey.tag_slow"))
    await shop.presses(aigerim, say("survey.done"))
    await shop.says(aigerim, "Үш рет қоңырау шалуға тура келді.")
    kept = await shop.one("SELECT score, tags, comment FROM surveys")
    assert kept == (2, '["slow"]', "Үш рет қоңырау шалуға тура келді.")
    await shop.quiet()
    assert "Rating: 2/5 · Үш рет қоңырау шалуға тура келді." in card.words
    assert_only_kazakh(shop, [one for one in chat.messages if one.sender is shop.customers and one.text])
    assert "twice" not in " ".join(chat.texts)


def assert_only_kazakh(shop: Shop, messages: Sequence[Message]) -> None:
    """Neither a word of English nor a sentence or button in any other language."""
    guess = shop.app.mind.knowledge.live.detector.guess
    assert len(messages) > 10
    for message in messages:
        for words in (message.text, *message.labels):
            assert set(re.findall("[A-Za-z]+", words)) <= NAMES, words
            spoken = guess(words)
            assert spoken is None or spoken.language == "kk", words
        assert guess(message.text) is not None


# ---- one voice at a time


async def test_the_bot_is_silent_while_an_agent_has_the_ticket(shop: Shop) -> None:
    boris = shop.fake.user(8, "Boris", "en")
    (answer,) = await shop.says(boris, CERTAIN)
    await shop.says(boris, "/human")
    topic = shop.group.topic("AC-000001")
    assert await shop.says(boris, "hello"), "nobody has taken it: the bot goes on"

    for silencing in ("/take", "Is it new?", "/waiting"):
        await shop.writes(topic, silencing)
        for words in ("hello", CERTAIN, "/help", "/human", "thank you"):
            assert await shop.says(boris, words) == [], f"after {silencing!r} the bot answered {words!r}"
        pressed = boris.presses(answer, "No")
        assert await shop.told(boris, boris.chat_with(shop.customers).messages[-1]) == []
        assert pressed.answer is not None, "a pressed button is answered whoever speaks"

    await shop.writes(topic, "/bot")
    assert await shop.says(boris, "hello")
    assert "hand_back" in str(await shop.all("SELECT action FROM ticket_events"))
    await shop.writes(topic, "One thing more: since when?")
    assert await shop.says(boris, "hello") == []

    await shop.writes(topic, "/solved")
    (answer,) = await shop.says(boris, CERTAIN)
    assert "Washing machine leaks" in answer.text
    told = [message.text for message in boris.chat_with(shop.customers).messages if message.sender is shop.customers]
    assert told.count("Is it new?") == told.count("One thing more: since when?") == 1
