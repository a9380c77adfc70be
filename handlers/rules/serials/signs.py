"""A serial as a key: exact, and with look-alikes as one; and as it is shown."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from handlers.rules.serials.labels import AT_THE_START
from handlers.rules.serials.letters import SEPARATORS, plain

SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*~$="  # the last four are check symbols: only at the end
LONGEST = 64  # signs of a serial
TYPED = 400  # characters that are looked at where one serial is expected
GROUP = 4  # signs, as a serial is shown
ISOLATE, END = "\u2066", "\u2069"  # left to right, whatever stands around it

AROUND = SEPARATORS + ",;:!?()[]{}<>\"'`´|#&«»„“”‘’،؛؟…"  # stands around a serial, never in it
_NEVER_FIRST = "*~$="  # of a serial: Markdown
_SQUEEZE = str.maketrans("", "", SEPARATORS)
_FOREIGN = re.compile(r"[^A-Z0-9*~$=]|[*~$=](?!\Z)")


def canonical(text: str) -> str:
    """The exact key of a serial: the same however it is typed, except for signs that look alike (see `skeleton`).

    Idempotent. "" where the text holds no sign at all; letters that are no signs of serials stay (see `foreign`).
    """
    text = _bare(plain(text[:TYPED]))
    while label := AT_THE_START.match(text):
        text = _bare(text[label.end() :])
    return squeezed(text)


def _bare(text: str) -> str:
    """Without what stands around it. A check symbol may be its last sign, but where one is the first both are bold."""
    text = text.strip(AROUND)
    return text.strip(AROUND + _NEVER_FIRST) if text[:1] in _NEVER_FIRST else text


def squeezed(text: str) -> str:
    """Plain text without what separates. Too long for a serial: cut, and still too long."""
    text = text.translate(_SQUEEZE)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return text if len(text) <= LONGEST else text[: LONGEST + 1].rstrip(AROUND)


def foreign(serial: str) -> int:
    """The place (from 1) of the first sign of a canonical serial that is no sign of serials; 0: all are."""
    found = _FOREIGN.search(serial)
    return found.start() + 1 if found else 0


@lru_cache(maxsize=256)
def _one_look(fold: tuple[str, ...]) -> dict[int, str]:
    pairs = {"O": "0", "I": "1", "L": "1"} | {pair[0]: pair[1] for pair in fold}
    return str.maketrans({sign: pairs.get(look, look) for sign, look in pairs.items()})


def skeleton(serial: str, fold: tuple[str, ...] = ()) -> str:
    """What is left of a canonical serial where signs that look alike are one: O is 0, I and L are 1.

    `fold`: more pairs of a product line, such as "B8" for "B is 8".
    """
    return serial.translate(_one_look(fold))


def grouped(serial: str) -> str:
    """A serial as it is shown: in groups of four, left to right even within Persian."""
    groups = (serial[at : at + GROUP] for at in range(0, len(serial), GROUP))
    return f"{ISOLATE}{' '.join(groups)}{END}"


def difference(*serials: str) -> tuple[int, tuple[str, ...]]:
    """The first place (from 1) in which serials of one skeleton differ, and the signs that stand there.

    (0, ()) where they do not differ.
    """
    for place, signs in enumerate(zip(*serials, strict=False), start=1):
        if len(set(signs)) > 1:
            return place, tuple(sorted(set(signs)))
    return 0, ()


def agreement(serial: str, alike: Sequence[str]) -> str:
    """A serial with the signs on which those that look like it agree; where they differ, its own."""
    columns = zip(serial, *alike, strict=False)
    return "".join(kept[0] if len(set(kept)) == 1 else typed for typed, *kept in columns)
