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

# Words within a sentence; a star stands for any ending.
_SERIAL = (
    "serial*", "ser", "серийн*", "серийник*", "сер", "заводск*", "зав", "сериял*", "серия*", "зауыт*", "sériov*",
    "seriov*", "výrobn*", "vyrobn*", "výr", "vyr", "seryjn*", "seryn*", "fabryczn*", "سریال*",
)  # fmt: skip
_NUMBER = (
    "number*", "no", "nr", "num", "id", "code", "tag", "номер*", "ном", "код*", "нөмір*", "номір*", "номир*", "čísl*",
    "cisl*", "č", "c", "kód*", "numer*", "شماره*", "کد",
)  # fmt: skip
_IS = ("is", "says", "reads", "это", "je", "zní", "to", "jest", "brzmi", "است", "هست", "هم")
# What stands before other numbers of a letter to a shop.
_OTHER = (
    "order*", "invoice*", "receipt*", "ticket*", "rma", "case", "model*", "type", "p/n", "pn", "part*", "ean", "iban",
    "account*", "tracking", "parcel", "fax", "version", "заказ*", "счет*", "счёт*", "чек*", "квитанц*", "обращени*",
    "заявк*", "договор*", "трек*", "модел*", "артикул*", "инн", "бин", "иин", "тапсырыс*", "шот*", "түбіртек*",
    "өтінім*", "үлгі*", "жск", "objednáv*", "objednav*", "faktur*", "účten*", "ucten*", "tiket*", "reklamac*", "typ",
    "účet*", "ucet*", "ičo", "dič", "zásilk*", "zasilk*", "smlouv*", "zamówien*", "zamowien*", "paragon*", "zgłoszen*",
    "zgloszen*", "kont*", "nip", "regon", "przesył*", "przesyl*", "umow*", "سفارش*", "فاکتور*", "رسید*", "تیکت*",
    "مدل*", "حساب*", "شبا", "ملی", "پیگیری",
)  # fmt: skip
_CALL = (
    "phone*", "tel*", "mobil*", "cell", "call*", "whatsapp", "viber", "тел*", "моб*", "звон*", "позвон*", "қоңырау*",
    "volej*", "zavolej*", "kom", "komórk*", "dzwoń*", "zadzwoń*", "zadzwon*", "تلفن*", "موبایل*", "تماس*", "همراه",
)  # fmt: skip


def _any(words: Iterable[str]) -> str:
    """An expression for any of these words as words of plain text."""
    found = {re.escape(plain(word.removesuffix("*"))) + r"[^\W\d_]*" * word.endswith("*") for word in words}
    return rf"(?<![^\W_])(?:{'|'.join(sorted(found, key=lambda word: (-len(word), word)))})(?![^\W_])"


_BETWEEN = r"[ .:\-]{0,3}"
IMEI = re.compile(rf"(?<![^\W_])IMEI(?:{_BETWEEN}SV)?(?:{_BETWEEN}[12](?=\s?[:#=)\s]))?(?![A-Z])")
# A serial follows, or stands not far away.
EVIDENCE = re.compile(
    rf"{IMEI.pattern}|(?<![^\W_])(?:S ?/ ?N|C ?/ ?H|V\. ?Č)(?![A-Z])|(?<![^\W_])SN(?![^\W_])"
    rf"|{_any(['service tag', 'express service code'])}"
    rf"|{_any(_SERIAL)}(?:{_BETWEEN}(?:{_any(_NUMBER)}|#))?|{_any(_NUMBER)}{_BETWEEN}{_any(_SERIAL)}"
)
_TIGHT = r"[\s:#=.\-/(|\"'«„“]{0,12}"
# Between the label and the serial: nothing; or words that end in "is" or a colon; or any few words.
DIRECT = re.compile(rf"{_TIGHT}(?:{_any(_IS)}{_TIGHT})?")
SAID = re.compile(rf"[^.!?\n;,]{{0,40}}(?:{_any(_IS)}|[:=#]){_TIGHT}")
NEAR = re.compile(r"[^.!?\n;,\d]{0,40}")
# Between a serial and the label after it: "AB12 is my serial".
TOLD_AFTER = re.compile(rf"\s{{1,3}}{_any(_IS)}\s(?:[^\W\d_]{{1,12}}\s){{0,2}}")
OTHER = re.compile(_any(_OTHER))
BEFORE_OTHER = re.compile(rf"{_any(_OTHER)}{_TIGHT}(?:(?:{_any((*_NUMBER, *_IS))}|#){_TIGHT}){{0,2}}\Z")
BEFORE_PHONE = re.compile(rf"{_any(_CALL)}{_TIGHT}(?:(?:{_any((*_NUMBER, *_IS))}|#){_TIGHT}){{0,2}}\Z")
