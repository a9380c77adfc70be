"""What an answer in a customer's own words means at a step: one of its choices, a number, or nothing that is sure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from rapidfuzz import fuzz

from knowledge_base.text import key

SURE = 84  # of 100: likeness of what was said to a label
APART = 12  # and by how much it must be more like this label than any other
LONGEST = 25  # words: a longer message tells a story, and is no answer to choose by likeness

_NUMBER = re.compile(r"[-−]?\d+(?:[.,]\d+)?")


def like_label(said: str, labels: Mapping[str, str]) -> str | None:
    """The choice whose label is meant: much like what was said, and much more so than every other."""
    folded = key(said)
    if not folded or len(folded.split()) > LONGEST:
        return None
    ranked = sorted(((_likeness(folded, key(label)), choice) for choice, label in labels.items()), reverse=True)
    best, runner_up = ranked[0] if ranked else (0.0, ""), ranked[1][0] if len(ranked) > 1 else 0.0
    return best[1] if best[0] >= SURE and best[0] - runner_up >= APART else None


def _likeness(said: str, label: str) -> float:
    """Of the words in any order, so that "no, nothing at all happens" is like "nothing at all"."""
    whole = fuzz.token_sort_ratio(said, label)
    within = fuzz.token_set_ratio(said, label) if len(label.split()) > 1 else 0.0
    return max(whole, within * 0.95)


def number_in(said: str) -> float | None:
    """The one number in a text, in digits of any script; None for none, or several."""
    plain = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in said)
    found = _NUMBER.findall(plain.replace("٫", "."))
    return float(found[0].replace(",", ".").replace("−", "-")) if len(found) == 1 else None
