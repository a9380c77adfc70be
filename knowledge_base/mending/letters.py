"""Letters as people type them when the right ones are not at hand: without marks, or a relative's."""

from __future__ import annotations

import re
import unicodedata

JOINER = "\u200c"  # ZWNJ: Persian is written with it, and typed without

# One letter for one letter, so that marks can be put back in their places.
_ALIKE = str.maketrans("łđøıŧħәғқңөұүһіёيىئكةۀأإآٱؤ", "ldoithагкноуухиеیییکههااااو")
_MARKED = re.compile(r"[à-öø-ɏḁ-ỿәғқңөұүһіёيىئكةۀأإآٱؤ\u0300-\u036f\u064b-\u065f\u200c]")
_ARABIC = str.maketrans("يىكةۀأإٱ", "ییکههااا")


class _Plain(dict[int, str]):
    """Translation table that fills itself, up to a size no living language needs."""

    def __missing__(self, code: int) -> str:
        found = _plain_letter(chr(code))
        if len(self) < 8_192:
            self[code] = found
        return found


def _plain_letter(char: str) -> str:
    char = char.translate(_ALIKE)
    if "\u00c0" <= char < "\u0250" or "\u1e00" <= char < "\u1f00":
        return unicodedata.normalize("NFD", char)[0]
    return "" if unicodedata.category(char) == "Mn" or char in (JOINER, "\u0640") else char


_PLAIN = _Plain()


def plain(word: str) -> str:
    """A word in small letters without marks, joiners and the letters that few keyboards have."""
    return word if word.isascii() else word.translate(_PLAIN)


def has_marks(text: str) -> bool:
    """Whether a text in small letters has any of those that people replace by plainer ones."""
    return not text.isascii() and _MARKED.search(text) is not None


def persian(text: str) -> str:
    """Arabic letters as a Persian keyboard has them."""
    return text if text.isascii() else text.translate(_ARABIC)


def script(char: str) -> str:
    """LATIN, CYRILLIC, ARABIC, or nothing for any other letter."""
    if char < "\u0250" or "\u1e00" <= char < "\u1f00":
        return "LATIN" if char.isalpha() else ""
    if "\u0400" <= char < "\u0530":
        return "CYRILLIC"
    return "ARABIC" if "\u0600" <= char < "\u0780" or "\ufb50" <= char < "\uff00" else ""
