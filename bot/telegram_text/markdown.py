"""Markdown as Telegram HTML, which has no headings, lists and paragraphs: bold, "• " and empty lines stand for them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.telegram_text.direction import marked, right_to_left, with_isolates
from bot.telegram_text.inline import inline
from bot.telegram_text.letters import clean, escaped, is_blank
from knowledge_base.rendering import RTL, local_number

_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(?=\S)")
_ITEM = re.compile(r"( *)(?:[-*+•]|(\d{1,3})[.)]) +(?=\S)")
_QUOTE = re.compile(r" {0,3}> ?")
_FENCE = "```"
_STEP = "   "  # before what belongs to a list item
DEEPEST = 3  # levels of lists


def html(text: str, language: str) -> str:
    """Markdown as HTML that Telegram's parser accepts, with the tags b, i, s, code, pre, a and blockquote.

    Everything that is no Markdown is escaped and stays visible, and so does the address of a link that Telegram would
    drop. In a right-to-left language each paragraph begins with U+200F, and codes and numbers are isolated.
    """
    return "\n".join(_blocks(clean(text).split("\n"), language)).strip("\n")


def plain(text: str, language: str) -> str:
    """What a person typed, as HTML: nothing in it is Markdown. `language` is the person's."""
    lines = (line.rstrip() for line in clean(text).split("\n"))
    return "\n".join(marked(escaped(_isolated(line, language)), line, language) for line in lines).strip("\n")


def _isolated(line: str, language: str) -> str:
    return with_isolates(line) if right_to_left(line, language) else line


def _blocks(lines: Sequence[str], language: str) -> Iterator[str]:
    """Lines of the result. Several empty lines are one, and none stands between the items of a list."""
    last_fence = max((at for at, line in enumerate(lines) if line.strip() == _FENCE), default=-1)
    at, in_list, gap = 0, False, False
    while at < len(lines):
        line, end = lines[at], at + 1
        if is_blank(line):
            gap, at = True, end
            continue
        item = _ITEM.match(line)
        if gap and not (in_list and item):
            yield ""
        if _is_fence(line) and at < last_fence:
            end = _closing_fence(lines, end)
            made = _preformatted(lines[at + 1 : end - 1])
        elif _QUOTE.match(line):
            end = _end_of_quote(lines, end)
            made = _quote(lines[at:end], language)
        else:
            made = _line(line, language, belongs=in_list and not gap)
        in_list = bool(item) or (in_list and not gap and line.startswith(" "))
        at, gap = end, False
        if made:
            yield made


def _is_fence(line: str) -> bool:
    return line.lstrip().startswith(_FENCE) and "`" not in line.strip().removeprefix(_FENCE)


def _closing_fence(lines: Sequence[str], start: int) -> int:
    """The index after the closing fence, which the caller knows to be there."""
    return next(at for at in range(start, len(lines)) if lines[at].strip() == _FENCE) + 1


def _preformatted(lines: Sequence[str]) -> str:
    text = "\n".join(lines)
    return "" if is_blank(text) else f"<pre>{escaped(text)}</pre>"


def _end_of_quote(lines: Sequence[str], at: int) -> int:
    while at < len(lines) and _QUOTE.match(lines[at]):
        at += 1
    return at


def _quote(lines: Sequence[str], language: str) -> str:
    words = (re.sub(r"^(?: {0,3}> ?)+", "", line) for line in lines)
    made = "\n".join(_line(line, language) for line in words).strip("\n")
    return f"<blockquote>{made}</blockquote>" if made else ""


def _line(line: str, language: str, *, belongs: bool = False) -> str:
    """One line; `belongs`: it may go on with a list item above it."""
    rtl = right_to_left(line, language)
    heading, item = _HEADING.match(line), _ITEM.match(line)
    if heading:
        words = _heading_words(line[heading.end() :])
        made = f"<b>{inline(words, rtl, frozenset('b'))}</b>"
    elif item:
        made = _bullet(item, language if rtl else "") + inline(line[item.end() :].rstrip(), rtl)
    else:
        made = (_STEP if belongs and line.startswith(" ") else "") + inline(line.strip(), rtl)
    return marked(made, line, language)


def _bullet(item: re.Match[str], language: str) -> str:
    """What stands before a list item: its number as typed, in the digits of a right-to-left language."""
    indent, number = item.groups()
    if number and language in RTL:
        number = local_number(int(number), language)
    return _STEP * min(len(indent) // 2, DEEPEST) + (f"{number}. " if number else "• ")


def _heading_words(text: str) -> str:
    """Without the closing #s of a heading, which only count after a space."""
    text = text.rstrip()
    bare = text.rstrip("#")
    return bare.rstrip() if bare[-1:].isspace() else text
