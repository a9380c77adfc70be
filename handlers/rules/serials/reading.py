"""Serials in what a customer typed: a bare one, one within a sentence, one in the signature of a mail."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from handlers.rules.serials import labels
from handlers.rules.serials.finding import Candidate, Strength, candidates, like
from handlers.rules.serials.judging import Reading, judge
from handlers.rules.serials.lines import Lines
from handlers.rules.serials.other_numbers import other_numbers
from handlers.rules.serials.signs import AROUND, canonical, foreign, squeezed
from handlers.rules.serials.words import GROUP, Text, Word, digits_of

LIMIT = 2_000  # characters of a question that anything looks at
MASKED = 20_000  # characters of the longest message
HIDDEN = 7  # signs from which a message that is nothing but one word of them is hidden
_INNER_DIGIT = re.compile(r"[0-9][A-Z]")
_NOTHING = re.compile(rf"[{re.escape(AROUND)}]*")


def read(text: str, lines: Lines, expected: bool) -> Reading:
    """The serial in a text.

    `expected`: the customer was asked for one, so the whole text may be it; otherwise only what can hardly be
    anything else is taken: never a phone number, an order, a date.
    """
    if not expected and not any(map(str.isdecimal, text[:LIMIT])):
        return Reading()  # most messages
    seen = Text(text[:LIMIT])
    if expected and (whole := _whole(seen, lines) or _typed_small(seen)):
        return _with_label_as_a_part(seen, whole)
    return _surest(candidates(seen, lines), lines, Strength.WEAK if expected else Strength.TELLING)


def find_all(text: str, lines: Lines) -> tuple[tuple[int, int, str], ...]:
    """Every serial in a text: where it begins and ends there, and its canonical form.

    To hide them from eyes that need not see them: rather one too many than one too few.
    """
    seen = Text(text[:MASKED])
    found = [each.word for each in candidates(seen, lines) if each.strength >= Strength.RICH]
    if not found and (whole := _whole(seen, lines)) and (reading := whole[1]).trouble != "length":
        found = [whole[0]] if len(whole[0].serial) >= HIDDEN or reading.line else []
    return tuple((*seen.origin(word), word.serial) for word in sorted(found, key=lambda word: word.start))


def _whole(text: Text, lines: Lines) -> tuple[Word, Reading] | None:
    """The text as one serial, with or without a label before it; None: it is a sentence, or another number."""
    plain = text.plain
    start = len(plain) - len(plain.lstrip(AROUND))
    is_imei = False
    while label := labels.AT_THE_START.match(plain, start):
        is_imei |= labels.IMEI.match(label.group()) is not None
        start = label.end() + len(plain) - label.end() - len(plain[label.end() :].lstrip(AROUND))
    words = list(text.words_from(start))
    if not words or labels.EVIDENCE.search(plain, start):
        return None
    whole = text.join(words)
    gaps = [plain[start : words[0].start], plain[words[-1].end :]]
    gaps += [text.between(one, other) for one, other in pairwise(words)]
    if not all(map(_NOTHING.fullmatch, gaps)) or not _may_be_one(text, words, whole.serial, lines):
        return None
    return whole, judge(whole.serial, lines, is_imei=is_imei)


def _may_be_one(text: Text, words: list[Word], serial: str, lines: Lines) -> bool:
    """Whether words that stand alone are a serial in groups, not a number of another kind or part of a sentence."""
    digits = digits_of(serial)
    likes = {(line.check, like(serial, line)) for line in lines}
    found = {strength for _, strength in likes}
    if Strength.TELLING in found or (Strength.SURE in found and digits < len(serial)):
        return True
    if _is_other_number(text, words):
        return False
    if foreign(serial):
        return digits >= 3 and len(serial) >= 6 and all(digits_of(word.serial) for word in words)
    if len(words) == 1:
        return digits > 0
    is_rich = 3 * digits >= len(serial)
    is_groups = all(digits_of(word.serial) or text.is_capitals(word) for word in words)
    has_check = any(check != "none" and strength is not None for check, strength in likes)
    return (is_rich and is_groups) or (has_check and (is_rich or is_groups))


def _typed_small(text: Text) -> tuple[Word, Reading] | None:
    """ "awzf km1krv": nothing but two groups in small letters, a digit before a letter as in no model's name."""
    words = list(text.words_from(0))
    if len(words) != 2 or text.plain.strip(AROUND) != text.plain[words[0].start : words[1].end]:
        return None
    whole = text.join(words)
    if len(whole.serial) < 8 or foreign(whole.serial) or not any(_INNER_DIGIT.search(word.serial) for word in words):
        return None
    return whole, judge(whole.serial, ())


def _is_other_number(text: Text, words: list[Word]) -> bool:
    for start, end in other_numbers(text.plain):
        inside = [word for word in words if start <= word.start and word.end <= end]
        if len(inside) == len(words) or any(len(word.serial) >= GROUP for word in inside):
            return True  # "5 W" may be two groups of a serial, a date is not
    return False


def _with_label_as_a_part(text: Text, whole: tuple[Word, Reading]) -> Reading:
    """Some serials begin with the letters of a label: they may be kept with them, or without."""
    word, reading = whole
    if reading.canonical is None:
        return reading
    with_it = squeezed(text.plain.strip(AROUND))
    without = canonical(f"SN {word.serial[2:]}") if word.serial.startswith("SN") else word.serial
    more = (form for form in (with_it, without) if not foreign(form) and len(form) > 4)
    also = (*reading.also, *(form for form in more if form != reading.canonical))
    return replace(reading, also=tuple(dict.fromkeys(also)))


def _surest(found: list[Candidate], lines: Lines, least: Strength) -> Reading:
    """What the surest of the candidates says; one of which something can be looked up before one with trouble."""
    judged = [(each, judge(each.word.serial, lines, is_imei=each.is_imei)) for each in found if each.strength >= least]
    best = next((pair for pair in judged if pair[1].trouble == "none"), judged[0] if judged else None)
    if best is None:
        return Reading()
    candidate, reading = best
    if reading.canonical is None:
        return reading
    others = (
        other.canonical
        for each, other in judged
        if other.canonical and (each.is_imei or each.strength == candidate.strength < Strength.TELLING)
    )
    also = dict.fromkeys((*reading.also, *others))
    also.pop(reading.canonical, None)
    return replace(reading, also=tuple(also))
