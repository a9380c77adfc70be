"""What a customer hears of a request."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from handlers.requests import expected, live_ticket, own_ticket, promised
from handlers.words import TICKET, Snapshot, Turn
from tests.fakes.services import NOW, FakeServices, a_ticket, a_turn, shared_mind

LANGUAGES = shared_mind().services.languages
NIGHT = NOW + timedelta(hours=10)  # Saturday, eleven in the evening in Prague
SAY = FakeServices().say


def turn_at(now: datetime, language: str = "en") -> Turn:
    return replace(a_turn(language=language), now=now)


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_writes_while_nobody_works_hears_so(language: str) -> None:
    nobody = SAY("tickets.nobody_now", language)
    assert expected(turn_at(NIGHT, language), NIGHT, "basic").startswith(nobody)
    assert nobody not in expected(turn_at(NOW, language), NOW, "basic")


def test_a_time_is_told_in_full() -> None:
    assert (
        expected(turn_at(NOW), NOW, "basic") == "A colleague will answer by Monday, November 23, 15:00 (Prague time)."
    )
    assert (
        expected(turn_at(NOW, "cs"), NOW, "basic") == "Kolegové vám odpoví nejpozději 23. listopadu (pondělí) v 15:00."
    )
    assert expected(turn_at(NOW, "fa"), NOW, "basic").startswith("همکارمان حداکثر تا دوشنبه ۲ آذر، ساعت ۱۵:۰۰")


def test_today_is_named() -> None:
    monday = NOW + timedelta(days=2, hours=-5)  # eight in the morning in Prague
    assert expected(turn_at(monday, "cs"), monday, "basic") == (
        "Teď tu zrovna nikdo není, vaši žádost ale máme. Kolegové vám odpoví ještě dnes, nejpozději v 17:00."
    )


def test_the_number_is_that_of_the_live_request_or_comes_with_the_write() -> None:
    closed, live = a_ticket(1, "closed"), a_ticket(2, "open")
    assert "AC-000002" in promised(a_turn(tickets=(live, closed)))
    assert TICKET in promised(a_turn(tickets=(closed,)))


def test_a_contract_promises_sooner() -> None:
    monday = NOW + timedelta(days=2)
    premium = replace(turn_at(monday), conversation=Snapshot("en", tier="premium"))
    assert "answer today by 14:00" in promised(premium)
    opened = a_ticket(1, "new", opened=monday, tier="extended")
    assert "answer today by 17:00" in promised(replace(premium, conversation=Snapshot("en", tickets=(opened,))))


def test_whose_request_it_is() -> None:
    turn = a_turn(tickets=(a_ticket(12, "solved"), a_ticket(3, "closed")))
    assert live_ticket(turn) is None
    assert own_ticket(turn, "12") == own_ticket(turn, 12) == turn.conversation.tickets[0]
    assert own_ticket(turn, "1") is own_ticket(turn, None) is own_ticket(turn, "012") is None
