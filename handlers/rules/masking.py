"""Serials and telephone numbers in texts that more people read than need them: shown so that who knows one knows it
again, and nobody else learns it.

Links, dates, prices and numbers of tickets stay, and so do the company's own telephone and e-mail addresses: agents
answer in the desk, an address opens nothing there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from handlers.rules.contact import country_of
from handlers.rules.serials import Line, find_all, skeleton
from handlers.rules.serials.letters import placed, plain
from knowledge_base.text import clean

WORTH_HIDING = 5  # a shorter serial is looked for in no text: it would be found in every other word
FEWEST = 7  # digits of a telephone number
REMEMBERED = 1_000  # texts: a desk looks at the same ones at every step

_DAY, _YEAR = r"\d{1,2}", r"(?:1[34]|19|20|۱[۳۴])\d\d"  # of Persian calendars, too
# What is no part of any number, whatever stands beside it. A link that is a telephone number in disguise is one.
_SPARED = re.compile(
    rf"(?:https?://|www\.)(?!wa\.me/|api\.whatsapp\.com/|t\.me/\+)\S+|\bAC-\d{{6,9}}\b"
    rf"|(?<!\d){_DAY}[./-] ?{_DAY}[./-] ?{_YEAR}(?!\d)|(?<!\d){_YEAR}[./-]{_DAY}[./-]{_DAY}(?!\d)(?:T[\d:]+)?"
    r"|(?<![\d.])-?\d{1,3}\.\d{4,8}, ?-?\d{1,3}\.\d{4,8}(?!\d)",  # a place on the map
    re.IGNORECASE,
)
# However it is glued to other words. 15 digits are the longest number there is (ITU-T E.164).
_INTERNATIONAL = re.compile(rf"(?:[+＋] ?|(?<!\d)00)[1-9](?:[ \-().]{{0,2}}\d){{{FEWEST},14}}")
_CURRENCY = re.compile(
    r"\s?(?:[€$£₽₸﷼]|(?:kč|kc|czk|zł|zl|pln|eur|usd|руб|тг|теңге|тенге|تومان|ریال)(?!\w))", re.IGNORECASE
)
_DIGITS = re.compile(r"\d")
_SET_APART = re.compile(r"[\W_]+")

Span = tuple[int, int, str]  # where something to hide begins and ends, and what it is


@dataclass(frozen=True, slots=True)
class Mask:
    """What is hidden everywhere in the company's own desk."""

    countries: tuple[str, ...]  # whose telephone numbers are known without the code of the country, ISO codes
    own: tuple[str, ...] = ()  # what the company says of itself: telephone numbers in it are no secret
    lines: tuple[Line, ...] = ()

    def speaking(self, language: str | None) -> Mask:
        """The mask for somebody of this language: they may write numbers as they are written at home."""
        country = country_of(language) if language else None
        if country is None or country in self.countries:
            return self
        return replace(self, countries=(*self.countries, country))


def masked(serial: str) -> str:
    """A serial number by which its owner knows it and nobody else learns it: `AB12…56`, at most half of it."""
    signs = _SET_APART.sub("", clean(serial))
    first, last = min(4, len(signs) // 3), min(2, len(signs) // 6)
    return f"{signs[:first]}…{signs[len(signs) - last :]}"


@lru_cache(maxsize=REMEMBERED)
def masked_text(text: str, mask: Mask, known: tuple[str, ...] = ()) -> str:
    """The text without serials and telephone numbers. `known`: those of this conversation, hidden wherever they stand
    and however they are typed. Masking twice is masking once."""
    while (hidden := _hide(text, [*_known(text, known), *_found(text, mask)])) != text:
        text = hidden  # what was apart may stand together now
    return text


def without(text: str, known: Sequence[str]) -> str:
    """The text without these serials, and nothing else hidden."""
    return _hide(text, list(_known(text, known)))


def as_written(contact: str, country: str) -> tuple[str, ...]:
    """The forms a telephone number may stand in: with the code of its country and without; none for another contact."""
    if "@" in contact or len(_DIGITS.findall(contact)) < FEWEST:
        return ()
    import phonenumbers

    try:
        number = phonenumbers.parse(contact, country)
    except phonenumbers.NumberParseException:
        return (contact,)
    return f"{number.country_code}{number.national_number}", str(number.national_number)


def _hide(text: str, spans: list[Span]) -> str:
    pieces: list[str] = []
    at = 0
    for start, end, what in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start >= at:
            pieces += (text[at:start], "+" if text[start] in "+＋" else "", masked(what))
            at = end
        elif end > at:  # it begins within the one before: its rest goes, too
            at = end
    return "".join((*pieces, text[at:]))


def _known(text: str, known: Sequence[str]) -> Iterator[Span]:
    looks = {skeleton(signs): signs for signs in (_SET_APART.sub("", plain(one)) for one in known)}
    patterns = [(look, signs) for look, signs in looks.items() if len(look) >= WORTH_HIDING]
    if not patterns:
        return
    letters, starts, ends = placed(text)
    for look, signs in patterns:
        for found in re.finditer(r"[\W_]{0,3}".join(map(re.escape, look)), skeleton(letters)):
            yield starts[found.start()], ends[found.end() - 1], signs


def _found(text: str, mask: Mask) -> Iterator[Span]:
    text = _SPARED.sub(lambda spared: "\n" * len(spared.group()), text)
    own = ["".join(_DIGITS.findall(said)) for said in mask.own]
    for start, end, digits in _phones(text, mask.countries):
        if any(one.endswith(digits.lstrip("0")) for one in own):
            text = text[:start] + "\n" * (end - start) + text[end:]
        else:
            yield start, end, digits
    for start, end, serial in find_all(text, mask.lines):
        if "…" not in text[start:end]:
            yield start, end, serial


def _phones(text: str, countries: Sequence[str]) -> Iterator[Span]:
    if len(_DIGITS.findall(text)) < FEWEST:
        return
    import phonenumbers  # 5 MB: only a process in which somebody leaves a number pays for it

    spans = [found.span() for found in _INTERNATIONAL.finditer(text)]
    for country in countries:
        # English is written everywhere, and any ten digits may be American: abroad only those that are set like one.
        is_strict = country == "US" != countries[0]
        leniency = phonenumbers.Leniency.STRICT_GROUPING if is_strict else phonenumbers.Leniency.VALID
        found = phonenumbers.PhoneNumberMatcher(text, country, leniency)
        spans += [(one.start, one.end) for one in found]
    for start, end in spans:
        if not _CURRENCY.match(text, end):
            yield start, end, "".join(str(int(digit)) for digit in _DIGITS.findall(text[start:end]))
