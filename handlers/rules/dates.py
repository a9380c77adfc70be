"""The days named in a text, in the ways six languages write them: each in one reading, never in two.

Day before month, as all but one of the countries write it; `month_first` is for that one. Where a number can be no
month, the other one is. A year always belongs to a day; from 1300 to 1499 it is a Jalali one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache

from babel.dates import get_month_names
from persiantools.jdatetime import MONTH_NAMES_EN, MONTH_NAMES_FA, JalaliDate

LANGUAGES = ("en", "ru", "kk", "cs", "pl", "fa")
_JALALI = range(1300, 1500)
_FILLERS = frozenset((
    "of", "the", "st", "nd", "rd", "th", "г", "год", "года", "году", "го", "ое", "жылғы", "жылы", "жылдың", "жыл", "ж",
    "roku", "rok", "r", "roce", "ماه", "سال", "روز", "و",
))  # fmt: skip
_PLAIN = str.maketrans("يكە", "یکه")
_FIGURES = re.compile(r"(?<![\d./-])(\d{1,4})([./-])\s?(\d{1,2})\2\s?(\d{4}|\d{1,2})(?![./-]?\d)")
_WORDS = re.compile(r"\d+|[^\W\d_]+")


def days_in(text: str, *, month_first: bool = False) -> frozenset[date]:
    """Every day the text names with its year. What is no day of the calendar is none."""
    folded = _folded(text)
    return frozenset((*_in_figures(folded, month_first), *_in_words(folded)))


def _in_figures(text: str, month_first: bool) -> Iterator[date]:
    for first, separator, second, third in _FIGURES.findall(text):
        if len(first) == 4 and len(third) <= 2:
            yield from _day(int(first), int(second), int(third))
        elif len(first) <= 2 <= len(third):
            day, month = int(first), int(second)
            if (month_first and separator == "/" and day <= 12) or month > 12:
                day, month = month, day
            yield from _day(int(third) + (2000 if len(third) == 2 else 0), month, day)


def _in_words(text: str) -> Iterator[date]:
    words = [word for word in _WORDS.findall(text) if word not in _FILLERS]
    for place, word in enumerate(words):
        month = _month(word)
        if month is None:
            continue
        before, behind = words[max(0, place - 2) : place], words[place + 1 : place + 3]
        # 31 December 2025; December 31, 2025; 2025 жылғы 31 желтоқсан; 2025 December 31
        around = before[-1:] + behind[:1]
        for pair in (around, behind, before[::-1], around[::-1]):
            day, year = pair if len(pair) == 2 else ("", "")
            if day.isdecimal() and len(day) <= 2 and year.isdecimal() and len(year) == 4:
                yield from _day(int(year), month, int(day))
                break


def _day(year: int, month: int, day: int) -> Iterator[date]:
    try:
        found = _jalali_day(year, month, day) if year in _JALALI else date(year, month, day)
    except ValueError:
        return
    yield found


def _jalali_day(year: int, month: int, day: int) -> date:
    found: date = JalaliDate(year, month, day).to_gregorian()  # type: ignore[no-untyped-call]
    return found


def _month(word: str) -> int | None:
    names = _months()
    if word in names:
        return names[word]
    for name in _kazakh():  # nouns take endings: "желтоқсанның"
        if word.startswith(name) and len(word) <= len(name) + 4:
            return names[name]
    return None


@cache
def _months() -> Mapping[str, int]:
    """Every name of a month, folded; one that means two months means none."""
    found: dict[str, set[int]] = {}
    for number, name in (*_gregorian(), *_jalali()):
        found.setdefault(_folded(name).strip("."), set()).add(number)
    return {name: next(iter(numbers)) for name, numbers in found.items() if len(numbers) == 1}


def _gregorian() -> Iterator[tuple[int, str]]:
    for language in LANGUAGES:
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                yield from get_month_names(width, context, language).items()


def _jalali() -> Iterator[tuple[int, str]]:
    for names in (MONTH_NAMES_FA, MONTH_NAMES_EN):
        yield from enumerate(names[1:], 1)


@cache
def _kazakh() -> tuple[str, ...]:
    return tuple(_folded(name) for name in get_month_names("wide", "format", "kk").values())


def _folded(text: str) -> str:
    """Small letters without marks, ASCII digits, single spaces."""
    signs = (_sign(sign) for sign in unicodedata.normalize("NFKD", text).casefold().translate(_PLAIN))
    return " ".join("".join(signs).split())


def _sign(sign: str) -> str:
    if unicodedata.category(sign) in ("Mn", "Cf"):
        return ""
    if unicodedata.category(sign) == "Pd" or sign == "−":
        return "-"
    value = unicodedata.decimal(sign, None)
    return sign if value is None else str(value)
