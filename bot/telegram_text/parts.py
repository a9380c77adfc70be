"""Long HTML in parts that Telegram takes: cut where a reader would, tags closed and opened again."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, product

from bot.telegram_text.direction import RIGHT_TO_LEFT_MARK
from bot.telegram_text.letters import ISOLATE, TEXT_LIMIT, escaped, is_blank, unescaped

BYTES_LIMIT = 32_768  # of a message's HTML: "text is too long"
ENTITY_LIMIT = 100  # of one message; Telegram ignores those after it

Tags = tuple[str, ...]  # opening tags, the outermost first

_TAG = re.compile(r"<(/?)[a-z][^<>]*>")
# Where a cut may be, the best first, each with the share of a part that must be full for it. White space follows.
_SPACE = r"(?=[^\S\u00a0\u202f])"
_BORDERS = (
    (re.compile(r"(?=\n[ ]*\n)"), 1 / 2),
    (re.compile(r"(?=\n)"), 1 / 2),
    (re.compile(rf"(?<=[^\s\d][.!?…؟۔])[»”\")\]’']{{0,3}}{_SPACE}"), 1 / 2),
    (re.compile(rf"(?<!•)(?<!\d[.)]){_SPACE}"), 0.0),  # a bullet or a number stays with its words
    (re.compile(_SPACE), 0.0),
)


@dataclass(frozen=True, slots=True)
class _Text:
    """HTML taken apart. The tuples have an item per character; sums have one more, for the end."""

    chars: str
    tags: tuple[Tags, ...]
    units: tuple[int, ...]  # sums
    bytes: tuple[int, ...]  # sums, of the HTML
    entities: tuple[int, ...]  # sums
    isolated: frozenset[int]  # indexes of characters that a cut before them would tear out of their isolate


def split(html: str, limit: int = TEXT_LIMIT) -> tuple[str, ...]:
    """HTML, as made here, in parts of at most `limit` UTF-16 units of visible text; none where nothing can be seen.

    A part ends with a paragraph, else a line, a sentence, a word; only a word longer than a part is cut, and then
    between letters. White space at a cut is left out, and a paragraph that goes on keeps its direction.
    """
    text = _taken_apart(html)
    return tuple(_markup(text, start, end) for start, end in _cuts(text, limit))


def _taken_apart(html: str) -> _Text:
    pieces: list[tuple[str, Tags]] = []
    stack: list[str] = []
    at = 0
    for tag in (*_TAG.finditer(html), None):
        piece = html[at : tag.start() if tag else len(html)]
        if piece:
            pieces.append((unescaped(piece), tuple(stack)))
        if tag is None:
            break
        at = tag.end()
        if not tag.group(1):
            stack.append(tag.group())
        elif stack:
            stack.pop()
    chars = "".join(piece for piece, _ in pieces)
    tags = tuple(tags for piece, tags in pieces for _ in piece)
    return _Text(
        chars,
        tags,
        (0, *accumulate(1 + (char > "\uffff") for char in chars)),
        (0, *accumulate(len(escaped(char).encode()) + _opened(tags, at)[0] for at, char in enumerate(chars))),
        (0, *accumulate(_opened(tags, at)[1] for at in range(len(chars)))),
        frozenset(at for match in ISOLATE.finditer(chars) for at in range(match.start() + 1, match.end())),
    )


def _opened(tags: tuple[Tags, ...], at: int) -> tuple[int, int]:
    """Bytes and number of the tags that open before a character."""
    before = tags[at - 1] if at else ()
    if tags[at] is before:
        return 0, 0
    new = tags[at][_common(before, tags[at]) :]
    return _weight(new), len(new)


def _common(one: Tags, other: Tags) -> int:
    count = 0
    while count < min(len(one), len(other)) and one[count] == other[count]:
        count += 1
    return count


def _weight(tags: Tags) -> int:
    """Bytes of these tags, opened and closed."""
    return sum(len(tag.encode()) + len(_closing(tag)) for tag in tags)


def _closing(tag: str) -> str:
    return f"</{tag[1:-1].split(' ', 1)[0]}>"


def _cuts(text: _Text, limit: int) -> Iterator[tuple[int, int]]:
    """Start and end of each part, without the white space round it."""
    start = 0
    while (start := _skipped(text.chars, start)) < len(text.chars):
        most = _most(text, start, limit - len(_continued(text, start)))
        end = most if most == len(text.chars) else _border(text, start, most)
        last = start + len(text.chars[start:end].rstrip())
        if not is_blank(text.chars[start:last]):
            yield start, last
        start = end


def _skipped(chars: str, at: int) -> int:
    while at < len(chars) and chars[at].isspace():
        at += 1
    return at


def _most(text: _Text, start: int, limit: int) -> int:
    """The furthest end a part from `start` may have; at least one character after it."""
    most_bytes = BYTES_LIMIT - _weight(text.tags[start]) - len(RIGHT_TO_LEFT_MARK.encode())
    most_entities = ENTITY_LIMIT - len(text.tags[start])
    end = start + 1
    while (
        end < len(text.chars)
        and text.units[end + 1] - text.units[start] <= limit
        and text.bytes[end + 1] - text.bytes[start] <= most_bytes
        and text.entities[end + 1] - text.entities[start] <= most_entities
    ):
        end += 1
    return end


def _border(text: _Text, start: int, most: int) -> int:
    """The best end of a part that may reach to `most`; an isolate is torn apart only before a word is."""
    for spared, (pattern, share) in product((text.isolated, frozenset[int]()), _BORDERS):
        least = start + max(1, int((most - start) * share))
        ends = (match.end() for match in pattern.finditer(text.chars, start, most + 1))
        best = max((end for end in ends if least <= end <= most and end not in spared), default=None)
        if best is not None:
            return best
    return _between_letters(text.chars, start, most)


def _between_letters(chars: str, start: int, most: int) -> int:
    """The last place up to `most` that parts no letter from its marks and no emoji from its other half."""
    end = most
    while end > start and _is_joined(chars, end, start):
        end -= 1
    return end if end > start else most


def _is_joined(chars: str, at: int, start: int) -> bool:
    char, before = chars[at], chars[at - 1]
    if unicodedata.category(char)[0] == "M" or "\u200d" in (char, before):
        return True
    if "\U0001f3fb" <= char <= "\U0001f3ff" or "\U000e0020" <= char <= "\U000e007f":
        return True
    flags = 0  # a flag is two letters
    while at - 1 - flags >= start and _is_flag_letter(chars[at - 1 - flags]):
        flags += 1
    return _is_flag_letter(char) and flags % 2 == 1


def _is_flag_letter(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _continued(text: _Text, start: int) -> str:
    """The mark a part begins with where it goes on with a right-to-left paragraph."""
    line = text.chars.rfind("\n", 0, start) + 1
    return RIGHT_TO_LEFT_MARK if line < start and text.chars[line] == RIGHT_TO_LEFT_MARK else ""


def _markup(text: _Text, start: int, end: int) -> str:
    made, opened = [_continued(text, start)], Tags()
    for at in range(start, end):
        wanted = text.tags[at]
        if wanted != opened:
            same = _common(opened, wanted)
            made += [_closing(tag) for tag in reversed(opened[same:])]
            made += wanted[same:]
            opened = wanted
        made.append(escaped(text.chars[at]))
    return "".join([*made, *map(_closing, reversed(opened))])
