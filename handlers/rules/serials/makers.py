"""Serials of makers that have more than one form: which other forms the same device may be kept under."""

from __future__ import annotations

import re

from handlers.rules.serials.checks import luhn, passes
from handlers.rules.serials.signs import skeleton

LOOK_LIKE_DIGITS = ("B8", "G6", "Q0", "S5", "Z2")
_SHORT_TAG, _LONG_TAG = 5, 7  # signs of a Dell service tag
_BASE_36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_TAG = re.compile(r"[0-9A-Z]{5}|[0-9A-Z]{7}")
_CODE = re.compile(r"[1-9][0-9]{6,10}")
_LENOVO = re.compile(r"[0-9A-Z]{4,}(?P<serial>[A-Z](?=[0-9A-Z]*[0-9])[0-9A-Z]{7})")
_IMEI_SIGNS = 15
# Who gives out the IMEI numbers of today's phones (GSMA TS.06): the first two digits.
_IMEI_BEGINNINGS = ("01", "35", "86", "99")


def imei(serial: str) -> str | None:
    """The 15 digits of an IMEI typed with or without its check digit, or with a software version; None: it is none.

    14 digits lack the check digit; 16 have a version of two digits in its place (IMEISV, 3GPP TS 23.003); labels
    print 15 and the version. The check digit may be wrong only where all 15 were typed.
    """
    digits = skeleton(serial, LOOK_LIKE_DIGITS)
    if not digits.isdecimal():
        return None
    if len(digits) in (_IMEI_SIGNS - 1, _IMEI_SIGNS + 1):
        body = digits[: _IMEI_SIGNS - 1]
        return body + luhn(body)
    if len(digits) == _IMEI_SIGNS + 2 and passes("luhn", digits[:_IMEI_SIGNS]):
        return digits[:_IMEI_SIGNS]
    return digits if len(digits) == _IMEI_SIGNS else None


def looks_like_imei(serial: str) -> bool:
    """Whether 15 digits without a word about them are meant as the IMEI of a phone, right or mistyped."""
    return len(serial) == _IMEI_SIGNS and serial.isdecimal() and serial.startswith(_IMEI_BEGINNINGS)


def other_forms(serial: str) -> tuple[str, ...]:
    """Other canonical serials the same device may be kept under, the likeliest first."""
    found = (imei(serial), _imei_body(serial), _express_code(serial), _service_tag(serial), _lenovo(serial))
    return tuple(dict.fromkeys(form for form in found if form and form != serial))


def root(serial: str) -> str:
    """What all forms of one serial have in common that anybody can make up. Proofs are counted by it: whoever writes a
    serial otherwise tries no other one."""
    digits = imei(serial)
    return digits[: _IMEI_SIGNS - 1] if digits else bare(serial)


def bare(serial: str) -> str:
    """A serial without what may stand before a Lenovo one, look-alikes as one: neighbours stay neighbours."""
    return skeleton(_lenovo(serial) or serial, LOOK_LIKE_DIGITS)


def _imei_body(serial: str) -> str | None:
    """An IMEI as it is kept where nobody wrote down its check digit."""
    digits = imei(serial)
    return digits[:-1] if digits and passes("luhn", digits) else None


def _express_code(serial: str) -> str | None:
    """Dell prints a service tag also as the same number in base 10."""
    return str(int(serial, 36)) if _TAG.fullmatch(serial) and not serial.isdecimal() else None


def _service_tag(serial: str) -> str | None:
    if not _CODE.fullmatch(serial):
        return None
    number, tag = int(serial), ""
    while number:
        number, sign = divmod(number, 36)
        tag = _BASE_36[sign] + tag
    return tag.rjust(_SHORT_TAG if len(tag) <= _SHORT_TAG else _LONG_TAG, "0") if len(tag) <= _LONG_TAG else None


def _lenovo(serial: str) -> str | None:
    """Long codes on Lenovo labels (machine type, model, serial) end with the eight signs of the serial."""
    found = _LENOVO.fullmatch(serial)
    return found["serial"] if found else None
