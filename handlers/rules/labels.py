"""Which of the texts in the codes on a label is the serial: bar codes and QR codes say many things besides."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from handlers.rules.serials import Line, Reading, canonical, judge

TEXT_LIMIT = 1_000  # characters of one code that are looked at
_URL = re.compile(r"https?://", re.IGNORECASE)
_LINK = re.compile(r"/01/[^/?#]+(?:/[^/?#]+/[^/?#]+)*?/21/([^/?#]+)")  # GS1 Digital Link
_ELEMENT = re.compile(r"\((\d{2,4})\)([^(]*)")  # GS1: (application identifier)value
_SERIAL_ELEMENT = "21"
_FORMAT_06 = "[)>"  # ISO/IEC 15434; its fields begin with ANSI MH10.8.2 identifiers, S is the serial
_FIELDS = re.compile("[\x1c-\x1f\u241c-\u241f]")  # separators, and as they are printed
_PARTS = re.compile("[\r\n\t;,|\x1c-\x1f\u241c-\u241f]")
_KEY = re.compile(
    r"\s*(?P<key>S ?/ ?N|SN|SNR|SER|SER(?:IAL)?[ ._-]?(?:NO|NR|NUM|NUMBER)?|SERVICE ?TAG|(?P<imei>IMEI ?[12]?))"
    r"(?:(?<=/N)|(?<=/ N)|\s*[.:=#]|\s)\W*(?P<value>.+)",
    re.IGNORECASE,
)
_BARE = re.compile(r"(?=\D*\d)[A-Z0-9](?:[ ._/-]?[A-Z0-9]){3,39}", re.IGNORECASE)
_MAC = re.compile(r"(?:[0-9A-F]{2}-){5}[0-9A-F]{2}", re.IGNORECASE)
_PRODUCT_LENGTHS = (8, 12, 13, 14)  # GTIN: of EAN-8, UPC-A, EAN-13, ITF-14


def serial_on(texts: Sequence[str], lines: Sequence[Line]) -> str | None:
    """The canonical serial in the texts of a label's codes. None: there is none, or one could only guess.

    What a code calls the serial comes before what looks like a serial of one of the lines, then what it calls the
    IMEI, then the only other text that may be one.
    """
    texts = [text.strip()[:TEXT_LIMIT] for text in texts]
    bare = [judge(canonical(text), lines) for text in texts if _is_bare(text)]
    after_s = [judge(canonical(text[1:]), lines) for text in texts if _is_bare(text) and text[0] in "Ss"]
    of_lines = [reading for reading in (*bare, *after_s) if reading.line]
    named = [judge(canonical(value), lines) for text in texts for value in _called_serial(text)]
    imeis = [judge(canonical(value), lines, is_imei=True) for text in texts for value in _called_imei(text)]
    others = [judge(canonical(text), lines) for text in texts if _is_bare(text) and not _is_product(text)]
    for readings in (named, of_lines, imeis, others):
        if any(reading.canonical for reading in readings):
            return _only([reading for reading in readings if reading.line]) or _only(readings)
    return None


def _only(readings: Iterable[Reading]) -> str | None:
    """The serial of all these readings, where it is one."""
    found = {reading.canonical for reading in readings if reading.canonical}
    return found.pop() if len(found) == 1 else None


def _called_serial(text: str) -> Iterator[str]:
    """Every value that a code says is the serial."""
    yield from (value for number, value in _ELEMENT.findall(text) if number == _SERIAL_ELEMENT and text[0] == "(")
    if text.startswith(_FORMAT_06):
        yield from (field[1:] for field in _FIELDS.split(text) if field.startswith("S"))
    if _URL.match(text):
        yield from map(_decoded, _LINK.findall(text))
    yield from (found["value"] for found in _named(text) if not found["imei"])


def _called_imei(text: str) -> Iterator[str]:
    return (found["value"] for found in _named(text) if found["imei"])


def _named(text: str) -> Iterator[re.Match[str]]:
    """Every `S/N: value`, `serial=value`, `"imei": "value"` in a text, an address or JSON."""
    if _URL.match(text):
        parts = [_decoded(part) for part in re.split("[?&;#]", text)[1:]]
    else:
        parts = _PARTS.split(re.sub(r"[{}\"']", "", text))
    return filter(None, map(_KEY.fullmatch, parts))


def _decoded(text: str) -> str:
    """Without the percent signs of an address. Serials are ASCII: other letters may stay as they are."""
    return re.sub("%([0-7][0-9A-Fa-f])", lambda found: chr(int(found[1], 16)), text.replace("+", " "))


def _is_bare(text: str) -> bool:
    """Whether the text is nothing but signs as serials have them."""
    return bool(_BARE.fullmatch(text)) and not _MAC.fullmatch(text)


def _is_product(text: str) -> bool:
    """Whether it is the number of a product (GTIN), the same on all of them: of its length, and its last digit right.

    https://www.gs1.org/services/how-calculate-check-digit-manually: weights 3 and 1 in turn, from the right.
    """
    digits = text.replace(" ", "")
    if not (digits.isdecimal() and digits.isascii() and len(digits) in _PRODUCT_LENGTHS):
        return False
    return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(digits))) % 10 == 0
