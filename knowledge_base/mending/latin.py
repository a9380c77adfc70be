"""Russian, Kazakh and Persian typed in Latin letters, read back into their own.

There is no one way to spell, so reading has two halves: `native` gives the likeliest spelling, and
`sound` makes equal what the Latin letters do not tell apart, for looking a word up among known ones.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from knowledge_base.mending.letters import plain, script

_BOTH = {
    "a": "а", "b": "б", "v": "в", "g": "г", "d": "д", "e": "е", "z": "з", "k": "к", "l": "л", "m": "м", "n": "н",
    "o": "о", "p": "п", "r": "р", "s": "с", "t": "т", "u": "у", "f": "ф", "h": "х", "c": "ц", "q": "к", "é": "э",
    "sh": "ш", "ch": "ч", "zh": "ж", "kh": "х", "ts": "ц", "shch": "щ", "sch": "щ", "š": "ш", "č": "ч", "ž": "ж",
    "yu": "ю", "ju": "ю", "iu": "ю", "ya": "я", "ja": "я", "ia": "я", "yo": "ё", "jo": "ё", "ye": "е", "je": "е",
    "iya": "ия", "iyu": "ию", "iye": "ие", "iia": "ия", "iiu": "ию", "ija": "ия", "iju": "ию", "ck": "к", "x": "х",
    "'": "ь", "’": "ь",
}  # fmt: skip
_OWN: Mapping[str, Mapping[str, str]] = {
    "ru": {"w": "в", "i": "и", "j": "й", "y": "ы", "yy": "ый", "iy": "ий", "yi": "ый", "ij": "ий", "yj": "ый"},
    "kk": {
        "w": "у", "i": "і", "j": "ж", "ja": "жа", "ju": "жу", "jo": "жо", "je": "же", "y": "ы", "q": "қ", "gh": "ғ",
        "ng": "ң", "ä": "ә", "á": "ә", "ö": "ө", "ó": "ө", "ü": "ү", "ú": "ү", "ū": "ұ", "ğ": "ғ", "ǵ": "ғ",
        "ñ": "ң", "ń": "ң", "ı": "і", "ş": "ш", "ý": "у", "ç": "ч",
    },
}  # fmt: skip
_VOWELS = "аеёиоуыэюяәіөұү"
_AFTER_VOWEL = re.compile(f"(?<=[{_VOWELS}])[ыі](?![{_VOWELS}])")


_PERSIAN = {
    "b": "ب", "p": "پ", "t": "ت", "s": "س", "j": "ج", "ch": "چ", "h": "ه", "kh": "خ", "x": "خ", "d": "د", "z": "ز",
    "r": "ر", "zh": "ژ", "sh": "ش", "gh": "ق", "q": "ق", "f": "ف", "k": "ک", "c": "ک", "g": "گ", "l": "ل", "m": "م",
    "n": "ن", "v": "و", "w": "و", "u": "و", "oo": "و", "ou": "و", "y": "ی", "i": "ی", "ee": "ی", "aa": "ا", "â": "ا",
    "a": "ا", "e": "", "o": "", "'": "", "’": "",
}  # fmt: skip
_TABLES: Mapping[str, Mapping[str, str]] = {
    **{language: {**_BOTH, **own} for language, own in _OWN.items()},
    "fa": _PERSIAN,
}
LANGUAGES = tuple(_TABLES)
_LONGEST_FIRST = {
    language: re.compile("|".join(sorted(map(re.escape, table), key=len, reverse=True)))
    for language, table in _TABLES.items()
}
# What Latin letters do not tell apart, after `plain`: и ы й, the signs, щ and ш, нг and н, iotated vowels.
_SOUND = str.maketrans({"ы": "и", "й": "и", "ь": "", "ъ": "", "щ": "ш", "э": "е", "ю": "иу", "я": "иа", "ц": "тс"})
# Of a Persian word Latin spellings agree on the consonants, and not on which of the letters with one sound.
_CONSONANTS = str.maketrans("ثصذضظطغح", "سسزززتقه", "اویعء")
_RUN = re.compile(r"(.)\1+")


def native(word: str, language: str) -> str:
    """A word in small Latin letters as it is likeliest spelled in the language's own."""
    table = _TABLES[language]
    spelled = _LONGEST_FIRST[language].sub(lambda found: table[found.group()], word)
    return _AFTER_VOWEL.sub("й", spelled)


def sound(word: str) -> str:
    """A Cyrillic or Persian word with equal letters for what Latin spellings do not tell apart."""
    if script(word[:1]) == "ARABIC":
        return _RUN.sub(r"\1", plain(word).removesuffix("ه").translate(_CONSONANTS))
    return _RUN.sub(r"\1", plain(word).translate(_SOUND).replace("нг", "н").replace("кх", "к"))
