"""The pure parts: pace, kinds of trouble, the card; Telegram's own parser takes what is made."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import error

from bot.desk.telegram.card import buttons, card, title
from bot.desk.telegram.join import voice_of
from bot.desk.telegram.posting import bare
from bot.desk.telegram.posts import Words, joined, parts
from bot.desk.telegram.rates import Pace
from bot.desk.telegram.trouble import Barred, Later, Moved, PostGone, TopicGone, Unchanged, Unfit, Unsure, kind_of
from bot.ports import storable
from bot.storage.standings import Line, Shown
from bot.telegram_text import units
from handlers.rules.packet import Packet, Step, as_json
from handlers.words import Reason
from tests.bot.telegram_text.hostile import texts
from tests.bot.telegram_text.parser import accepted
from tests.fakes.clock import NOON
from tests.fakes.services import shared_mind

VOICE = voice_of(shared_mind().services)


@given(st.lists(st.floats(0, 20), max_size=120))
def test_never_more_than_twenty_within_a_minute(pauses: list[float]) -> None:
    pace, now, calls = Pace(), NOON, []
    for pause in pauses:
        now += timedelta(seconds=pause)
        now += pace.pause(now)
        assert not pace.pause(now)
        pace.spend(now)
        calls.append(now)
    for first, last in zip(calls, calls[20:], strict=False):
        assert last - first > timedelta(minutes=1)


def test_a_group_at_rest_is_answered_at_once_and_a_429_is_obeyed() -> None:
    pace = Pace()
    for _ in range(5):
        assert not pace.pause(NOON)
        pace.spend(NOON)
    pace = Pace()
    pace.hold(NOON, timedelta(seconds=40))
    pace.hold(NOON, timedelta(seconds=2))
    assert pace.pause(NOON) == timedelta(seconds=40)
    pace.let_go()
    assert not pace.pause(NOON)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (error.BadRequest("Message thread not found"), TopicGone),
        (error.BadRequest("Topic_deleted"), TopicGone),
        (error.BadRequest("Topic_id_invalid"), TopicGone),
        (error.BadRequest("Topic_not_modified"), Unchanged),
        (error.BadRequest("Message is not modified: specified new message content and reply markup …"), Unchanged),
        (error.BadRequest("Message to edit not found"), PostGone),
        (error.BadRequest("Message can't be edited"), PostGone),
        (error.BadRequest("Not enough rights to create a topic"), Barred),
        (error.BadRequest("Chat not found"), Barred),
        (error.BadRequest("The chat is not a forum"), Barred),
        (error.BadRequest("Topic_closed"), Barred),
        (error.Forbidden("Forbidden: bot was kicked from the supergroup chat"), Barred),
        (error.InvalidToken("Unauthorized"), Barred),
        (error.ChatMigrated(-1009), Moved),
        (error.RetryAfter(17), Later),
        (error.NetworkError("httpx.ConnectError: refused"), Later),
        (error.TimedOut("Pool timeout: All connections are occupied"), Later),
        (error.TimedOut(), Unsure),
        (error.NetworkError("Bad Gateway"), Unsure),
        (error.NetworkError("httpx.ReadError: "), Unsure),
        (error.NetworkError("Request Entity Too Large"), Unfit),
        (error.BadRequest("Can't parse entities: unsupported start tag"), Unfit),
        (error.BadRequest("Image_process_failed"), Unfit),
    ],
)
def test_every_refusal_is_of_a_kind(said: error.TelegramError, kind: type[Exception]) -> None:
    found = kind_of(said)
    assert type(found) is kind
    if isinstance(found, Later) and isinstance(said, error.RetryAfter):
        assert found.pause == timedelta(seconds=17)
    if isinstance(found, Moved):
        assert found.group == -1009


def a_ticket(**values: Any) -> Shown:
    fields: dict[str, Any] = {
        "number": 123, "version": 1, "conversation": 1, "status": "new", "priority": "normal", "subject": "It leaks",
        "reason": "asked_for_person", "contact": None, "description": "", "packet": {}, "tags": (), "holder": None,
        "language": None, "channel": "website", "address": "anna", "is_blocked": False, "score": None, "comment": None,
    }  # fmt: skip
    return Shown(**{**fields, **values})


def card_of(ticket: Shown) -> str:
    return card(ticket, VOICE.say, VOICE.language_name, VOICE.language)


@given(texts, st.sampled_from(["en", "fa", "kk", None]), st.sampled_from(Reason.__args__))  # type: ignore[attr-defined]
def test_any_card_is_accepted_by_telegrams_own_parser(text: str, language: str | None, reason: Reason) -> None:
    text = storable(text)
    packet = Packet(reason, "kk", "website", text, (text,) * 6, steps=(Step(text, "helped"),), device=text, serial=text)
    ticket = a_ticket(
        subject=text[:80], contact=text[:160], packet=as_json(packet), tags=(text[:40],), holder=text[:120],
        language=language, comment=text, score=3, is_blocked=True, priority="urgent", reason=reason,
    )  # fmt: skip
    seen = accepted(card_of(ticket))
    assert units(seen.text) <= 4096
    assert "AC-000123" in seen.text
    assert 1 <= units(title(ticket)) <= 128


@given(texts, st.sampled_from(["customer", "bot", "agent"]), st.booleans())
def test_any_message_is_accepted_by_telegrams_own_parser(text: str, author: str, is_internal: bool) -> None:
    line = Line(1, author, is_internal, storable(text), (), NOON, None, 0, storable(text)[:120], None)
    for part in parts(line, "fa", VOICE.say):
        assert isinstance(part, Words)
        assert units(accepted(part.html).text) <= 4096
    accepted(joined([line, line], "fa"))


def test_the_card_tells_what_was_tried() -> None:
    packet = Packet(
        "ladder_end", "kk", "website", "It still leaks", ("Why does it leak?",), device="Kettle K200",
        serial="AB1234567890", steps=(Step("Closed the lid", "did_not_help"),),
    )  # fmt: skip
    text = bare(card_of(a_ticket(packet=as_json(packet), language="kk")))
    for words in ("Why does it leak?", "Closed the lid (did not help)", "It still leaks", "Kettle K200", "Kazakh"):
        assert words in text
    assert "AB1234567890" not in text


def test_buttons_offer_what_may_be_done() -> None:
    def labels(status: str) -> list[str]:
        return [label for row in buttons(a_ticket(status=status), VOICE.say) for label, _ in row]

    assert labels("new") == ["Take", "Waiting", "Solved", "Language"]
    assert labels("waiting_customer") == ["Take", "Solved", "Language"]
    assert labels("closed") == ["Language"]
    for row in buttons(a_ticket(number=9_999_999), VOICE.say):
        assert all(len(data.encode()) <= 64 for _, data in row)
