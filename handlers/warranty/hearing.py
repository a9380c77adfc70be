"""What begins a talk about a warranty, and what in the middle of it is about something else."""

from __future__ import annotations

import re

from handlers.questions import ASKED
from handlers.rules.dates import days_in
from handlers.services import Found
from handlers.words import Turn

WHERE = "serial-number"
ENTRY = "warranty-check"  # the knowledge base's own words for what this talk does
ASIDES = frozenset({WHERE, "proof-of-purchase", "lost-receipt", "repair-after-warranty"})
WAITING = frozenset({"contact", "description", "tags", "comment"})  # steps of other topics that take plain words
WORDS_OF_A_CALL = 12  # a longer text that names an operator is about something else
WORDS_WITH_A_SERIAL, REST = 8, 3  # REST: letters besides the number that say nothing: "s/n"
WORDS_OF_A_TRY = 6
_INNER_DIGIT = re.compile(r"\d[^\W\d_]")
SHORTEST_CODE, LONGEST_CODE = 8, 20  # signs of a serial that stands alone in a message
SHORTEST_RECEIPT = 5  # signs of a receipt's number, where one was spoken of
DIGITS_OF_A_DAY = 4  # 1.3.24


def wants_person(turn: Turn) -> bool:
    """Whether they call for a person: that goes before everything else."""
    inside, alone = turn.services.vocabulary("person"), turn.services.vocabulary("person_alone")
    if len(turn.message.text.split()) > WORDS_OF_A_CALL:
        return False
    return any(inside.heard(text) or alone.only(text) for text in turn.readings)


def is_waited_for(turn: Turn) -> bool:
    """Whether another topic has asked for words that may well hold a number or speak of a warranty."""
    return turn.state.get("step") in WAITING


def asks_of_warranty(turn: Turn) -> bool:
    """Whether they ask if a device is covered, in one question; several are answered one by one."""
    if sum(map(turn.message.text.count, ASKED)) > 1:
        return False
    return any(map(turn.services.vocabulary("warranty").heard, turn.readings))


async def known_better(turn: Turn) -> bool:
    """Whether the knowledge base is sure that the question is another one: about the rules, not about a device."""
    found = await turn.services.search(turn.message.text.strip(), turn.language)
    return found.decision == "answer" and found.entry != ENTRY


def is_serial(turn: Turn, serial: str) -> bool:
    """Whether the message is this number, not a story in which it stands."""
    text = turn.message.text
    if sum(map(str.isalnum, text)) - len(serial) <= REST:
        return True
    return len(text.split()) <= WORDS_WITH_A_SERIAL and turn.services.vocabulary("serial_word").heard(text)


def is_code(text: str, shortest: int = SHORTEST_CODE) -> bool:
    """Whether a message is nothing but one code of letters and digits: an article may just have asked for a serial."""
    signs = "".join(sign for sign in text if sign.isalnum())
    digits = sum(map(str.isdecimal, signs))
    is_mixed = digits >= 3 or _INNER_DIGIT.search(signs) is not None  # iPhone14 is a name
    return len(text.split()) == 1 and shortest <= len(signs) <= LONGEST_CODE and is_mixed and digits < len(signs)


def code_within(text: str) -> str | None:
    """The one word of a question that looks like a serial: long, in capitals, with a digit."""
    words = [word.strip(".,;:!?؟،()«»\"'") for word in text.split()]
    found = [word for word in words if is_code(word) and word == word.upper()]
    return found[0] if len(found) == 1 else None


def is_try(turn: Turn) -> bool:
    """Whether a text that was asked for may be meant as a number at all, and is no question."""
    text = turn.message.text
    if any(sign in text for sign in ASKED) or not is_short(text):
        return False
    return any(map(str.isdecimal, text))


def is_lost(found: Found) -> bool:
    """Whether nothing was found for a word in between, or nothing surer than where serial numbers stand."""
    return found.decision == "abstain" or (found.decision == "suggest" and WHERE in (found.entry, *found.suggestions))


def is_short(text: str) -> bool:
    return len(text.split()) <= WORDS_OF_A_TRY


def holds_date(text: str) -> bool:
    """Whether a short text holds a day: what somebody writes who was told that the day of purchase helps."""
    return is_short(text) and bool(days_in(text))


def may_prove(text: str) -> bool:
    """Whether a text may hold a fact that proves a device: a day, a number, a code by itself; no other sentence."""
    if any(sign in text for sign in ASKED):
        return False
    words = text.split()
    if sum(map(str.isdecimal, text)) >= DIGITS_OF_A_DAY or text.isupper():
        return True
    return any(
        (len(words) == 1 or any(map(str.isdecimal, word))) and _signs(word) >= SHORTEST_RECEIPT for word in words
    )


def _signs(word: str) -> int:
    return sum(map(str.isalnum, word))


def is_aside(found: Found) -> bool:
    """Whether an answer belongs to this talk: what is not covered, what the law gives, where the number is."""
    entry = found.entry or ""
    return found.decision == "answer" and entry != ENTRY and (entry.startswith("warranty-") or entry in ASIDES)
