"""Markdown within a line: bold, italic, struck out, code, links, bare addresses. What is none of these stays as typed.

The website shows bold and links by the same rules (bot/widget/widget.js), so that `*#06#` is a code on both.
"""

from __future__ import annotations

import re

from bot.telegram_text.direction import isolate, with_isolates
from bot.telegram_text.letters import escaped
from bot.telegram_text.links import kept, spelled_out, without_sentence_end

# Each span is bounded, so that a line of nothing but openers costs its length and not the square of it.
_BEFORE, _AFTER = r"(?<![^\s(«“„\"'—])", r"(?![^\s)»”\"'.,;:!?…—])"
_OPENER = r"(?:[^\W\d_]|[«“\"(~`\[])"
_MARK = re.compile(
    r"\*{4,}|~{3,}|_{3,}|`{3,}"  # mean nothing, and stay
    r"|(?<!`)(?P<ticks>`{1,2})(?!`)(?P<code>[^`\n]{1,1000})(?P=ticks)(?!`)"
    r"|\*\*(?P<b>\S(?:.{0,1000}?\S)??)\*\*(?!\*)"
    r"|~~(?P<s>\S(?:.{0,1000}?\S)??)~~"
    rf"|{_BEFORE}\*(?P<star>{_OPENER}(?:[^*\n]{{0,1000}}?[^\s*\d#])?)\*{_AFTER}"
    rf"|{_BEFORE}_(?P<under>{_OPENER}(?:[^_\n]{{0,1000}}?[^\s_])?)_{_AFTER}"
    r"|\[(?P<label>[^\[\]\n]{1,300})\]\((?P<target>[^\s()]{1,1000})\)"
    r"|(?P<bare>https?://[^\s<>\"'`\u2066-\u2069]+)",
    re.IGNORECASE,
)
_TAGS = {"b": "b", "s": "s", "star": "i", "under": "i"}


def inline(text: str, right_to_left: bool, within: frozenset[str] = frozenset()) -> str:
    """One line as HTML. `within`: the tags already open, which are not opened a second time."""
    made, end = [], 0
    for match in _MARK.finditer(text):
        source = match.group()
        if match["bare"]:
            source = without_sentence_end(source)
        span = _span(match, source, right_to_left, within)
        if span is None:
            continue
        made += [_words(text[end : match.start()], right_to_left), span]
        end = match.start() + len(source)
    return "".join([*made, _words(text[end:], right_to_left)])


def _span(match: re.Match[str], source: str, right_to_left: bool, within: frozenset[str]) -> str | None:
    if match["code"]:
        code = match["code"].strip()
        # The marks stay outside, so that what is copied is clean.
        return _isolated(f"<code>{escaped(code)}</code>", right_to_left) if code else None
    if match["label"]:
        return _link(match["label"], match["target"], right_to_left, within)
    if match["bare"]:
        if "a" in within or not kept(source):
            return _isolated(escaped(source), right_to_left)
        return _isolated(_anchor(source, escaped(source)), right_to_left)
    kind = match.lastgroup
    if kind is None:
        return None
    tag = _TAGS[kind]
    inner = inline(match[kind], right_to_left, within | {tag})
    return inner if tag in within else f"<{tag}>{inner}</{tag}>"


def _link(label: str, target: str, right_to_left: bool, within: frozenset[str]) -> str | None:
    if not kept(target):
        words = spelled_out(label, target)
        return None if words is None else _words(words, right_to_left)
    inner = inline(label, right_to_left, within | {"a"})
    return inner if "a" in within else _anchor(target, inner)


def _anchor(address: str, inner: str) -> str:
    quoted = escaped(address).replace('"', "&quot;")
    return f'<a href="{quoted}">{inner}</a>'


def _words(text: str, right_to_left: bool) -> str:
    return escaped(with_isolates(text) if right_to_left else text)


def _isolated(html: str, right_to_left: bool) -> str:
    return isolate(html) if right_to_left else html
