"""Right-to-left text in a channel without a direction field: marks before lines, isolates round Latin runs."""

from __future__ import annotations

import re

from bot.telegram_text.letters import ISOLATE
from knowledge_base.rendering import LEFT_TO_RIGHT_ISOLATE, POP_ISOLATE, RTL

RIGHT_TO_LEFT_MARK = "\u200f"
SENTENCE = 3  # words without a right-to-left letter that are a sentence of another language, not a name or a code

_STRONG = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W\d_]{2,}")
_LATIN = "A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
_UNIT = "[kMGTm\u00b5\u03bc]?(?:Hz|Wh|W|V|Ah|A|B|g|m|l|L|Pa|s|\u03a9)|cm|bar|dB|rpm|px|dpi|inch|Mbps|\u00b0[CF]?"
# Serials, models, codes, telephone numbers, measures, commands: each keeps its own direction.
_RUN = re.compile(
    rf"[۰-۹٠-٩][۰-۹٠-٩٫٬.,–-]*[ \u00a0]?(?:{_UNIT})(?![{_LATIN}])"
    rf"|(?:(?<!\S)/(?=[a-z])|[+*#@]{{1,4}}|(?<![^\s(«])[-−±](?=[0-9]))?"
    rf"[{_LATIN}0-9]+(?:(?:[ ._/:+*#@×–-]{{1,3}}|(?<=[0-9]),(?=[0-9]))[{_LATIN}0-9]+)*[*#]{{0,2}}"
    r"(?:[ \u00a0]?°[CF]?|%)?"
)
_ISOLATE_OR_RUN = re.compile(f"({ISOLATE.pattern})|{_RUN.pattern}")


def right_to_left(line: str, language: str) -> bool:
    """The direction a line of a text in this language is read in; a line may be in another language."""
    strong = len(_STRONG.findall(line))
    if language in RTL:
        return strong > 0 or len(_WORD.findall(line)) < SENTENCE
    return 2 * strong > len(_LETTER.findall(line))


def marked(line: str, visible: str, language: str) -> str:
    """The line, begun with a mark where it is read from the right: Telegram's apps go by the first strong letter."""
    return RIGHT_TO_LEFT_MARK + line if line and right_to_left(visible, language) else line


def with_isolates(text: str) -> str:
    """Right-to-left text with each Latin run in an isolate; those that stand in one already stay as they are."""
    return _ISOLATE_OR_RUN.sub(lambda match: match.group(1) or isolate(match.group()), text)


def isolate(piece: str) -> str:
    return f"{LEFT_TO_RIGHT_ISOLATE}{piece}{POP_ISOLATE}"
