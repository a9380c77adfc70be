"""What every file in `handlers/topics` must do, whatever a customer sends. The dialogues say what each one is for."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from bot.ports import storable
from handlers.router import Topic, find_topics, route
from handlers.voice import spoken_languages
from handlers.words import (
    TICKET,
    Attachment,
    Choice,
    Event,
    Message,
    Outcome,
    Snapshot,
    SurveyAnswered,
    TicketActed,
    TicketWanted,
    Turn,
    WalkView,
)
from tests.fakes.records import FakeRecords
from tests.fakes.services import NOW, a_ticket, a_turn, mind_with, shared_mind
from tests.knowledge_base.nasty import TEXTS

TOPICS = find_topics()
CHOICE_BYTES = 64
LABEL_CHARACTERS = 100
SHIPPED_CHOICES = (
    "person", "again", "none", "contact:none", "contact:done", "language:cs", "entry:washer-leaks", "entry:",
    "rate:yes:washer-leaks:0badcafe", "rate:no:washer-leaks:0badcafe", "rate:", "language:", "rate:maybe:x:y",
    "ticket:confirm:1", "ticket:reopen:1", "ticket:reopen:99", "ticket:close:1", "ticket:confirm:x", "ticket:",
    "survey:1:2:5", "survey:1:2:2", "survey:1:2:9", "survey:1:7:5", "survey:99:2:5", "survey:1:2:slow",
    "flow:start:laptop-no-power", "flow:start:no-such-flow", "flow:start:", "flow:go", "flow:back", "flow:skip",
    "flow:again", "flow:beef:signs:nothing", "flow:",
    "survey:1:2:done", "survey:1:2:comment", "survey:1:2:skip", "survey:1:2:", "survey:",
    "warranty:check", "warranty:where:phone", "warranty:where:moon", "warranty:yes", "warranty:no", "warranty:sign:0",
    "warranty:sign:Q", "warranty:country:CZ", "warranty:country:other", "warranty:country:XX", "warranty:proof",
    "warranty:code", "warranty:keep", "warranty:again", "warranty:broken", "warranty:claim", "warranty:",
    "warranty:page:warranty-vs-law", "warranty:page:no-such-entry",
)  # fmt: skip
STATES: tuple[dict[str, Any], ...] = (
    {},
    {"topic": "ladder", "question": "x", "others": ["tv-remote", "no-such-entry"], "climbed": ["suggest"]},
    {"topic": "ladder", "question": "x", "others": [], "climbed": ["suggest", "rephrase"], "rephrasing": True},
    {"topic": "escalation", "step": "contact", "described": False},
    {"topic": "escalation", "step": "description", "contact": None},
    {"topic": "escalation", "step": "stored"},
    {"topic": "ladder", "question": "x", "others": [], "climbed": [], "unsure": 1, "suggested": True},
    {"files": True},
    {"topic": "survey", "number": 1, "resolution": 2, "tags": ["slow"]},
    {"topic": "survey", "number": 1, "resolution": 2, "step": "comment"},
    {"topic": "survey", "number": 99, "resolution": 2, "step": "comment"},
    {"topic": "warranty", "step": "serial", "question": "x", "failures": 1},
    {"topic": "warranty", "step": "meant", "offered": "AB12C3456", "failures": 0},
    {"topic": "warranty", "step": "sign", "serial": "TV55X0O07", "place": 7, "signs": ["O", "0"]},
    {"topic": "warranty", "step": "sign", "serial": 7, "place": "7", "signs": "O0", "failures": "many"},
    {"topic": "warranty", "step": "country", "serial": "AB12C3456", "asked_country": True},
    {"topic": "warranty", "step": "proof", "serial": "AB12C3456", "failures": 2},
    {"topic": "warranty", "step": "code", "serial": "AB12C3456"},
    {"topic": "warranty", "step": "seen", "serial": "AB12C3456", "product": "fridge", "coded": "AB12C3456"},
    {"topic": "flow"},
    {"topic": "a topic of another version", "step": "unheard of"},
)

# What a door lets through: `storable` is every channel's first step.
texts = some.one_of(some.text(max_size=200), some.sampled_from(sorted(TEXTS.values(), key=len)[:12])).map(storable)
choices = some.one_of(some.none(), some.sampled_from(SHIPPED_CHOICES), some.text(min_size=1, max_size=40))
files = some.lists(some.just(Attachment("1", "photo.jpg", "image/jpeg", 10)), max_size=2).map(tuple)
messages = some.builds(Message, text=texts, choice=choices, attachments=files)
# What was offered was once a reply, and passed `check`.
shown = some.text(min_size=1, max_size=20).filter(str.strip)
offered = some.lists(
    some.builds(Choice, id=some.sampled_from([name for name in SHIPPED_CHOICES if name]), label=shown),
    max_size=4,
    unique_by=lambda choice: choice.id,
).map(tuple)
tickets = some.sampled_from(
    (
        (), (a_ticket(),), (a_ticket(status="open"),), (a_ticket(status="solved", solved=2),),
        (a_ticket(status="closed", solved=2, score=4, answered=NOW),), (a_ticket(2), a_ticket(1, "solved", solved=2)),
    )
)  # fmt: skip
STARTED = {"slug": "laptop-no-power", "version": "0badcafe", "step": "danger", "trail": [], "log": []}
walks = some.sampled_from(
    (
        (),
        (WalkView(STARTED, NOW),),
        (
            WalkView(
                {**STARTED, "step": "socket", "trail": ["danger"], "log": [["danger", "ready"], ["", "again"]]}, NOW
            ),
        ),
        (WalkView({**STARTED, "step": "no longer there"}, NOW - timedelta(days=3)),),
        (WalkView({**STARTED, "slug": "no-longer-there"}, NOW), WalkView(STARTED, NOW)),
    )
)
snapshots = some.builds(
    Snapshot, language=some.none(), state=some.sampled_from(STATES), offered=offered, tickets=tickets, walks=walks
)
languages = some.sampled_from(spoken_languages())

thorough = settings(
    max_examples=120, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
every_topic = pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)


def turn_of(message: Message, snapshot: Snapshot, language: str) -> Turn:
    return Turn(message, snapshot, language, NOW, mind_with(FakeRecords()).services)


def check(outcome: Outcome, where: str) -> None:
    """Everything the worker, the database and the smallest channel rely on."""
    for reply in outcome.replies:
        assert reply.text.strip(), f"{where}: an empty reply"
        assert len({choice.id for choice in reply.choices}) == len(reply.choices), f"{where}: a choice twice"
        for choice in reply.choices:
            assert 0 < len(choice.id.encode()) <= CHOICE_BYTES, f"{where}: choice id {choice.id!r}"
            assert 0 < len(choice.label.strip()) <= LABEL_CHARACTERS, f"{where}: label {choice.label!r}"
    for reply in outcome.replies[:-1]:
        assert not reply.choices, f"{where}: only the last reply's choices can be pressed"
    assert json.loads(json.dumps(outcome.state)) == outcome.state, f"{where}: the state must be JSON"
    assert all(isinstance(event, Event) for event in outcome.events), where
    if not any(isinstance(event, TicketWanted) for event in outcome.events):
        assert not [reply for reply in outcome.replies if TICKET in reply.text], f"{where}: nothing gives the number"
    assert outcome.language is None or outcome.language in spoken_languages(), where


@every_topic
@thorough
@given(message=messages, snapshot=snapshots, language=languages)
async def test_it_never_raises_and_what_it_answers_can_be_stored_and_sent(
    topic: Topic, message: Message, snapshot: Snapshot, language: str
) -> None:
    outcome = await topic.handle(turn_of(message, snapshot, language))
    if outcome is not None:
        check(outcome, f"handlers/topics/{topic.name}.py")
        check_own(outcome, snapshot, f"handlers/topics/{topic.name}.py")


def check_own(outcome: Outcome, snapshot: Snapshot, where: str) -> None:
    """Numbers come from outside: nothing happens to a ticket that is not the customer's."""
    own = {ticket.number for ticket in snapshot.tickets}
    named = {event.number for event in outcome.events if isinstance(event, TicketActed | SurveyAnswered)}
    assert named <= own, f"{where}: acts on tickets {named - own}"


