"""Text for people (`clean`) and text for matching (`key`, `weak_key`).

Folding is never used for offsets into the original: it changes lengths.
"""

from __future__ import annotations

import re
import unicodedata

LIMIT = 2_000  # characters of a question that anything looks at
MARKS = 4  # combining marks in a row that are still writing, not decoration

_SURROGATE = re.compile("[\ud800-\udfff]")
_MARK = r"[\u0300-\u036f\u0483-\u0489\u064b-\u065f\u1ab0-\u1aff\u20d0-\u20ff]"
_MARK_RUN = re.compile(rf"({_MARK}{{{MARKS}}}){_MARK}+")
# Controls, soft hyphen, bidi controls, BOM, noncharacters. Not ZWNJ (U+200C): Persian is written with it.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufffe\uffff]"
)
_SPACE = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_BLANK_LINES = re.compile(r"\s*\n\s*\n\s*")


def cut(text: str) -> str:
    """The part of a text that anything looks at: LIMIT characters, lone surrogates replaced."""
    return _SURROGATE.sub("\ufffd", text[:LIMIT])


def clean(text: str) -> str:
    """Text safe to show: cut, composed (NFC), no controls, bidi marks or towers of marks, spaces folded."""
    text = _MARK_RUN.sub(r"\1", _UNSAFE.sub("", cut(text).replace("\r\n", "\n")))
    lines = (_SPACE.sub(" ", line).strip() for line in unicodedata.normalize("NFC", text).split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


# Marks that only decorate: Latin accents left over after NFC, Arabic vowel signs, superscript alef, tatweel.
_DROPPED = frozenset(
    (
        0x0640,
        0x0670,
        *range(0x300, 0x370),
        *range(0x64B, 0x660),
        *range(0x1AB0, 0x1B00),
        *range(0x20D0, 0x2100),
    )
)
_LATIN = {"ł": "l", "đ": "d", "ø": "o", "ı": "i", "ŧ": "t", "ħ": "h", "æ": "ae", "œ": "oe", "ß": "ss"}
_ARABIC = dict(zip("يىئكةۀأإٱؤ", "ییییکههاااو"[1:], strict=True))
_KAZAKH = str.maketrans("әғқңөұүһі", "агкноуухи")
_TO_CYRILLIC = str.maketrans("aeopcxyikhmtb", "аеорсхуікнмтв")
_CYRILLIC_TO_LATIN = {cyrillic: latin for latin, cyrillic in _TO_CYRILLIC.items()}


def _is_latin(char: str) -> bool:
    return char < "\u0250" or "\u1e00" <= char < "\u1f00"


def _fold_char(code: int) -> str:
    """One character as it is compared: case, width, digits, and marks on Latin letters only."""
    if code in _DROPPED:
        return ""
    folded = unicodedata.normalize("NFKC", chr(code)).casefold()
    return "".join(_fold_part(char) for char in folded)


def _fold_part(char: str) -> str:
    if char in _LATIN:
        return _LATIN[char]
    if _is_latin(char):
        return "".join(c for c in unicodedata.normalize("NFD", char) if not unicodedata.combining(c))
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    return "е" if char == "ё" else _ARABIC.get(char, char)


class _Fold(dict[int, str]):
    """Translation table that fills itself, up to a size no living language needs."""

    def __missing__(self, code: int) -> str:
        folded = _fold_char(code)
        if len(self) < 8_192:
            self[code] = folded
        return folded


_FOLD = _Fold({0x200C: "\u200c", 0x200D: "", 0xAD: ""})
_WORD = re.compile(r"[^\W_]+")
# Begins at a word's beginning only: tried at each of its letters, a long word would cost the square of its length.
_MIXED = re.compile(r"(?<![^\W_])(?=[^\W_]*[a-z])(?=[^\W_]*[\u0400-\u052f])[^\W_]+")
# Persian affixes that people write apart, joined or with ZWNJ: compared in the joined form.
_PREFIX = re.compile(r"\b(ن?می)[\u200c ]+(?=[\u0621-\u06cc])")
_SUFFIX = re.compile(r"(?<=[\u0621-\u06cc])[\u200c ]+(ها(?:ی|یی|یم|یت|یش|یمان|یتان|یشان)?|ترین|تر|ام|ات|اش|ای|اند)\b")


def _one_script(match: re.Match[str]) -> str:
    """A word of two scripts (a Latin i in a Kazakh word) in the script most of its letters have."""
    word = match.group()
    latin = sum(char < "\u0250" and char.isalpha() for char in word)
    table = _TO_CYRILLIC if 2 * latin <= sum(map(str.isalpha, word)) else _CYRILLIC_TO_LATIN
    return word.translate(table)


def key(text: str, language: str | None = None) -> str:
    """Words of the text, folded for matching, one space between: never shown, never used for offsets.

    Case, width, digits of every script, accents of Latin letters, ё, Arabic yeh and kaf, ZWNJ and Persian
    affixes written apart make no difference; й, Kazakh letters and آ stay themselves (see `weak_key`).
    `language` only spares Latin and Cyrillic texts the Persian rules when it is known.
    """
    text = cut(text)
    if text.isascii():
        return " ".join(_WORD.findall(text.lower()))
    text = unicodedata.normalize("NFC", _MARK_RUN.sub(r"\1", text)).translate(_FOLD)[: 2 * LIMIT]
    text = _MIXED.sub(_one_script, text)
    if language in (None, "fa") or "\u200c" in text:
        text = _SUFFIX.sub(r"\1", _PREFIX.sub(r"\1", text)).replace("\u200c", "")
    return " ".join(_WORD.findall(text))


def weak_key(folded: str) -> str:
    """A key in which Kazakh letters equal the Russian ones that stand in for them on a Russian keyboard."""
    return folded if folded.isascii() else folded.translate(_KAZAKH)
