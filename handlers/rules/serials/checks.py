"""Check digits: which sign must stand at the end of a serial, by the sum of the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

Check = Literal["none", "luhn", "mod37_36", "crockford37", "mod97_10"]
CHECKS: tuple[str, ...] = get_args(Check)

_BASE_36 = {sign: value for value, sign in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")}
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CROCKFORD_CHECK = _CROCKFORD + "*~$=U"
_CROCKFORD_VALUE = {sign: value for value, sign in enumerate(_CROCKFORD)} | {"O": 0, "I": 1, "L": 1}


def luhn(body: str) -> str:
    """ISO/IEC 7812, 3GPP TS 23.003 annex B. Letters before the digits do not count."""
    total = 0
    for at, sign in enumerate(reversed(body.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))):
        digit = int(sign) * (1 if at % 2 else 2)
        total += digit // 10 + digit % 10
    return str(-total % 10)


def mod37_36(body: str) -> str:
    """ISO 7064 MOD 37,36, over digits and letters."""
    product = 36
    for sign in body:
        product = (product + _BASE_36[sign]) % 36 or 36
        product = product * 2 % 37
    return "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[(37 - product) % 36]


def mod97_10(body: str) -> str:
    """ISO 7064 MOD 97-10, as in an IBAN: two digits; A counts as 10, Z as 35."""
    number = int("".join(str(_BASE_36[sign]) for sign in body) + "00")
    return f"{98 - number % 97:02d}"


def crockford37(body: str) -> str:
    """Crockford's base 32, modulo 37: I and L are read as 1, O as 0; one of *~$=U may be the check symbol."""
    number = 0
    for sign in body:
        number = number * 32 + _CROCKFORD_VALUE[sign]
    return _CROCKFORD_CHECK[number % 37]


_MAKE: dict[str, Callable[[str], str]] = {
    "luhn": luhn,
    "mod37_36": mod37_36,
    "crockford37": crockford37,
    "mod97_10": mod97_10,
}


def passes(check: Check, serial: str) -> bool:
    """Whether a canonical serial ends with the check digits its other signs ask for; always where there is no check."""
    if check == "none":
        return True
    width = 2 if check == "mod97_10" else 1
    body, end = serial[:-width], serial[-width:]
    try:
        return bool(body) and _MAKE[check](body) == end
    except (KeyError, ValueError):
        return False  # a sign that has no value there
