"""How people type a serial."""

from __future__ import annotations

from hypothesis import strategies as some

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LOOKS = {"0": "0O", "O": "0O", "1": "1IL", "I": "1IL", "L": "1IL"}
CYRILLIC = dict(zip("ABEKMHOPCTYXIJS", "АВЕКМНОРСТУХІЈЅ", strict=True))
DIGITS = ("0123456789", "۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩", "０１２３４５６７８９", "०१२३४५६७८९")
BETWEEN = ("", "", "", "-", "\u2011", "\u2212", "\u200c", "\u200f", "\u2066", "\u2069", "_", "/", ".", "\u0640")
SPACES = (" ", "\u00a0", " - ")


@some.composite
def typed(draw: some.DrawFn, serial: str, look_alikes: bool = True, spaces: bool = True) -> str:
    """A serial in letters and digits of any script, with anything between them that only separates.

    Never a space after a label's letters: then nobody can know whether they belong to it.
    """
    signs = []
    for at, sign in enumerate(serial):
        if look_alikes:
            sign = draw(some.sampled_from(LOOKS.get(sign, sign)))
        if sign.isdecimal():
            sign = draw(some.sampled_from(DIGITS))[int(sign)]
        else:
            sign = draw(some.sampled_from((sign, sign.lower(), CYRILLIC.get(sign, sign), chr(ord(sign) + 0xFEE0))))
        signs.append(sign + draw(some.sampled_from(BETWEEN if at < 6 or not spaces else BETWEEN + SPACES)))
    return "".join(signs)
