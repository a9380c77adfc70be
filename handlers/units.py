"""Numbers with their unit in the grammar of a language: "3 рабочих дня", "24 měsíců", «۱۴ روز»."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers.voice import Voice
from knowledge_base.rendering import local_number

UNITS = ("days", "hours", "months", "years", "workdays")


def unit_filters(voice: Voice) -> Mapping[str, Mapping[str, Callable[[int], str]]]:
    """For each language the filters an article may use: those of `UNITS`."""
    return {language: {unit: _filter(voice, language, unit) for unit in UNITS} for language in voice.languages}


def _filter(voice: Voice, language: str, unit: str) -> Callable[[int], str]:
    return lambda count: voice.say(f"units.{unit}", language, count=count, digits=local_number(count, language))
