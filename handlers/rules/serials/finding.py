"""Where serials stand in a running text, and how surely they are ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import islice

from handlers.rules.serials import labels
from handlers.rules.serials.checks import passes
from handlers.rules.serials.lines import Line, Lines
from handlers.rules.serials.makers import imei, looks_like_imei
from handlers.rules.serials.other_numbers import is_phone, other_numbers
from handlers.rules.serials.signs import skeleton
from handlers.rules.serials.words import GROUP, GROUPS, Text, Word, digits_of


class Strength(IntEnum):
    """How surely something is the serial of a device."""

    WEAK = 0  # letters and digits
    RICH = 1  # many digits among letters
    FITTING = 2  # the form of a line, nothing more
    TELLING = 3  # the form of a line that says where letters stand and where digits
    SURE = 4  # the form of a line and the right check digit; the IMEI of a phone
    LABELLED = 5  # somebody called it so


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may be a serial."""

    word: Word
    strength: Strength
    is_imei: bool = False  # somebody called it so

    @property
    def order(self) -> tuple[int, bool, int, int]:
        """The surest first; of those that are only like serials the one with most digits, else the first."""
        digits = digits_of(self.word.serial) if self.strength < Strength.FITTING else 0
        return -self.strength, self.is_imei, -digits, self.word.start


SHORTEST, LONGEST = 5, 40  # signs of something that no line is like
FAR = 60  # characters between a label and its serial at most
BACK = 60  # characters before a number that say what it is
CARD = 16  # digits of a payment card
LABELS = 100  # words such as S/N that are looked at
NUMBERS = 500  # words with a digit that are compared with lines: no honest message has more
PHONE = 13  # digits of a phone number at most
_GLUED = re.compile(r"SN(?=(?:[A-Z]*[0-9]){6})[A-Z0-9]+")


def candidates(text: Text, lines: Lines) -> list[Candidate]:
    """Everything that may be a serial, none over another, the surest first."""
    found = _apart([], _labelled(text, lines), bytearray(len(text.plain)))
    taken = bytearray(len(text.plain))
    for start, end in (*other_numbers(text.plain), *((each.word.start, each.word.end) for each in found)):
        taken[start:end] = b"\1" * (end - start)
    _apart(found, _like_a_line(text, lines), taken)
    _apart(found, _like_any(text), taken)
    return sorted(found, key=lambda candidate: candidate.order)


def _apart(found: list[Candidate], more: Iterator[Candidate], taken: bytearray) -> list[Candidate]:
    """The candidates found, and more that stand where nothing is taken yet."""
    for candidate in more:
        start, end = candidate.word.start, candidate.word.end
        if not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            found.append(candidate)
    return found


def _labelled(text: Text, lines: Lines) -> Iterator[Candidate]:
    for label in islice(labels.EVIDENCE.finditer(text.plain), LABELS):
        is_imei = label.group().startswith("IMEI")
        word = _after(text, label.end()) or _before(text, label.start())
        whole = _whole(text, word, lines, is_imei) if word else None
        if whole and (len(whole.serial) >= SHORTEST or any(like(whole.serial, line) for line in lines)):
            yield Candidate(whole, Strength.LABELLED, is_imei)
    for word in text.words:
        if _GLUED.fullmatch(word.serial) and len(word.serial) <= LONGEST:
            yield Candidate(word, Strength.LABELLED)


def _after(text: Text, place: int) -> Word | None:
    """The word that is called a serial by the label that ends here."""
    for word in text.words_from(place):
        gap = text.plain[place : word.start]
        if len(gap) > FAR or labels.OTHER.search(gap) or labels.EVIDENCE.search(gap):
            return None
        digits = digits_of(word.serial)
        if digits < 2 or len(word.serial) > LONGEST:
            continue
        if labels.DIRECT.fullmatch(gap) or (
            len(word.serial) >= SHORTEST
            and (labels.SAID.fullmatch(gap) or (digits >= 6 and labels.NEAR.fullmatch(gap)))
        ):
            return word
    return None


def _before(text: Text, place: int) -> Word | None:
    """The word of which is said that it is one: "AB12C3456 is my serial"."""
    for word in text.next_to(place, -4):  # is, my, new: more words are another sentence
        is_one = word.end <= place and SHORTEST <= len(word.serial) <= LONGEST and digits_of(word.serial) >= 2
        if is_one and labels.TOLD_AFTER.fullmatch(text.plain, word.end, place):
            return word
    return None