@every_topic
@pytest.mark.parametrize("name", TEXTS)
async def test_texts_that_have_hurt_somebody(topic: Topic, name: str) -> None:
    outcome = await topic.handle(a_turn(storable(TEXTS[name]), services=shared_mind().services))
    if outcome is not None:
        check(outcome, f"handlers/topics/{topic.name}.py, {name}")


@thorough
@given(message=messages, snapshot=snapshots, language=languages)
async def test_the_last_topic_always_answers(message: Message, snapshot: Snapshot, language: str) -> None:
    last = TOPICS[-1]
    outcome = await last.handle(turn_of(message, snapshot, language))
    assert outcome is not None, f"handlers/topics/{last.name}.py: the topic with the greatest ORDER must always answer"
    assert outcome.replies, f"handlers/topics/{last.name}.py: the customer gets no word"


@thorough
@given(message=messages, snapshot=snapshots, language=languages)
async def test_whatever_comes_somebody_answers(message: Message, snapshot: Snapshot, language: str) -> None:
    outcome = await route(turn_of(message, snapshot, language), TOPICS)
    check(outcome, "route")
    assert outcome.replies, f"nobody has a word for {message}"


def test_every_topic_has_its_own_place() -> None:
    """Else which one answers would depend on the names of the files; `find_topics` names the two."""
    assert len({topic.order for topic in TOPICS}) == len(TOPICS)
