"""Whether somebody's words hold a fact that only who has the device, or its receipt, can know."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from handlers.rules.dates import days_in
from handlers.rules.serials import canonical

LONGEST = 500  # signs
MOST_DAYS = 1  # who names more is guessing
MOST_NUMBERS = 4  # words with a digit in them: a receipt's number is written in groups
SHORTEST = 5  # signs of a number or code that proves anything
PARTS = 6  # words a number may be written in


@dataclass(frozen=True, slots=True)
class Facts:
    """What proves that somebody holds a device. Empty where nothing of the kind is known."""

    days: frozenset[date] = frozenset()  # of the purchase, else of the delivery
    receipt: str = ""  # its number, as the company writes it
    label: bytes = b""  # keyed hash of the code under the label, in its canonical form
    month_first: bool = False  # it was sold where 3/4 is the fourth of March


def proved(words: str, facts: Facts, hashed: Callable[[str], bytes]) -> bool:
    """Whether the words name a day of the facts, the number of the receipt, or the code under the label.

    A list of guesses proves nothing. All is compared, whatever fits first: the time tells nothing.
    """
    if len(words) > LONGEST:
        return False
    days = days_in(words, month_first=facts.month_first)
    is_day = bool(days & facts.days) and len(days) <= MOST_DAYS
    receipt = canonical(facts.receipt)
    fits = [False]
    for number in _numbers(words):
        fits.append(hmac.compare_digest(number.encode(), receipt.encode()))
        fits.append(hmac.compare_digest(hashed(number), facts.label))
    return is_day | any(fits)


def _numbers(words: str) -> Iterator[str]:
    """What in the words may be a number or code: each word, and words that follow one another, joined."""
    for mark in ":#№=":
        words = words.replace(mark, " ")
    parts = words.split()
    if sum(any(map(str.isdecimal, part)) for part in parts) > MOST_NUMBERS:
        return
    for start in range(len(parts)):
        for end in range(start + 1, min(start + PARTS, len(parts)) + 1):
            joined = canonical(" ".join(parts[start:end]))
            # A word is no number; but a code may have letters only, where nothing else is said.
            if len(joined) >= SHORTEST and (any(map(str.isdecimal, joined)) or end - start == len(parts)):
                yield joined
