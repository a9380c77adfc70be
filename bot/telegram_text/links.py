"""Which links Telegram keeps. The others it drops or bends without a word: their address must stand in the text."""

from __future__ import annotations

import re

ADDRESS_LIMIT = 1_000  # characters

_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_KEPT = re.compile(rf"https?://(?:{_LABEL}\.)+[^\W\d_]{{2,63}}(?::[1-9][0-9]{{0,3}})?(?:[/?#]\S*)?", re.IGNORECASE)
_CONTACT = re.compile(r"(?:mailto|tel):([^\s?]+)(?:\?\S*)?", re.IGNORECASE)
_WEB = re.compile(r"https?://\S", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.,;:!?)\]}»”’*_~،؛؟…]+\Z")


def kept(address: str) -> bool:
    """Telegram makes a link of it."""
    return len(address) <= ADDRESS_LIMIT and _KEPT.fullmatch(address) is not None


def spelled_out(label: str, address: str) -> str | None:
    """A link as words, for addresses Telegram makes no link of; its apps find mail and telephone by themselves.

    None for a scheme nobody should follow.
    """
    contact = _CONTACT.fullmatch(address)
    if contact is None and not _WEB.match(address):
        return None
    shown = contact.group(1) if contact else address
    return label if _bare(shown) in _bare(label) else f"{label} ({shown})"


def without_sentence_end(address: str) -> str:
    """The end of a sentence does not belong to the address in it; a closing bracket may."""
    bare = _SENTENCE_END.sub("", address)
    opened = bare.count("(") > bare.count(")")
    return f"{bare})" if opened and address[len(bare) :].startswith(")") else bare


def _bare(text: str) -> str:
    return "".join(char for char in text if char.isalnum() or char == "@").casefold()
