"""What people say without asking anything: swearing, praise, "ok", "are you there?", "test", a picture."""

from __future__ import annotations

from handlers.rules.acts import leading
from handlers.words import Choice, Outcome, Reply, Turn

ORDER = 60
PHRASES = {
    act: f"smalltalk.{act}"
    for act in (
        "abuse", "complaint", "opening", "name", "wellbeing", "presence", "unhelpful", "solved", "puzzled", "wait",
        "praise", "test", "picture", "sorry", "no", "yes", "ok", "laughter",
    )
} | {"pause": "smalltalk.wait"}  # fmt: skip
# After these a person may be wanted.
OPEN = frozenset({"abuse", "complaint", "opening", "name", "wellbeing", "presence", "unhelpful", "puzzled", "test"})
ASIDE = frozenset({"wait", "pause"})  # what was offered still stands


async def handle(turn: Turn) -> Outcome | None:
    """A calm sentence that leads back to the subject; the talk stays where it was."""
    act = leading(turn.acts) if turn.message.choice is None else None
    if act is None or act not in PHRASES:
        return None
    say, language = turn.services.say, turn.language
    person = Choice("person", say("start.person", language))
    choices = turn.conversation.offered if act in ASIDE else (person,) if act in OPEN else ()
    return Outcome((Reply(say(PHRASES[act], language), choices),), state=turn.state)