def _whole(text: Text, word: Word, lines: Lines, is_imei: bool) -> Word:
    """A labelled word with the groups after it that belong to it."""
    joined = list(text.joined(word))
    for whole in joined:
        digits = imei(whole.serial) if is_imei else None
        if digits and passes("luhn", digits) and len(whole.serial) >= len(digits):
            return whole
        if any(like(whole.serial, line) in (Strength.SURE, Strength.TELLING) for line in lines):
            return whole
    return _even_groups(text, word, joined[0]) if len(word.serial) < 2 * SHORTEST else word


def _even_groups(text: Text, word: Word, most: Word) -> Word:
    """Groups as they are printed: all of one length, the last one shorter or not."""
    groups = [word]
    for other in text.next_to(word.end, GROUPS - 1):
        is_even = len(groups[-1].serial) == len(word.serial) >= len(other.serial)
        if other.end > most.end or not is_even or not digits_of(other.serial):
            break
        groups.append(other)
    return text.join(groups)


def like(serial: str, line: Line) -> Strength | None:
    """How surely this is a serial of the line; None: it does not have its form."""
    for form in {serial: 0, skeleton(serial): 0, skeleton(serial, line.fold): 0}:
        if line.fits(form):
            if line.check == "none":
                return Strength.TELLING if _is_telling(form, line) else Strength.FITTING
            return Strength.SURE if line.passes(form) else Strength.FITTING
    return None


def _is_telling(serial: str, line: Line) -> bool:
    """Whether the line's pattern says where letters stand and where digits: else it takes phones and models too."""
    return not line.fits(re.sub("[A-Z]", "0", serial)) and not line.fits(re.sub("[0-9]", "A", serial))


def _like_a_line(text: Text, lines: Lines) -> Iterator[Candidate]:
    # A word without a digit is one of a sentence, however like a serial; but groups may begin with one.
    numbers = (word for word in text.words if digits_of(word.serial) or _begins_groups(text, word))
    for word in islice(numbers, NUMBERS):
        for whole in (*text.joined(word), *text.pieces(word)):
            strength = _strength(text, whole, lines)
            is_groups = whole.end > word.end
            if strength is not None and (strength >= Strength.TELLING or not is_groups):
                yield Candidate(whole, strength)
                break


def _begins_groups(text: Text, word: Word) -> bool:
    return 1 < len(word.serial) <= GROUP and text.is_capitals(word)


def _strength(text: Text, word: Word, lines: Lines) -> Strength | None:
    serial = word.serial
    if 4 * digits_of(serial) < len(serial):
        return None
    likes = [found for line in lines if (found := like(serial, line)) is not None]
    if len(serial) == 15 and serial.isdecimal() and passes("luhn", serial):
        likes.append(Strength.SURE if looks_like_imei(serial) else Strength.FITTING)
    if not likes or _is_called_otherwise(text, word):
        return None
    strength = max(likes)
    if strength is Strength.SURE and serial.isdecimal() and len(serial) <= PHONE and is_phone(serial):
        return Strength.FITTING  # one phone number in ten has the right check digit
    return strength


def _like_any(text: Text) -> Iterator[Candidate]:
    for word in text.words:
        serial, digits = word.serial, digits_of(word.serial)
        if not (SHORTEST <= len(serial) <= LONGEST and digits >= 3 and serial.isascii()):
            continue
        if serial.isdecimal() and not _may_be_digits_only(serial):
            continue
        if not _is_called_otherwise(text, word):
            is_rich = digits >= 6 and digits < len(serial) and len(serial) >= 8
            yield Candidate(word, Strength.RICH if is_rich else Strength.WEAK)


def _may_be_digits_only(serial: str) -> bool:
    is_card = len(serial) == CARD and passes("luhn", serial)
    return len(serial) >= 8 and not is_card and not (len(serial) <= PHONE and is_phone(serial))


def _is_called_otherwise(text: Text, word: Word) -> bool:
    """Whether the words before it say that it is an order, a model, a phone number."""
    before = text.plain[max(0, word.start - BACK) : word.start]
    if labels.BEFORE_OTHER.search(before):
        return True
    return word.serial.isdecimal() and labels.BEFORE_PHONE.search(before) is not None
