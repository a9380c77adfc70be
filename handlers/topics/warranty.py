"""Is it still under warranty? The serial number, whose device it is, what is owed for it, and what can be done now."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from handlers.presenting import body
from handlers.requests import TOPIC as REQUEST
from handlers.requests import promised
from handlers.rules.codes import code_in
from handlers.rules.serials import canonical
from handlers.warranty.asking import again, ask, confirmed, help_to_find, meant, take, take_photo, take_sign, where
from handlers.warranty.hearing import (
    SHORTEST_RECEIPT,
    asks_of_warranty,
    code_within,
    holds_date,
    is_aside,
    is_code,
    is_lost,
    is_serial,
    is_short,
    is_try,
    is_waited_for,
    known_better,
    may_prove,
    wants_person,
)
from handlers.warranty.looking import look_up, take_country, take_named_country
from handlers.warranty.proving import ask_proof, keep, send_code, take_code, take_proof
from handlers.warranty.state import PERSON, PREFIX, in_talk, remembered, saying, state_of
from handlers.words import AnswerGiven, Choice, Outcome, Reply, TicketWanted, Turn

ORDER = 24  # before a request takes a number for a telephone's


async def handle(turn: Turn) -> Outcome | None:
    """Begins the talk, or takes the next step of it."""
    choice, text = turn.message.choice, turn.message.text.strip()
    if choice is not None:
        return await _pressed(turn, choice.removeprefix(PREFIX)) if choice.startswith(PREFIX) else None
    command, _, rest = text.partition(" ")
    if command.split("@")[0].lower() == "/warranty":
        return await _commanded(turn, rest.strip())
    if text.startswith("/") or wants_person(turn):
        return None
    outcome = await _next(turn, text) if in_talk(turn) else None
    return outcome or await _begun(turn, text)


async def _commanded(turn: Turn, text: str) -> Outcome:
    return await take(turn, turn.services.records.read(text, expected=True)) if text else ask(turn)


async def _begun(turn: Turn, text: str) -> Outcome | None:
    """A number by itself, or a question whether a device is covered; None for everything else."""
    if not text or is_waited_for(turn):
        return None
    reading = turn.services.records.read(text, expected=is_code(text))
    serial, asks = reading.canonical or reading.offered, asks_of_warranty(turn)
    if serial is not None and (asks or is_serial(turn, serial)):
        return meant(turn, serial) if reading.canonical is None else await look_up(turn, serial)
    if asks and not await known_better(turn):
        word = code_within(text)
        inside = turn.services.records.read(word, expected=True).canonical if word is not None else None
        return ask(turn, text) if inside is None else meant(turn, inside, "is_it")
    return None


async def _next(turn: Turn, text: str) -> Outcome | None:
    """What was asked for; else a question that belongs to this talk; None where others know more."""
    step = str(turn.state.get("step"))
    if turn.message.attachments and step in _TYPED:
        return await take_photo(turn)
    if not text or (turn.acts and step != "sign"):  # one letter is an exclamation to some
        return None
    take_step = _STEPS.get(step)
    outcome = await take_step(turn, text) if take_step is not None else None
    return outcome or await _aside(turn, text)


async def _take_serial(turn: Turn, text: str) -> Outcome | None:
    reading = turn.services.records.read(text, expected=True)
    known = reading.canonical is not None or reading.offered is not None
    return await take(turn, reading) if known or is_try(turn) else None


async def _take_sign(turn: Turn, text: str) -> Outcome | None:
    return await take_sign(turn, canonical(text)) or await _take_serial(turn, text)


async def _take_proof(turn: Turn, text: str) -> Outcome | None:
    return await take_proof(turn, text) if may_prove(text) else None


async def _take_code(turn: Turn, text: str) -> Outcome | None:
    """The code; or, while it is on its way, the receipt or the day that proves as much."""
    fact = await _take_fact(turn, text) if code_in(text) is None else None
    return fact or await take_code(turn, text)


async def _take_fact(turn: Turn, text: str) -> Outcome | None:
    """Whoever has read that a receipt or a day helps writes it without pressing a button first."""
    if not remembered(turn, "serial") or not (holds_date(text) or is_code(text, SHORTEST_RECEIPT)):
        return None
    is_other_serial = turn.services.records.read(text, expected=False).canonical is not None
    return None if is_other_serial else await take_proof(turn, text)


_TYPED = ("serial", "meant", "sign")  # steps at which a number is awaited
_STEPS: Mapping[str, Callable[[Turn, str], Awaitable[Outcome | None]]] = {
    "serial": _take_serial,
    "meant": _take_serial,
    "sign": _take_sign,
    "country": take_named_country,
    "proof": _take_proof,
    "code": _take_code,
    "seen": _take_fact,
}


async def _aside(turn: Turn, text: str) -> Outcome | None:
    """A question in the middle that the knowledge base answers and that belongs here; the buttons stay."""
    found = await turn.services.search(text, turn.language)
    if turn.state.get("step") == "serial" and is_short(text) and is_lost(found):
        return help_to_find(turn)
    if not is_aside(found) or found.entry is None:
        return None
    return _page(turn, found.entry, text, found.confidence)


async def _pressed(turn: Turn, name: str) -> Outcome | None:
    kind, _, said = name.partition(":")
    match kind:
        case "check":
            return ask(turn)
        case "no":
            return again(turn, turn.services.say("warranty.type_it", turn.language))
        case "yes":
            return await confirmed(turn)
        case "where":
            return where(turn, said)
        case "sign":
            return await take_sign(turn, said)
        case "country":
            return await take_country(turn, said)
        case "page":
            return _page(turn, said, "", 1.0)
        case "broken":
            return saying(turn, "what_happens", (PERSON,), state_of(turn, "seen"))
        case "claim":
            return _claim(turn)
    return await _about_device(turn, kind)


async def _about_device(turn: Turn, kind: str) -> Outcome | None:
    """What needs to know which device; a button of an older talk asks for its number again."""
    steps: Mapping[str, Callable[[Turn], Awaitable[Outcome]]] = {"again": _once_more, "code": send_code, "keep": keep}
    if kind != "proof" and kind not in steps:
        return None
    if not remembered(turn, "serial"):
        return ask(turn)
    return ask_proof(turn) if kind == "proof" else await steps[kind](turn)


async def _once_more(turn: Turn) -> Outcome:
    return await look_up(turn, remembered(turn, "serial"))


def _page(turn: Turn, entry: str, question: str, confidence: float) -> Outcome | None:
    """An entry in the middle of the talk, which goes on after it."""
    page = turn.services.page(entry, turn.language)
    if page is None:
        return None
    event = AnswerGiven(question or page.title, "answer", confidence, page.entry, page.version, page.language)
    choices = tuple(one for one in turn.conversation.offered if one.id.startswith(PREFIX) or one.id == PERSON)
    state = turn.state if in_talk(turn) else state_of(turn, "serial")
    return Outcome((Reply(body(turn.services, page, turn.language), choices),), (event,), state)


def _claim(turn: Turn) -> Outcome:
    """The claim goes to a person at once; the device is with it, what happens is asked."""
    say, language, product = turn.services.say, turn.language, remembered(turn, "product")
    subject = (
        say("warranty.subject", language, product=turn.services.product_name(product, language))
        if product
        else say("warranty.subject_plain", language)
    )
    asked = "\n".join(filter(None, (subject, remembered(turn, "question"))))
    told = f"{say('warranty.claimed', language)} {promised(turn)}"
    contact = Choice("contact:none", say("escalation.without_contact", language))
    reply = Reply(f"{told}\n\n{say('escalation.ask_contact', language)}", (contact,))
    state = {"topic": REQUEST, "step": "contact", "described": False}
    return Outcome((reply,), (TicketWanted("claim_or_law", asked),), state)
