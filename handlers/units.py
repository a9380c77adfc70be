"""Numbers with their unit in the grammar of a language: "3 рабочих дня", "24 měsíců", «۱۴ روز»."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from babel.numbers import format_decimal
from babel.units import format_unit

from handlers.voice import Voice

UNITS = {"days": "duration-day", "hours": "duration-hour", "months": "duration-month", "years": "duration-year"}


def unit_filters(voice: Voice) -> Mapping[str, Mapping[str, Callable[[int], str]]]:
    """For each language the filters an article may use: days, hours, months, years, workdays."""
    return {language: _filters(voice, language) for language in voice.languages}


def _filters(voice: Voice, language: str) -> dict[str, Callable[[int], str]]:
    def unit(name: str) -> Callable[[int], str]:
        return lambda value: format_unit(value, name, length="long", locale=language, numbering_system="default")

    def workdays(value: int) -> str:
        digits = format_decimal(value, locale=language, numbering_system="default")
        return voice.say("units.workdays", language, count=value, digits=digits)

    return {name: unit(cldr) for name, cldr in UNITS.items()} | {"workdays": workdays}
