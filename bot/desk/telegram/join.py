"""Joining the desk's parts to the app."""

from __future__ import annotations

from functools import partial
from typing import Any

from bot.desk.telegram.plan import Voice
from bot.services import language_name
from handlers.services import Services


def voice_of(services: Services) -> Voice:
    """How the desk speaks: the company's own language."""
    spoken = services.languages[0]

    def say(phrase: str, **values: Any) -> str:
        return services.say(f"desk.{phrase}", spoken, **values)

    return Voice(say, partial(language_name, spoken=spoken), spoken)
