"""What is left: an empty message, only files, a button of an older day, an unknown command."""

from __future__ import annotations

from handlers.requests import STORED, live_ticket, promised
from handlers.rules.numbers import shown
from handlers.words import Choice, Outcome, Reply, TicketWanted, Turn

ORDER = 1000
FILES = "files"  # key of the state: files came without a word, and we asked what they are about


async def handle(turn: Turn) -> Outcome:
    """A clear sentence, and the talk stays where it was; files without a word for the second time go to a person."""
    has_words = bool(turn.message.text.strip() or turn.message.choice)
    if turn.message.attachments and not has_words:
        return _only_files(turn)
    return _offering_a_person(turn, "start.help" if has_words else "fallback.empty")


def _only_files(turn: Turn) -> Outcome:
    say, language, live = turn.services.say, turn.language, live_ticket(turn)
    if live is not None:  # who has the request sees everything that is sent
        reply = Reply(say("fallback.file_added", language, number=shown(live.number)))
        return Outcome((reply,), state=turn.state)
    if not turn.state.get(FILES):
        asked = _offering_a_person(turn, "fallback.only_files")
        return Outcome(asked.replies, state={**turn.state, FILES: True})
    events = (TicketWanted("photo_only", ""),)
    told = f"{say('escalation.files', language)} {promised(turn)}"
    return Outcome((Reply(f"{told}\n\n{say('escalation.elsewhere', language)}"),), events, STORED)


def _offering_a_person(turn: Turn, phrase: str) -> Outcome:
    say, language = turn.services.say, turn.language
    person = Choice("person", say("start.person", language))
    return Outcome((Reply(say(phrase, language), (person,)),), state=turn.state)
