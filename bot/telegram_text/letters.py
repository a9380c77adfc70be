"""Characters as Telegram counts and keeps them."""

from __future__ import annotations

import re
import unicodedata

from bot.ports import storable

TEXT_LIMIT, CAPTION_LIMIT = 4096, 1024  # UTF-16 units of visible text

ISOLATE = re.compile("[\u2066-\u2068][^\u2066-\u2069\n]*\u2069")
_ISOLATE_OR_STRAY = re.compile(f"({ISOLATE.pattern})|[\u2066-\u2069]")
_LINE_END = re.compile("\r\n?|[\u0085\u2028\u2029]")
_GAP = re.compile("[\t\v\f]")
# Controls, marks and embeddings of direction (we set our own), two lines over or under a letter. The last two, and
# the ring, Telegram drops by itself: what is counted and compared must be what is shown.
_DROPPED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u0333\u033f\u030a]")
_RING = re.compile("[^\\W\\d_]\u030a")
_EMPTY = frozenset(("Zs", "Zl", "Zp", "Cc", "Cf", "Cs"))
_UNSEEN = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters and symbols by their class, but empty


def units(text: str) -> int:
    """The length of a text as Telegram counts it: UTF-16 units."""
    return len(text) + sum(char > "\uffff" for char in text)


def clean(text: str) -> str:
    """Text without what Telegram would change or drop by itself, line ends as \\n, isolates only in pairs."""
    text = _LINE_END.sub("\n", storable(text))
    text = _RING.sub(lambda match: unicodedata.normalize("NFC", match.group()), text)  # Czech ů in two parts
    text = _DROPPED.sub("", _GAP.sub(" ", text))
    return _ISOLATE_OR_STRAY.sub(lambda match: match.group(1) or "", text)


def is_blank(text: str) -> bool:
    """Nothing in it can be seen: Telegram refuses such a message."""
    return all(char in _UNSEEN or unicodedata.category(char) in _EMPTY for char in text)


def escaped(text: str) -> str:
    """Text between tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescaped(text: str) -> str:
    """What stands between the tags, as it is shown. Knows the entities made here, no others."""
    for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        text = text.replace(entity, char)
    return text
