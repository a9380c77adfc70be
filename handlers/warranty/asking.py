"""Asking for the serial number: where it stands, a photo of the label, slips of the pen."""

from __future__ import annotations

from handlers.rules.serials import Reading, grouped
from handlers.warranty.looking import look_up
from handlers.warranty.state import (
    FAILURES,
    PERSON,
    QUESTION,
    buttons,
    failed,
    remembered,
    saying,
    state_of,
)
from handlers.words import Outcome, Reply, Turn

PRODUCTS = ("laptop", "phone", "tv", "washer", "fridge", "printer", "vacuum")
PLACES = tuple(f"where:{product}" for product in PRODUCTS)
_TROUBLES = ("check_digit", "length")


def ask(turn: Turn, question: str = "") -> Outcome:
    """The question for the serial number, and where it stands on what."""
    state = {**state_of(turn, "serial"), **({"question": question[:QUESTION]} if question else {})}
    return saying(turn, "ask", PLACES, state)


def where(turn: Turn, product: str) -> Outcome | None:
    """Where the number stands on a product."""
    if product not in PRODUCTS:
        return None
    others = (place for place in PLACES if place != f"where:{product}")
    return saying(turn, (f"where_{product}", "type_it"), (*others, PERSON), state_of(turn, "serial"))


def help_to_find(turn: Turn) -> Outcome:
    """Where the number stands at all, for a word in between that nobody is sure of."""
    return saying(turn, "where_any", (*PLACES, PERSON), state_of(turn, "serial"))


async def take(turn: Turn, reading: Reading) -> Outcome:
    """What was read of a text that should be a serial number."""
    if reading.canonical is not None:
        return await look_up(turn, reading.canonical)
    if reading.offered is not None:
        return meant(turn, reading.offered)
    return again(turn, _trouble(turn, reading))


async def take_photo(turn: Turn) -> Outcome:
    """The number in a photo of the label; where none can be read it is typed, and the photo stays for a colleague."""
    records = turn.services.records
    text = await records.serial_in_photo(turn.message.attachments, turn.asker)
    reading = records.read(text or turn.message.text, expected=True)  # or it was typed beneath
    if reading.canonical is None and reading.offered is None:
        return again(turn, turn.services.say("warranty.photo", turn.language))
    return await take(turn, reading)


def meant(turn: Turn, serial: str, phrase: str = "meant") -> Outcome:
    """A slip that only one number explains is asked back, before anything is looked up; `phrase` "is_it": a word of a
    question that may be the number."""
    text = turn.services.say(f"warranty.{phrase}", turn.language, serial=grouped(serial))
    state = state_of(turn, "meant", offered=serial, failures=failed(turn) - 1)
    return Outcome((Reply(text, buttons(turn, ("yes", "no"))),), state=state)


async def confirmed(turn: Turn) -> Outcome:
    """Yes: the number that was offered is looked up."""
    serial = remembered(turn, "offered")
    return await look_up(turn, serial) if serial else ask(turn)


def again(turn: Turn, trouble: str) -> Outcome:
    """What is wrong, and the question again; after the second time a person is offered."""
    failures, say = failed(turn), turn.services.say
    parts, names = [trouble], PLACES
    if failures >= FAILURES:
        parts.append(say("warranty.or_person", turn.language))
        names = (PERSON, *PLACES)
    reply = Reply("\n\n".join(parts), buttons(turn, names))
    return Outcome((reply,), state=state_of(turn, "serial", failures=failures))


async def take_sign(turn: Turn, sign: str) -> Outcome | None:
    """The sign that was picked or typed, put into the number."""
    serial, place, signs = remembered(turn, "serial"), turn.state.get("place"), turn.state.get("signs")
    if not isinstance(place, int) or not isinstance(signs, list) or sign not in signs:
        return None
    return await look_up(turn, f"{serial[: place - 1]}{sign}{serial[place:]}")


def _trouble(turn: Turn, reading: Reading) -> str:
    say, language = turn.services.say, turn.language
    if reading.trouble == "letters" and reading.sign.isalnum():
        return say("warranty.letters", language, place=reading.place, sign=reading.sign)
    if reading.trouble == "letters":
        return say("warranty.signs", language, place=reading.place)
    return say(f"warranty.{reading.trouble if reading.trouble in _TROUBLES else 'unreadable'}", language)
