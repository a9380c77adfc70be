"""Choosing the language: /language, a button, or the language picker of the widget."""

from __future__ import annotations

from handlers.words import Choice, Outcome, Reply, Turn

ORDER = 20
PREFIX = "language:"


async def handle(turn: Turn) -> Outcome | None:
    """The list of languages, each in its own name; or the change to the one picked."""
    picked = _picked(turn)
    if picked is not None:
        return Outcome((Reply(turn.services.say("language.changed", picked)),), state=turn.state, language=picked)
    asked = turn.message.text.lower().startswith("/language")
    if not asked and not turn.services.vocabulary("language").only(turn.message.text):
        return None
    choices = tuple(Choice(PREFIX + language, _own_name(turn, language)) for language in turn.services.languages)
    return Outcome((Reply(turn.services.say("language.which", turn.language), choices),), state=turn.state)


def _own_name(turn: Turn, language: str) -> str:
    name = turn.services.language_name(language, language)
    return name[:1].upper() + name[1:]


def _picked(turn: Turn) -> str | None:
    choice = turn.message.choice or ""
    language = choice.removeprefix(PREFIX)
    return language if choice.startswith(PREFIX) and language in turn.services.languages else None
