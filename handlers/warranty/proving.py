"""Proving that the device is theirs: a fact only its holder knows, or a one-time code."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from handlers.services import Checked
from handlers.warranty.looking import look_up, said
from handlers.warranty.state import FAILURES, PERSON, failed, remembered, saying, state_of
from handlers.words import Outcome, Reply, SerialChecked, Turn

LONGEST = 300  # characters of a proof that are looked at
CODE_WORDS = 3  # a longer message is no code


def ask_proof(turn: Turn) -> Outcome:
    """What proves it, and what nobody is asked for."""
    return saying(turn, "ask_proof", ("code", PERSON), state_of(turn, "proof"))


async def take_proof(turn: Turn, text: str) -> Outcome:
    """A right one opens the exact dates; to a wrong one the same is said whether the number is known or not."""
    serial = remembered(turn, "serial")
    checked = await turn.services.records.check(
        serial, turn.asker, turn.now, country=turn.conversation.country, proof=text[:LONGEST]
    )
    if checked.outcome in ("seen", "hidden") and checked.level == 0:
        return _unproved(turn, serial, checked)
    return said(turn, serial, checked)


def _unproved(turn: Turn, serial: str, checked: Checked) -> Outcome:
    failures = failed(turn)
    phrases = ("proof_wrong", "or_person") if failures >= FAILURES else ("proof_wrong",)
    state = state_of(turn, "proof", failures=failures)
    shown = saying(turn, phrases, ("code", "retype", PERSON), state)
    verdict = checked.view.verdict if checked.view is not None else "unknown"
    event = SerialChecked(serial, verdict, checked.coverage, checked.serial)
    return Outcome(shown.replies, (event,), shown.state)


async def send_code(turn: Turn) -> Outcome:
    """Whether our records hold a contact is never said."""
    sent = await turn.services.records.send_code(remembered(turn, "serial"), turn.asker, turn.now)
    if not sent:
        return saying(turn, "code_too_many", ("proof", PERSON), state_of(turn, "proof"))
    return saying(turn, "code_sent", ("code", "proof", PERSON), state_of(turn, "code"))


async def take_code(turn: Turn, text: str) -> Outcome | None:
    """A right code opens the exact dates; None for words that are no code."""
    code = "".join(unicodedata.normalize("NFKC", text).split())
    if len(text.split()) > CODE_WORDS or not any(map(str.isdecimal, code)):
        return None
    serial = remembered(turn, "serial")
    if await turn.services.records.redeem(serial, _ascii(code), turn.asker, turn.now):
        state = {**turn.state, "coded": serial}  # what a code has proved may be kept for good
        return await look_up(replace(turn, conversation=replace(turn.conversation, state=state)), serial)
    failures = failed(turn)
    phrases = ("code_wrong", "or_person") if failures >= FAILURES else ("code_wrong",)
    return saying(turn, phrases, ("code", "proof", PERSON), state_of(turn, "code", failures=failures))


async def keep(turn: Turn) -> Outcome:
    """The device is linked to this talk, where a code has proved it."""
    serial = remembered(turn, "serial")
    if not await turn.services.records.keep(serial, turn.asker, turn.now):
        return saying(turn, "not_kept", ("code", PERSON), state_of(turn, "seen"))
    shown = await look_up(turn, serial)
    kept = Reply(turn.services.say("warranty.kept", turn.language))
    return Outcome((kept, *shown.replies), shown.events, shown.state)


def _ascii(code: str) -> str:
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in code)
