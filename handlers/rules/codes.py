"""One-time codes: how long one counts, and how often one is sent. The numbers are LibreDesk's.

What a customer hears ("too often") depends only on what they did in their own conversation. How much one address got
from all conversations together counts too, but nobody hears of it: else who asks for two devices would learn that
they belong to one owner, and who asks for one that somebody else just asked for.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta

DIGITS = 6
VALID = timedelta(minutes=10)
TRIES = 3  # wrong or right, of one code
PER_ADDRESS, ADDRESS_WINDOW = 3, timedelta(hours=1)  # also of one serial in one conversation: that is told
PER_CONVERSATION, CONVERSATION_WINDOW = 6, timedelta(days=1)
VERIFIED = timedelta(minutes=30)  # how long a right code counts as a proof

_CODE = re.compile(r"(?<!\d)(?:\d{6}|\d{3}[ -]\d{3}|\d{2}[ -]\d{2}[ -]\d{2})(?!\d)")
TEXT_LIMIT = 200  # characters looked at: a code stands in a short line


def may_ask(in_conversation: int, for_serial: int) -> bool:
    """Whether a conversation that asked so often for codes, and for this serial's, may ask for another."""
    return in_conversation < PER_CONVERSATION and for_serial < PER_ADDRESS


def may_send(to_address: int) -> bool:
    """Whether an address that was sent so many codes is sent another."""
    return to_address < PER_ADDRESS


def code_in(text: str) -> str | None:
    """The one code in what a customer wrote, in any digits and in groups or not; None where there is none, or two."""
    plain = unicodedata.normalize("NFKC", text[:TEXT_LIMIT])
    digits = "".join(_plain(sign) for sign in plain)
    found = {re.sub("[ -]", "", code) for code in _CODE.findall(digits)}
    return found.pop() if len(found) == 1 else None


def _plain(sign: str) -> str:
    """Any script's digit as ASCII's, any space and dash as one kind; direction marks and joiners vanish."""
    if sign.isdecimal():
        return str(unicodedata.decimal(sign))
    return {"Cf": "", "Zs": " ", "Pd": "-"}.get(unicodedata.category(sign), sign)
