"""Danger."""

from __future__ import annotations

import pytest

from handlers.topics import safety
from handlers.words import TICKET, TicketWanted
from tests.fakes.services import FakeServices, a_turn, labels, shared_mind


@pytest.mark.parametrize("language", shared_mind().services.languages)
async def test_first_the_warning_then_the_number_of_the_request(language: str) -> None:
    outcome = await safety.handle(a_turn("there is smoke from the washer", language=language))
    assert outcome is not None
    stop, passed_on = outcome.replies
    say = FakeServices().say
    assert stop.text == say("safety.stop", language)
    assert passed_on.text.startswith(say("safety.passed_on", language))
    assert say("tickets.number", language, number=TICKET) in passed_on.text
    assert outcome.events == (TicketWanted("safety", "there is smoke from the washer", priority="urgent"),)
    assert labels(outcome) == ["contact:none"]
