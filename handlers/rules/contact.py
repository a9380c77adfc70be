"""Finding an e-mail address or a phone number in what a customer typed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_MAIL = re.compile(r"[^\s<>,;:()\[\]\"']{1,64}@[^\s<>,;:()\[\]\"']{1,190}")
TEXT_LIMIT = 500  # characters looked at: a contact stands in a short line


def find_contact(text: str, *countries: str) -> str | None:
    """The first valid e-mail address, else phone number in international form; None if there is neither.

    `countries` (ISO 3166, the likeliest first) are assumed for a number without a country code. Nothing is looked
    up in the network.
    """
    text = unicodedata.normalize("NFKC", text[:TEXT_LIMIT])
    return _find_mail(text) or _find_phone(text, countries)


def country_of(language: str) -> str | None:
    """Where most people who write this language live: "kk" -> "KZ". None for a language nobody counted."""
    from babel.core import get_global

    subtags = get_global("likely_subtags").get(language, "").split("_")
    return subtags[-1] if len(subtags) > 1 else None


def _find_mail(text: str) -> str | None:
    from email_validator import EmailNotValidError, validate_email

    for candidate in _MAIL.findall(text):
        try:
            found = validate_email(
                candidate.rstrip(".!?،؟"), check_deliverability=False, allow_smtputf8=False, test_environment=True
            )
        except EmailNotValidError:
            continue
        return found.normalized
    return None


def _find_phone(text: str, countries: Sequence[str]) -> str | None:
    import phonenumbers  # 5 MB: only a process in which somebody leaves a number pays for it

    # Digits of any script become ASCII; the matcher knows the rest of how people write numbers.
    ascii_digits = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)
    for country in countries:
        for match in phonenumbers.PhoneNumberMatcher(ascii_digits, country):
            return str(phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.INTERNATIONAL))
    return None
