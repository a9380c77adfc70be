"""Text typed with another keyboard layout switched on than the fingers thought."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

# The keys of a US keyboard, plain and with shift, and what the same keys give in other layouts.
_KEYS = "`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./" + '~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:"ZXCVBNM<>?'
_LAYOUTS: Mapping[str, str] = {
    "ru": "ё1234567890-=йцукенгшщзхъ\\фывапролджэячсмитьбю." + 'Ё!"№;%:?*()_+ЙЦУКЕНГШЩЗХЪ/ФЫВАПРОЛДЖЭЯЧСМИТЬБЮ,',
    "kk": '("әіңғ,.үұқөһйцукенгшщзхъ\\фывапролджэячсмитьбю№' + ")!ӘІҢҒ;:ҮҰҚӨҺЙЦУКЕНГШЩЗХЪ/ФЫВАПРОЛДЖЭЯЧСМИТЬБЮ?",
    "cs": ";+ěščřžýáíé=´qwertzuiopú)¨asdfghjklů§yxcvbnm,.-" + "°1234567890%ˇQWERTZUIOP/('ASDFGHJKL\"!YXCVBNM?:_",
    "pl": "`1234567890-=qwertzuiop[]\\asdfghjkl;'yxcvbnm,./" + '~!@#$%^&*()_+QWERTZUIOP{}|ASDFGHJKL:"YXCVBNM<>?',
    "fa": "\u200d۱۲۳۴۵۶۷۸۹۰-=ضصثقفغعهخحجچ\\شسیبلاتنمکگظطزرذدپو./" + "÷!٬٫﷼٪×،*)(ـ+ًٌٍَُِّْ][}{|ؤئيإأآة»«:؛كٓژٰ\u200cٔء><؟",
}
_LATIN = ("en", "cs", "pl")  # languages meant when Cyrillic or Arabic letters were switched on by mistake

# What shows -> what was meant.
_MEANT = {language: dict(zip(map(ord, _KEYS), shown, strict=True)) for language, shown in _LAYOUTS.items()}
_SHOWN = {
    script: dict(zip(map(ord, _LAYOUTS[language]), _KEYS, strict=True))
    for script, language in (("CYRILLIC", "ru"), ("ARABIC", "fa"))
}


def mistaken(script: str) -> Iterator[tuple[str, Mapping[int, str]]]:
    """(language meant, what each letter was meant as) for the mix-ups of layouts that give letters of this script."""
    if script == "LATIN":
        yield from _MEANT.items()
    elif script in _SHOWN:
        yield from ((language, _SHOWN[script]) for language in _LATIN)


def own_keys(word: str, language: str) -> str:
    """What a word on the keys of a US keyboard was meant as by somebody used to the language's own Latin keys."""
    return word.translate(_MEANT[language]) if language in _LATIN and language in _MEANT else word
