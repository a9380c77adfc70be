"""Numbers that are no serials: dates, prices, phones, accounts, tickets, addresses in the net."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handlers.rules.serials.letters import plain

_REGIONS = ("CZ", "PL", "SK", "RU", "KZ", "IR", "GB", "US")  # where customers write a number without its country
_DAY, _MONTH = r"(?:3[01]|[12]\d|0?[1-9])", r"(?:1[0-2]|0?[1-9])"
_GAP = "[./-][ ]?"
_ENDS = r"(?![^\W_]|[-./][^\W_])"
_MONEY = "|".join(
    sorted(
        {
            re.escape(plain(word))
            for word in ("kč", "kc", "czk", "zł", "zl", "pln", "eur", "euro", "usd", "rub", "руб", "р", "тг", "теңге",
                         "тенге", "kzt", "gbp", "ریال", "تومان", "€", "$", "£", "₽", "₸")
        },
        reverse=True,
    )
)  # fmt: skip
_UNITS = "|".join(
    plain(word)
    for word in ("v", "vac", "volts?", "w", "watts?", "kw", "kwh", "hz", "khz", "mhz", "ghz", "btu", "rpm", "mah", "mb",
                 "gb", "tb", "mm", "cm", "kg", "в", "вт", "квт", "гц", "вольт", "ватт", "ولت", "وات")
)  # fmt: skip
_SHAPES = re.compile(
    rf"""(?<![^\W_])(?<![^\W_][-./_])(?:
      {_DAY}{_GAP}{_MONTH}{_GAP}(?:(?:19|20|1[34])?\d\d){_ENDS} | {_MONTH}{_GAP}{_DAY}{_GAP}(?:19|20)\d\d{_ENDS}
      | (?:19|20|1[34])\d\d{_GAP}{_MONTH}{_GAP}{_DAY}{_ENDS}
      | \d[\d ]{{0,12}}(?:[.,]\d\d?|,-)?\ ?(?:{_MONEY}){_ENDS}
      | \d{{1,6}}(?:[.,]\d{{1,2}})?\ ?(?:{_UNITS}){_ENDS}
      | AC\ ?[-#:.]?\ ?(?:\d{{3}}[ -]\d{{3}}|\d{{1,7}}){_ENDS}
      | 00\d{{2,3}}[ -]\d[\d ()./-]{{5,16}}\d
    )
    | \+\ ?\d[\d ()./-]{{6,17}}\d | [€$£₽₸]\ ?\d[\d .,]{{0,14}}
    """,
    re.VERBOSE,
)
_NET = re.compile(r"@|://|\bWWW\.|\.(?:COM|ORG|NET|EXAMPLE|JPE?G|PNG|PDF|HEIC|MP4|DOCX?|HTML?)\b")
_IBAN = re.compile(r"(?<![^\W_])[A-Z]{2}\d\d(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![^\W_])")


def other_numbers(text: str) -> Iterator[tuple[int, int]]:
    """Where in a plain text something stands that is no serial by its form alone."""
    yield from (found.span() for found in _SHAPES.finditer(text))
    yield from (found.span() for found in re.finditer(r"\S+", text) if _NET.search(found.group()[:500]))
    for found in _IBAN.finditer(text):
        if length := _iban(found.group()):
            yield found.start(), found.start() + length


def _iban(text: str) -> int:
    """How much of the beginning is the number of an account: its words may be followed by others; 0: none is."""
    while len(text) >= 15:
        digits = "".join(str(int(sign, 36)) for sign in (text[4:] + text[:4]).replace(" ", ""))
        if int(digits) % 97 == 1:
            return len(text)
        text = text.rpartition(" ")[0]
    return 0


def is_phone(digits: str) -> bool:
    """Whether these digits would reach somebody, in any of the countries we know."""
    import phonenumbers  # 5 MB: only a process that meets such a number pays for it

    for region in _REGIONS:
        try:
            if phonenumbers.is_valid_number(phonenumbers.parse(digits, region)):
                return True
        except phonenumbers.NumberParseException:
            continue
    return False
