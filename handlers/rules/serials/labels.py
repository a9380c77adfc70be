"""The words that stand before a serial on labels, in mails and in what people type."""

from __future__ import annotations

import re
from collections.abc import Iterable

from handlers.rules.serials.letters import SEPARATORS, plain

_GAP = f"[{re.escape(SEPARATORS)}]*"

# No serial begins like this: what follows needs no space.
_LONG = (
    "serial number", "serial no", "serial nr", "serial #", "service tag", "express service code",
    "серийный номер", "серийный #", "серийный", "серийник", "заводской номер", "заводской #", "зав #", "сер #",
    "сериялық нөмірі", "сериялық нөмір", "сериялық номері", "сериялық #", "сериялық", "зауыттық нөмірі",
    "sériové číslo", "seriove cislo", "výrobní číslo", "vyrobni cislo", "sériové č", "výrobní č", "výr č", "sér č",
    "nr seryjny", "numer seryjny", "nr fabryczny", "numer fabryczny",
    "شماره سریال دستگاه", "شماره سریال", "سریال نامبر", "سریال",
)  # fmt: skip
# Some serial may begin like this: only before a colon or a space.
_SHORT = (
    "sn", "snr", "serial", "ser no", "ser nr", "ser", "no", "nr", "number", "meid", "tag",
    "сер номер", "сер ном", "сер", "зав номер", "номер", "нөмірі", "нөмір", "v č", "č", "číslo", "vyr c", "vyrobni c",
    "nr ser", "nr fabr", "numer", "شماره",
)  # fmt: skip


def _spread(words: Iterable[str]) -> str:
    """An expression for any of these words in the letters of serials, with separators anywhere in them."""
    folded = {plain(word).translate({ord(sign): None for sign in SEPARATORS}) for word in words}
    return "|".join(_GAP.join(map(re.escape, word)) for word in sorted(folded, key=lambda word: (-len(word), word)))


# On plain text. Whatever separators are dropped later, no new label comes to stand at the beginning.
AT_THE_START = re.compile(
    rf"(?:{_spread(_LONG)}|S ?/ ?N|C ?/ ?H"  # с/н, in Cyrillic
    rf"|{_spread(['imei'])}(?:{_GAP}{_spread(['sv'])}|{_GAP}[12](?={_GAP}[:#=)]|\s))?"
    rf"|(?:{_spread(_SHORT)}){_GAP}(?:[:#=]|(?<=\s)))"
)
IMEI = re.compile(_spread(["imei"]))
