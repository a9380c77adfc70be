"""What a cell of each column says. Raises `CellWrong` with what to write instead."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from bot.registering.days import DayWrong, day_of
from handlers.rules.serials import LONGEST, canonical

MONTHS = range(1, 601)
_MAIL = re.compile(r"[^\s@]{1,64}@[^\s@]{1,185}\.[^\s@.]{2,}")
_TRUE = {"1", "true", "yes", "y", "x"}
_FALSE = {"0", "false", "no", "n"}
_COUNTRIES = {"UK": "GB", "EL": "GR"}  # what people and the European Union write


class CellWrong(ValueError):
    """A cell that can not be taken; the message says why and what to write."""


def _text(length: int) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if len(cell) > length:
            raise CellWrong(f"has {len(cell)} characters; {length} are possible")
        if not cell.isprintable() and any(unicodedata.category(sign) == "Cc" and not sign.isspace() for sign in cell):
            raise CellWrong("holds control characters; write plain text")
        return " ".join(cell.split())

    return read


def _day(cell: str) -> Any:
    try:
        return day_of(cell)
    except DayWrong as wrong:
        raise CellWrong(str(wrong)) from None


def _months(cell: str) -> int:
    if not (cell.isdecimal() and len(cell) <= 3 and int(cell) in MONTHS):
        raise CellWrong(f"{cell[:40]!r} is no number of months; write one from {MONTHS[0]} to {MONTHS[-1]}, such as 24")
    return int(cell)


def _choice(*values: str, **aliases: str) -> Callable[[str], str]:
    known = {value: value for value in values} | aliases

    def read(cell: str) -> str:
        found = known.get(cell.casefold().replace(" ", "_").replace("-", "_"))
        if found is None:
            raise CellWrong(f"{cell[:40]!r} is not known; write {', '.join(values[:-1])} or {values[-1]}")
        return found

    return read


def _country(cell: str) -> str:
    code = _COUNTRIES.get(cell.upper(), cell.upper())
    if code not in _territories():
        raise CellWrong(f"{cell[:40]!r} is no country; write its ISO code of two letters, such as CZ")
    return code


@cache
def _territories() -> frozenset[str]:
    from babel import Locale  # only where a file has countries

    found = (str(code) for code in Locale("en").territories)
    return frozenset(code for code in found if re.fullmatch("[A-Z]{2}", code)) - {"EU", "EZ", "UN", "ZZ", "XA", "XB"}


def _mail(cell: str) -> str:
    if not _MAIL.fullmatch(cell):
        raise CellWrong(f"{cell[:60]!r} is no e-mail address; write one such as anna@example.com, or nothing")
    return cell


def _phone(cell: str) -> str:
    digits = sum(sign.isdecimal() for sign in cell)
    if not 5 <= digits <= 15 or len(cell) > 32:
        raise CellWrong(f"{cell[:40]!r} is no telephone number; write one such as +420 601 234 567, or nothing")
    return " ".join(cell.split())


def _flag(cell: str) -> bool:
    said = cell.casefold()
    if said not in _TRUE | _FALSE:
        raise CellWrong(f"{cell[:40]!r} is neither yes nor no; write 1 or 0")
    return said in _TRUE


def _code(cell: str) -> str:
    """A code under the label is typed back like a serial: by people."""
    found = canonical(cell)
    if not 4 <= len(found) <= LONGEST:
        raise CellWrong(f"is too short or too long for a code (4 to {LONGEST} signs); write it as on the device")
    return found


# All but the serial, which is read by the company's patterns.
READERS: Mapping[str, Callable[[str], Any]] = {
    "product": _text(80), "model": _text(120), "line": _text(40),
    "made_on": _day, "purchased_on": _day, "delivered_on": _day, "activated_on": _day,
    "country": _country,
    "buyer": _choice("consumer", "business", b2c="consumer", b2b="business", private="consumer", company="business"),
    "goods": _choice("new", "used", "digital", refurbished="used", second_hand="used"),
    "invoice": _text(80), "email": _mail, "phone": _phone, "label_code": _code, "canary": _flag,
    "warranty_months": _months,
    "warranty_basis": _choice("delivery", "purchase", "activation", "first_use", "fixed"),
    "warranty_until": _day, "warranty_void": _text(200),
    "extended_months": _months, "extended_from": _day, "extended_until": _day,
    "contract_from": _day, "contract_until": _day, "contract_tier": _choice("basic", "extended", "premium"),
    "repair_claimed_on": _day, "repair_returned_on": _day,
    "repair_kind": _choice("repair", "replacement", replaced="replacement", exchange="replacement"),
    "repair_under": _choice("warranty", "statutory", "paid"),
}  # fmt: skip
