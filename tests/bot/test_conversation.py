"""One turn: language, owner, state and choices, from a message to what shall be written."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest

from bot.conversation import PENDING, Conversation, Thought
from bot.storage.conversations import Standing, Waiting
from handlers.detector import Detector
from handlers.router import Topic
from handlers.rules.hearing import Vocabulary
from handlers.services import Services
from handlers.words import AnswerGiven, Choice, Message, Outcome, Reply, Snapshot, TicketWanted, Turn
from tests.fakes.clock import NOON
from tests.fakes.spine import SAMPLES, PlainServices

YES = Choice("yes", "Yes")
EVENT = AnswerGiven("q", "abstain", 0.1)
CZECH = Snapshot("cs", "bot", {"rung": 1}, (YES,))


class Asked:
    """A topic that remembers its turn and answers with a given outcome."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome, self.turns = outcome, list[Turn]()

    async def __call__(self, turn: Turn) -> Outcome:
        self.turns.append(turn)
        return self.outcome


async def think(
    topic: Asked, snapshot: Snapshot, message: Message | None = None, services: PlainServices | None = None
) -> Thought:
    return await conversation(topic, services).think(waiting(message or Message("hello")), stands(snapshot), NOON)


def conversation(topic: Asked, services: PlainServices | None = None) -> Conversation:
    detector = Detector.train(SAMPLES)
    return Conversation(cast(Services, services or PlainServices()), [Topic("asked", 1, topic)], lambda: detector, "en")


def waiting(message: Message) -> Waiting:
    return Waiting(7, 3, 5, "website", message, 0)


def stands(snapshot: Snapshot) -> Standing:
    return Standing(snapshot, 4, "website", "anna")


async def test_an_outcome_becomes_a_write() -> None:
    topic = Asked(Outcome((Reply("a"), Reply("b", (YES,))), (EVENT,), {"rung": 2}))
    thought = await think(topic, CZECH)
    write = thought.write
    assert (write.replies, write.state["rung"], write.language, write.owner) == (topic.outcome.replies, 2, "cs", "bot")
    assert (write.version, write.waiting.inbox_id, write.now, write.parked) == (4, 7, NOON, None)
    assert write.offered == (YES,)  # of the last reply
    assert thought.events == (EVENT,)


async def test_a_topic_sees_the_conversation_as_it_stood() -> None:
    topic = Asked(Outcome())
    await think(topic, CZECH)
    (turn,) = topic.turns
    assert (turn.conversation, turn.language, turn.now) == (CZECH, "cs", NOON)
    assert turn.message.text == "hello"


async def test_a_topic_may_change_the_language() -> None:
    thought = await think(Asked(Outcome((Reply("ok"),), language="en")), CZECH)
    assert thought.write.language == "en"


async def test_without_a_reply_the_offer_stands() -> None:
    """A typed "1" after a silent turn still means the first choice."""
    assert (await think(Asked(Outcome()), CZECH)).write.offered == (YES,)
    assert (await think(Asked(Outcome((Reply("x"),))), CZECH)).write.offered == ()


async def test_the_bot_is_silent_once_a_person_has_taken_over() -> None:
    topic = Asked(Outcome((Reply("never said"),)))
    thought = await think(topic, replace(CZECH, owner="human"))
    assert topic.turns == []
    assert (thought.write.replies, thought.events, thought.write.owner) == ((), (), "human")
    assert thought.write.state["rung"] == 1
    assert thought.write.offered == CZECH.offered


async def test_until_a_person_comes_the_bot_goes_on() -> None:
    thought = await think(Asked(Outcome((Reply("meanwhile"),))), replace(CZECH, owner="queued"))
    assert [reply.text for reply in thought.write.replies] == ["meanwhile"]


async def test_danger_told_to_a_person_is_heard_by_the_desk_without_a_word_of_the_bot() -> None:
    class Danger(PlainServices):
        def vocabulary(self, name: str) -> Vocabulary:
            return Vocabulary(["smoke"])

    thought = await think(Asked(Outcome()), replace(CZECH, owner="human"), Message("there is smoke"), Danger())
    assert thought.write.replies == ()
    assert thought.events == (TicketWanted("safety", "there is smoke", priority="urgent"),)


async def test_a_language_heard_once_is_remembered_in_the_state_and_forgotten_again() -> None:
    heard = await think(Asked(Outcome(state={"rung": 1})), CZECH, Message("loud machine"))
    assert heard.write.state.get(PENDING) in ("en", None)
    settled = await think(Asked(Outcome(state={"rung": 1, PENDING: "en"})), CZECH, Message("kde je moje zásilka"))
    assert PENDING not in settled.write.state  # whatever the topic copied


@pytest.mark.parametrize("message", [Message("", "yes"), Message("/start")])
async def test_a_button_or_a_command_tells_no_language(message: Message) -> None:
    thought = await think(Asked(Outcome()), replace(CZECH, state={PENDING: "en"}), message)
    assert thought.write.language == "cs"


@pytest.mark.parametrize(("hint", "language"), [("cs-CZ", "cs"), ("de", "en"), (None, "en")])
async def test_the_first_words_are_answered_in_the_channel_s_language_or_the_default(
    hint: str | None, language: str
) -> None:
    thought = await think(Asked(Outcome()), Snapshot(None), Message("?", language_hint=hint))
    assert thought.write.language == language


async def test_what_a_topic_raises_comes_through() -> None:
    class Broken(Asked):
        async def __call__(self, turn: Turn) -> Outcome:
            raise KeyError("mine")

    with pytest.raises(KeyError):
        await think(Broken(Outcome()), CZECH)


def test_trouble_is_told_a_person_is_offered_and_nothing_is_forgotten() -> None:
    thought = conversation(Asked(Outcome())).trouble(waiting(Message("x")), stands(CZECH), "KeyError", NOON)
    (reply,) = thought.write.replies
    assert reply.text == "fallback.trouble [cs]"
    assert [choice.id for choice in reply.choices] == ["person"]
    assert (thought.write.parked, thought.write.state) == ("KeyError", CZECH.state)


def test_trouble_is_not_told_into_a_person_s_talk() -> None:
    standing = stands(replace(CZECH, owner="human"))
    thought = conversation(Asked(Outcome())).trouble(waiting(Message("x")), standing, "KeyError", NOON)
    assert thought.write.replies == ()
    assert thought.write.parked == "KeyError"


def test_a_conversation_writes_nothing_itself() -> None:
    """Handlers answer with values; the shell acts."""
    held: dict[str, Any] = vars(conversation(Asked(Outcome())))
    assert not any("store" in name or "hub" in name for name in held)


async def test_a_text_in_other_letters_is_answered_in_the_language_it_was_meant_in() -> None:
    """In the first message and in the middle of a talk; the topics see both, and the text as it was typed is kept."""

    class Letters(PlainServices):
        def meant(self, text: str, language: str) -> str:
            return {"wash machine": "kde je moje zásilka"}.get(text, text)

    topic, detector = Asked(Outcome()), Detector.train(SAMPLES)
    talk = Conversation(cast(Services, Letters()), [Topic("asked", 1, topic)], lambda: detector, "en")
    for snapshot in (Snapshot(None), Snapshot("en")):
        thought = await talk.think(waiting(Message("wash machine")), stands(snapshot), NOON)
        assert thought.write.language == "cs"
        turn = topic.turns.pop()
        assert (turn.language, turn.message.text, turn.meant) == ("cs", "wash machine", "kde je moje zásilka")
