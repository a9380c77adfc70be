"""Terms and countries as they stand in the sentences about a warranty."""

from __future__ import annotations

from babel import Locale

from handlers.services import Services
from knowledge_base.rendering import local_number


def country_name(country: str, language: str) -> str:
    """ "CZ" -> "Czechia", in the reader's language; the code itself where nobody knows the country."""
    return str(Locale.parse(language).territories.get(country, country))


def term(services: Services, count: int, unit: str, language: str) -> str:
    """ "24 months", "14 working days": `unit` is one of `handlers.units.UNITS`."""
    return services.say(f"units.{unit}", language, count=count, digits=local_number(count, language))
