"""Texts nobody means well with, for Hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

PIECES = (
    "<", ">", "&", "&lt;", "&amp;lt;", "&#0;", "&#xd800;", "<b>", "</b>",
    "<script>alert(1)</script>", '<a href="', "\"'",
    "**", "*", "_", "__", "~~", "`", "```", "```py\n", "[", "](",
    "[x](https://a.example/\"onclick=)", "[x](javascript:a)",
    "(", ")", "# ", "#06#", "- ", "1. ", "۲) ", "> ", "\n", "\n\n", "\r\n", "\t", " ", "\u00a0", "  ", "\u2028",
    "\0", "\x1b[31m", "\x85", "\ud800", "\udfff", "\u202e", "\u2066", "\u2069", "\u200f", "\u200d", "\u200b", "\u00ad",
    "\ufeff", "\ufffe", "\u0301", "u\u030a", "\u030a", "\u0333",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467", "👍🏽", "🇨🇿", "❤\ufe0f",
    "\ufdfa", "سلام", "می‌شود", "۵ GHz", "E18", "+98 21 0000 0000", "Вода", "ақау", "kůň", "word", "x", "/start@bot",
    "https://a.example/b_(c)", "https://localhost/", "http://", "mailto:a@b.example", "tel:+1", "a@b.example",
)  # fmt: skip
words = st.one_of(st.sampled_from(PIECES), st.text(st.characters(codec=None), max_size=6))
texts = st.lists(words, max_size=40).map("".join)

# Repeated, these make a scanner look ahead again and again.
COSTLY = (
    "**a ", "**a** ", "*a ", "_a ", "~~a ", "**a _b ~~c ", "*", "**", "`a", "[a](", "[a]", "```a\n", "1. a\n", "# a#",
    "> ", "<b>", "http://a", "a\u0301", "🇨", "\u2066a", "\u2066a b\u2069", "a1 ", "\ufdfa",
)  # fmt: skip
