"""Ticket numbers: how they are shown (`AC-000123`), and how they are read when somebody types them back."""

from __future__ import annotations

import re
import unicodedata

from knowledge_base.text import cut

DIGITS = 7  # more in a row is a phone number, an order or a serial
PADDED = 6  # digits of a shown number at least
TELLING = 3  # digits from which "ac 123" within a sentence is a number; "my ac 2 years" is not

_FOLD = str.maketrans(
    {
        **dict.fromkeys("аΑαА", "a"), **dict.fromkeys("сСϲϹ", "c"),  # Cyrillic and Greek look-alikes
        **dict.fromkeys("‐‑‒–—―−_", "-"), "№": "#",
    }
)  # fmt: skip
_JOINED = r"(?:(?![\u0600-\u06ff])\w)"  # Persian words are often written on to what stands before them
# Not the end of a longer word or of something with parts: hvac-1, x-ac-1, me@ac-1.
_NUMBER = re.compile(
    rf"(?<!{_JOINED})(?<!{_JOINED}[-/.])(?<!@)ac(?P<gap> ?[-#:.]? ?)"
    r"(?P<digits>0\d\d[ -]\d{3}(?!\d)|\d+)(?P<following>(?:[ -]\d+)*)"
)
_CONTINUED = re.compile(rf"{_JOINED}|[-/]\w|[.:,+*]\d|@")
_ALONE = re.compile(rf"(?:# ?|ac ?[-#:.]? ?)(\d{{1,{DIGITS}}}|\d{{3}}[ -]\d{{3}})")
# "AC 230 V" is an air conditioner. One letter only where the sentence ends: it is a word in Czech, Polish, Russian.
_UNIT = re.compile(
    r" ?(?:°|(?:volts?|vac|watts?|kw|amps?|hz|btu|mm|cm|kg|вольт\w*|вт|ват\w*|квт|гц|ولت|وات)\b|[vwaв] ?(?:$|[^\w ]))"
)


def shown(number: int) -> str:
    """`AC-000123`."""
    return f"AC-{number:0{PADDED}d}"


def read(text: str) -> int | None:
    """The first ticket number in a text, however it is typed; None where there is none.

    Read are `ac123`, `AC 000 123`, `АС-123` in Cyrillic, digits of any script, full width; `#123` where nothing else
    is said. Not read are phone numbers, orders, serials and voltages, even if they begin with AC.
    """
    text = _plain(text)
    if alone := _ALONE.fullmatch(text.rstrip(" .,!?؟،")):
        return _number(alone.group(1))
    for found in _NUMBER.finditer(text):
        if _is_ours(found, text):
            return _number(found["digits"])
    return None


def _number(digits: str) -> int | None:
    return int(re.sub(r"\D", "", digits)) or None  # there is no ticket 0


def _plain(text: str) -> str:
    """Small letters, ASCII digits, one kind of dash, single spaces, no invisible signs."""
    text = unicodedata.normalize("NFKC", cut(text).translate(_FOLD)).translate(_FOLD).lower()
    signs = (str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)
    return " ".join("".join(sign for sign in signs if unicodedata.category(sign) != "Cf").split())


def _is_ours(found: re.Match[str], text: str) -> bool:
    digits, following, end = found["digits"], found["following"], found.end("digits")
    if _CONTINUED.match(text, end) or (following and not _apart(digits, following)):
        return False
    if len(digits) >= PADDED:
        return len(digits) <= DIGITS
    return not _UNIT.match(text, end) and (found["gap"] != " " or len(digits) >= TELLING)


def _apart(digits: str, following: str) -> bool:
    """Whether digits after the number are something else: "ac-123 2 days ago", but not "ac 601 234 567"."""
    is_full = len(digits) >= PADDED
    return following[0] == " " and (is_full or len(following) <= 3)
