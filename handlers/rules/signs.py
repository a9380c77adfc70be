"""Messages without a word: pictures, smileys, punctuation."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 100  # characters that are looked at

_SMILEY = re.compile(r"(?<![^\W_])(?:[:;=][-'^]?[)(dDpPoO*/\\|3]+|[xX8][-']?[)(dD]+|<3|\^_*\^)(?![^\W_])|[)(]{2,}")
_GLAD = re.compile(r"[)dDpP*3^]")
_PICTURES = {
    "laughter": "😀😃😄😁😆😅🤣😂🙂🙃😉😊😇😋😛😜🤪😝😸😹☺",
    "thanks": "🙏❤♥💙💚💛🧡💜💐🌹🌸🌷🤗😍🥰😘🤝",
    "ok": "👌✔🆗💪🔥🎉🫡",
    "solved": "👍✅👏💯",
    "unhelpful": "👎",
    "complaint": "😠😡😤😞😔😒🙄😢😭😩😫💔",
    "abuse": "🖕🤬💩",
    "greeting": "👋",
}
_ACT = {picture: act for act, pictures in _PICTURES.items() for picture in pictures}


def without_smileys(text: str) -> str:
    """The text without ":D" and ")))": letters among them are no words."""
    return _SMILEY.sub(" ", text)


def of_signs(text: str) -> tuple[str, ...]:
    """The acts of a message without a word: what its signs say, else that it is a picture, or only punctuation."""
    text = text[:LONGEST].strip()
    said = tuple(dict.fromkeys(_ACT[sign] for sign in text if sign in _ACT))
    if said:
        return said
    if smiley := _SMILEY.search(text):
        return ("laughter" if _GLAD.search(smiley.group()) else "complaint",)
    kinds = set(map(unicodedata.category, text))
    if "So" in kinds:
        return ("picture",)
    if text and set(text) == {"+"}:
        return ("yes",)  # so they say it in Russian chats
    return ("puzzled",) if any(kind[0] in "PS" for kind in kinds) else ()
