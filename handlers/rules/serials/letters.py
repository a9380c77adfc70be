"""Text in the letters of serials: what look-alikes, digits of other scripts and invisible signs become."""

from __future__ import annotations

import re
import unicodedata
from array import array

SEPARATORS = " \n-./_"  # all that `plain` leaves of them

# Other Cyrillic letters are not guessed.
_CYRILLIC = dict(zip("АВЕКМНОРСТУХІЈЅҮҺ", "ABEKMHOPCTYXIJSYH", strict=True))
_ARABIC = {"ي": "ی", "ك": "ک", "ـ": ""}  # for the words of labels; tatweel only stretches
_DASHES = frozenset("\u2212\u2043\u02d7")  # minus, hyphen bullet: dashes by their look, not by their category


def _part(sign: str) -> str:
    """One sign of NFKC text in capitals, as a serial is compared."""
    category = unicodedata.category(sign)
    if category == "Nd":
        return str(unicodedata.decimal(sign))
    if category == "Cf" or category[0] == "M":
        return ""
    if category == "Pd" or sign in _DASHES:
        return "-"
    if category in ("Cc", "Zl", "Zp"):
        return "\n" if sign in "\n\r\u2028\u2029" else " "
    return " " if category == "Zs" else _CYRILLIC.get(sign, _ARABIC.get(sign, sign))


class _Fold(dict[int, str]):
    """Translation table that fills itself, up to a size no living language needs."""

    def __missing__(self, code: int) -> str:
        upper = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", chr(code)).upper())
        folded = "".join(map(_part, upper))
        if len(self) < 8_192:
            self[code] = folded
        return folded


_FOLD = _Fold({ord("№"): "#"})
# What composes to one letter, such as the two signs of й: nothing else may be taken together.
_CLUSTER = re.compile(r"[\s\S][\u0300-\u036f\u0653-\u0655]*")


def plain(text: str) -> str:
    """The text in the letters of serials: capitals, ASCII digits, no invisible signs. Separators are still there."""
    if text.isascii():
        text = text.upper()
        return text if text.isprintable() else text.translate(_FOLD)
    return unicodedata.normalize("NFC", text).translate(_FOLD)


def placed(text: str) -> tuple[str, array[int], array[int]]:
    """The plain text, and for each of its signs where in the text it begins and ends."""
    signs: list[str] = []
    starts, ends = array("L"), array("L")
    for cluster in _CLUSTER.finditer(text):
        folded = plain(cluster.group())
        signs.append(folded)
        starts.extend([cluster.start()] * len(folded))
        ends.extend([cluster.end()] * len(folded))
    return "".join(signs), starts, ends
