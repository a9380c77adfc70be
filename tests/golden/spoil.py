"""Ways to spoil a question as people do when they type. Each is pure; the one with chance takes a seed."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Mapping

Spoil = Callable[[str], str]

_STROKES = str.maketrans("łŁđĐøØ", "lLdDoO")
_KAZAKH = str.maketrans("әғқңөұүһіӘҒҚҢӨҰҮҺІ", "агкноуухиАГКНОУУХИ")
_ARABIC = str.maketrans("یک", "يك")


def without_diacritics(text: str) -> str:
    """Czech and Polish as typed on an English keyboard; Russian without ё."""
    apart = unicodedata.normalize("NFD", text.translate(_STROKES))
    return unicodedata.normalize("NFC", "".join(char for char in apart if char == "\u0306" or not _marks(char)))


def _marks(char: str) -> bool:
    return unicodedata.category(char) == "Mn"


def kazakh_in_russian_letters(text: str) -> str:
    return text.translate(_KAZAKH)


def arabic_letters(text: str) -> str:
    """Persian with the yeh and kaf of an Arabic keyboard."""
    return text.translate(_ARABIC)


def without_joiner(text: str) -> str:
    """Persian with nothing in place of the zero-width non-joiner."""
    return text.replace("\u200c", "")


def space_for_joiner(text: str) -> str:
    return text.replace("\u200c", " ")


# What the keys of an English keyboard give, and the same keys in other layouts, plain and with shift.
_KEYS = "`1234567890-=qwertyuiop[]asdfghjkl;'zxcvbnm,./" + '~!@#$%^&*()_+QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>?'
_LAYOUTS = {
    "ru": "ё1234567890-=йцукенгшщзхъфывапролджэячсмитьбю." + 'Ё!"№;%:?*()_+ЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ,',
    "kk": '("әіңғ,.үұқөһйцукенгшщзхъфывапролджэячсмитьбю№' + ")!ӘІҢҒ;:ҮҰҚӨҺЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ?",
    "cs": ";+ěščřžýáíé=´qwertzuiopú)asdfghjklů§yxcvbnm,.-" + '°1234567890%ˇQWERTZUIOP/(ASDFGHJKL"!YXCVBNM?:_',
    "fa": "÷۱۲۳۴۵۶۷۸۹۰-=ضصثقفغعهخحجچشسیبلاتنمکگظطزرذدپو./" + "×!٬٫﷼٪×،*)(ـ+ًٌٍَُِّْ][}{ؤئيإأآة»«:؛كٓژٰ\u200cٔء><؟",
}


def _keyed(typed: str, shown: str) -> Spoil:
    """What shows when a text is typed as on one layout while another is on."""
    table = {ord(meant): got for meant, got in zip(typed, shown, strict=True) if meant not in " \t"}
    return lambda text: text.translate(table)


def _czech(text: str) -> str:
    """Czech fingers on an English layout: z and y change places, letters with marks come out as digits."""
    return _keyed(_LAYOUTS["cs"], _KEYS)(text)


def _swapped(text: str) -> str:
    return text.translate(str.maketrans("yzYZ", "zyZY"))


_WRONG_LAYOUT: Mapping[str, Spoil] = {
    "en": _keyed(_KEYS, _LAYOUTS["ru"]),
    "ru": _keyed(_LAYOUTS["ru"], _KEYS),
    "kk": _keyed(_LAYOUTS["kk"], _KEYS),
    "cs": _czech,
    "pl": _swapped,
    "fa": _keyed(_LAYOUTS["fa"] + "‌", _KEYS + " "),
}

_TYPED = re.compile(r"[^\W\d_]{5,}")


def one_typo(text: str, seed: int = 0) -> str:
    """One word of five or more letters with a letter dropped, doubled, swapped or replaced, not the first one."""
    words = list(_TYPED.finditer(text))
    if not words:
        return text
    chance = random.Random(f"{seed} {text}")
    word = chance.choice(words)
    return text[: word.start()] + _slip(word.group(), chance) + text[word.end() :]


def _slip(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word) - 1)
    before, here, after = word[:at], word[at], word[at + 1 :]
    other = chance.choice([char for char in word.lower() if char != here] or [here])
    return chance.choice([before + after, before + 2 * here + after, before + after[0] + here + after[1:],
                          before + other + after])  # fmt: skip


_RUSSIAN_LATIN = (
    dict(zip("абвгдезийклмнопрстуфыэ", "abvgdeziyklmnoprstufye", strict=True))
    | {"ё": "yo", "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ь": ""}
    | {"ю": "yu", "я": "ya"}
)
_RUSSIAN_CHAT = _RUSSIAN_LATIN | {"х": "h", "й": "j", "ё": "e", "ц": "c", "щ": "sch", "ь": "'", "ю": "ju", "я": "ja"}
_KAZAKH_LATIN = _RUSSIAN_LATIN | {
    "ә": "a", "ғ": "g", "қ": "k", "ң": "n", "ө": "o", "ұ": "u", "ү": "u", "һ": "h", "і": "i", "х": "h", "у": "u",
}  # fmt: skip
_KAZAKH_2021 = _RUSSIAN_LATIN | {
    "ә": "ä", "ғ": "ğ", "қ": "q", "ң": "ñ", "ө": "ö", "ұ": "ū", "ү": "ü", "һ": "h", "і": "ı", "х": "h", "у": "u",
    "ж": "j", "ш": "ş", "ы": "y", "и": "i", "й": "i", "щ": "ş", "ч": "ch", "э": "e", "ю": "iu", "я": "ia",
}  # fmt: skip
_KAZAKH_CHAT = _KAZAKH_LATIN | {"ғ": "gh", "қ": "q", "ң": "ng", "ж": "j", "ы": "i", "у": "w", "я": "ia", "ю": "iu"}


def _spelled(table: Mapping[str, str]) -> Spoil:
    def spell(text: str) -> str:
        return "".join(_as_typed(char, table.get(char.lower(), char)) for char in text)

    return spell


def _as_typed(char: str, letters: str) -> str:
    return letters.capitalize() if char.isupper() else letters


def shouted(text: str) -> str:
    """Capitals, many question marks, and the last word drawn out."""
    return re.sub(r"([^\W\d_])(\W*)$", r"\1\1\1\1???", text).upper()


def politely(greeting: str) -> Spoil:
    return lambda text: f"{greeting} {text}"


_GREETINGS = {
    "en": "Hello, good afternoon!",
    "ru": "Здравствуйте, добрый день!",
    "kk": "Сәлеметсіз бе, қайырлы күн!",
    "cs": "Dobrý den, zdravím vás!",
    "pl": "Dzień dobry, witam serdecznie!",
    "fa": "سلام، وقت بخیر!",
}
_ASSISTANTS = {"en": "hey siri", "ru": "алиса", "kk": "окей гугл", "cs": "ok google", "pl": "ok google", "fa": "سیری"}

_PLAIN: Spoil = without_diacritics
SPOILED: Mapping[str, Mapping[str, Spoil]] = {
    language: {
        **kinds,
        "wrong layout": _WRONG_LAYOUT[language],
        "one typo": one_typo,
        "shouted": shouted,
        "greeting": politely(_GREETINGS[language]),
        "assistant": politely(_ASSISTANTS[language]),
    }
    for language, kinds in {
        "en": {},
        "cs": {"no diacritics": _PLAIN},
        "pl": {"no diacritics": _PLAIN},
        "ru": {"no diacritics": _PLAIN, "Latin": _spelled(_RUSSIAN_LATIN), "Latin, chat": _spelled(_RUSSIAN_CHAT)},
        "kk": {
            "Russian letters": kazakh_in_russian_letters,
            "Latin": _spelled(_KAZAKH_LATIN),
            "Latin, 2021": _spelled(_KAZAKH_2021),
            "Latin, chat": _spelled(_KAZAKH_CHAT),
        },
        "fa": {"Arabic letters": arabic_letters, "no joiner": without_joiner, "space for joiner": space_for_joiner},
    }.items()
}
