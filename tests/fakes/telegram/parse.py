"""Telegram's HTML, read as Telegram reads it: the visible text with its entities, or the sentence of refusal.

Offsets of entities are UTF-16 units of the visible text, offsets in refusals are UTF-8 bytes of the source. Held to
the parser of TDLib itself by the tests, where `tdjson` is installed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.telegram.refusals import Refused

Json = dict[str, Any]
KINDS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "span": "spoiler",
    "tg-spoiler": "spoiler", "tg-emoji": "custom_emoji", "a": "text_link", "code": "code", "pre": "pre",
    "blockquote": "blockquote",
}  # fmt: skip
NAMED = {b"lt": "<", b"gt": ">", b"amp": "&", b"quot": '"'}
ENTITY = re.compile(rb"&(?:#x([0-9a-fA-F]*)|#([0-9]*)|([a-zA-Z]*));?")
SPACES = b" \t\n\r\0\x0b"
# Which entity comes first where two cover the same text.
ORDER = ("blockquote", "expandable_blockquote", "pre", "code", "text_link", "text_mention", "bold", "italic",
         "underline", "strikethrough", "spoiler", "custom_emoji")  # fmt: skip
LINK = re.compile(r"(?:(?:https?|ftp|tg|ton|tonsite)://)?[^\s/?#:@]+\.[^\s]+|(?:https?|tg|ton)://[^\s]+", re.IGNORECASE)
USER = re.compile(r"tg://user\?id=(\d+)$")


def units(text: str) -> int:
    """The length in UTF-16 units."""
    return len(text) + sum(ord(letter) > 0xFFFF for letter in text)


@dataclass
class Open:
    """A tag that waits for its end."""

    name: str
    argument: str | None
    start: int  # in UTF-16 units
    letter: int  # in letters of the visible text


@dataclass
class Reader:
    """One pass over the source."""

    source: bytes
    at: int = 0
    text: list[str] = field(default_factory=list)
    length: int = 0  # of the text, in UTF-16 units
    stack: list[Open] = field(default_factory=list)
    entities: list[Json] = field(default_factory=list)

    def read(self) -> tuple[str, list[Json]]:
        while self.at < len(self.source):
            byte = self.source[self.at : self.at + 1]
            if byte == b"<":
                self._end() if self.source[self.at + 1 : self.at + 2] == b"/" else self._start()
            else:
                self._say(self._decoded() if byte == b"&" else None)
        if self.stack:
            raise wrong(f'Can\'t find end tag corresponding to start tag "{self.stack[-1].name}"')
        text = whole("".join(self.text))
        return text, sorted(self.entities, key=lambda one: (one["offset"], -one["length"], ORDER.index(one["type"])))

    def _say(self, decoded: str | None) -> None:
        """Add a decoded entity, or the text up to the next mark."""
        if decoded is None:
            following = re.compile(rb"[<&]").search(self.source, self.at + 1)
            end = following.start() if following else len(self.source)
            decoded, self.at = self.source[self.at : end].decode("utf-8"), end
        self.text.append(decoded)
        self.length += units(decoded)

    def _decoded(self) -> str | None:
        """What `&…;` at this place stands for, and step over it; None where it stands for nothing."""
        found = ENTITY.match(self.source, self.at)
        assert found is not None
        hexadecimal, decimal, name = found.groups()
        if name is not None:
            letter = NAMED.get(name)
        else:
            digits = hexadecimal if hexadecimal is not None else decimal
            code = int(digits or b"0", 16 if hexadecimal is not None else 10)
            too_long = len(found.group(0).rstrip(b";")) >= 10
            letter = None if code == 0 or code >= 0x10FFFF or too_long else chr(code)
        if letter is not None:
            self.at = found.end()
        return letter

    def _until(self, stops: bytes) -> bytes:
        start = self.at
        while self.at < len(self.source) and self.source[self.at] not in stops:
            self.at += 1
        return self.source[start : self.at]

    def _skip_spaces(self) -> None:
        while self.at < len(self.source) and self.source[self.at] in SPACES:
            self.at += 1

    def _next(self) -> bytes:
        return self.source[self.at : self.at + 1]

    def _start(self) -> None:
        begin, self.at = self.at, self.at + 1
        name = self._until(SPACES + b">").decode("utf-8").lower()
        if not self._next():
            raise wrong(f"Unclosed start tag at byte offset {begin}")
        if name not in KINDS:
            raise wrong(f'Unsupported start tag "{name}" at byte offset {begin}')
        argument: str | None = None
        while True:
            self._skip_spaces()
            if self._next() == b">":
                break
            key, value = self._attribute(name, begin)
            argument = meaning(name, key, value) if meaning(name, key, value) is not None else argument
        if name == "span" and argument != "spoiler":
            raise wrong(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
        self.at += 1
        self.stack.append(Open(name, argument, self.length, len("".join(self.text))))

    def _attribute(self, tag: str, begin: int) -> tuple[str, str]:
        key = self._until(SPACES + b"=>/\"'").decode("utf-8")
        if not key:
            raise wrong(f'Empty attribute name in the tag "{tag}" at byte offset {begin}')
        self._skip_spaces()
        has_value = self._next() == b"="
        if has_value:
            self.at += 1
            self._skip_spaces()
        if not self._next():
            raise wrong(f'Unclosed start tag "{tag}" at byte offset {begin}')
        value = self._value() if has_value else ""
        if not self._next():
            raise wrong(f"Unclosed start tag at byte offset {begin}")
        return key, value

    def _value(self) -> str:
        quote = self._next()
        if quote not in (b'"', b"'"):
            begin = self.at
            token = re.compile(rb"[A-Za-z0-9.\-]*").match(self.source, self.at)
            assert token is not None
            self.at = token.end()
            if self._next() and self._next() not in (*(SPACES[i : i + 1] for i in range(len(SPACES))), b">"):
                raise wrong(f"Unexpected end of name token at byte offset {begin}")
            return token.group().decode().lower()
        self.at += 1
        parts: list[str] = []
        while self._next() not in (quote, b""):
            decoded = self._decoded() if self._next() == b"&" else None
            if decoded is None:
                begin, self.at = self.at, self.at + 1
                self._until(quote + b"&")
                decoded = self.source[begin : self.at].decode("utf-8")
            parts.append(decoded)
        self.at += 1
        return "".join(parts)

    def _end(self) -> None:
        begin, self.at = self.at, self.at + 2
        if not self.stack:
            raise wrong(f"Unexpected end tag at byte offset {begin}")
        name = self._until(SPACES + b">").decode("utf-8").lower()
        self._skip_spaces()
        if self._next() != b">":
            raise wrong(f"Unclosed end tag at byte offset {begin}")
        self.at += 1
        opened = self.stack.pop()
        if name and name != opened.name:
            raise wrong(f'Unmatched end tag at byte offset {begin}, expected "</{opened.name}>", found "</{name}>"')
        if self.length > opened.start:
            self._add(opened)

    def _add(self, tag: Open) -> None:
        entity: Json = {"type": KINDS[tag.name], "offset": tag.start, "length": self.length - tag.start}
        if tag.name == "a":
            target = tag.argument or "".join(self.text)[tag.letter :]
            self.entities += linked(entity, target)
            return
        if tag.name == "blockquote" and tag.argument is not None:
            entity["type"] = "expandable_blockquote"
        if tag.name == "tg-emoji":
            if not (tag.argument or "").isdecimal():
                raise wrong("Invalid custom emoji identifier specified")
            entity["custom_emoji_id"] = tag.argument
        inner = self.entities[-1] if self.entities else {}
        same = (inner.get("offset"), inner.get("length")) == (tag.start, entity["length"])
        if tag.name == "pre" and same and inner.get("type") == "code" and inner.get("language"):
            inner["type"] = "pre"  # <pre><code class="language-…">: one entity
            return
        if tag.name == "code" and tag.argument:
            entity["language"] = tag.argument
        self.entities.append(entity)


def meaning(tag: str, key: str, value: str) -> str | None:
    """What an attribute says about its tag; None where it says nothing."""
    if (tag, key) in (("a", "href"), ("tg-emoji", "emoji-id"), ("blockquote", "expandable")):
        return value
    if (tag, key) == ("code", "class") and value.startswith("language-"):
        return value.removeprefix("language-")
    if (tag, key) == ("span", "class") and value.startswith("tg-"):
        return value.removeprefix("tg-")
    return None


def linked(entity: Json, target: str) -> list[Json]:
    """The entity of a link; none where the target is no address Telegram opens."""
    user = USER.match(target)
    if user:
        person = {"id": int(user.group(1)), "is_bot": False, "first_name": "User"}
        return [entity | {"type": "text_mention", "user": person}]
    if target.lower().startswith("mailto:"):
        return [entity | {"url": f"http://{target}/"}]  # what TDLib makes of it
    if not LINK.fullmatch(target) or re.match(r"(?:javascript|data|file|tel):", target, re.IGNORECASE):
        return []
    url = target if "://" in target else f"http://{target}"
    return [entity | {"url": url if url.count("/") > 2 else f"{url}/"}]


def whole(text: str) -> str:
    """The text with its surrogate halves joined, or the refusal of a half that is alone."""
    try:
        return text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise wrong(
            "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate "
            "code units"
        ) from None


def wrong(words: str) -> Refused:
    return Refused(f"can't parse entities: {words}")


def parse_html(source: str) -> tuple[str, list[Json]]:
    """The visible text and its entities."""
    text, entities = Reader(source.encode("utf-8")).read()
    for entity in entities:
        if entity["type"] == "code":
            entity.pop("language", None)
    return text, entities
