"""Terms and countries as they stand in the sentences about a warranty."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from babel import Locale

from handlers.services import Services
from knowledge_base.rendering import local_number


def country_name(country: str, language: str) -> str:
    """ "CZ" -> "Czechia", in the reader's language; the code itself where nobody knows the country."""
    return str(Locale.parse(language).territories.get(country, country))


def country_in(text: str, languages: Iterable[str]) -> str | None:
    """The country somebody names, and nothing else, in any of these languages: its ISO code."""
    typed = " ".join(text.casefold().split()).strip(" .!")
    return _OTHER_NAMES.get(typed) or next((found for one in languages if (found := _codes(one).get(typed))), None)


@cache
def _codes(language: str) -> Mapping[str, str]:
    territories = Locale.parse(language).territories.items()
    return {str(name).casefold(): code for code, name in territories if len(code) == 2 and code.isalpha()}


# What people call countries besides the one name that Unicode gives them.
_OTHER_NAMES: Mapping[str, str] = {
    "czech republic": "CZ", "česká republika": "CZ", "čr": "CZ", "uk": "GB", "great britain": "GB", "england": "GB",
    "англия": "GB", "usa": "US", "us": "US", "america": "US", "сша": "US", "америка": "US", "рф": "RU",
}  # fmt: skip


def term(services: Services, count: int, unit: str, language: str) -> str:
    """ "24 months", "14 working days": `unit` is one of `handlers.units.UNITS`."""
    return services.say(f"units.{unit}", language, count=count, digits=local_number(count, language))
