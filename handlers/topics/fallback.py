"""What is left: an empty message, only files, a button of an older day, an unknown command."""

from __future__ import annotations

from handlers.words import Choice, Outcome, Reply, Turn

ORDER = 1000


async def handle(turn: Turn) -> Outcome:
    """A clear sentence, and the talk stays where it was."""
    say, language = turn.services.say, turn.language
    if turn.message.attachments and not turn.message.text.strip():
        phrase = "fallback.only_files"
    elif turn.message.text.strip() or turn.message.choice:
        phrase = "start.help"
    else:
        phrase = "fallback.empty"
    person = Choice("person", say("start.person", language))
    return Outcome((Reply(say(phrase, language), (person,)),), state=turn.state)
