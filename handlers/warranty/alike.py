"""Two devices whose numbers differ in signs that look alike: which of them is on the label is asked, never guessed."""

from __future__ import annotations

from handlers.services import Checked
from handlers.warranty.state import PREFIX, state_of
from handlers.words import Choice, Outcome, Reply, Turn


def which_sign(turn: Turn, serial: str, checked: Checked) -> Outcome:
    """The question for the sign, with a button for each."""
    signs = _in_order(checked.signs)
    text = turn.services.say("warranty.sign", turn.language, place=checked.place, signs=" / ".join(signs))
    state = state_of(turn, "sign", serial=checked.serial or serial, place=checked.place, signs=list(signs))
    return Outcome((Reply(text, tuple(_sign(turn, sign) for sign in signs)),), state=state)


def _sign(turn: Turn, sign: str) -> Choice:
    kind = "digit" if sign.isdecimal() else "letter"
    return Choice(f"{PREFIX}sign:{sign}", turn.services.say(f"warranty.{kind}", turn.language, sign=sign))


def _in_order(signs: tuple[str, ...]) -> tuple[str, ...]:
    """The signs, each digit at its own number where it can be: "2" typed for a button means the sign as well."""
    ordered = sorted(signs, key=lambda sign: (not sign.isdecimal(), sign))
    for sign in [sign for sign in ordered if sign.isdecimal()]:
        ordered.remove(sign)
        ordered.insert(max(0, int(sign) - 1), sign)
    return tuple(ordered)
