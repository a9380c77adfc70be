"""Puts unknown words right, one by one, by the words of a vocabulary."""

from __future__ import annotations

import re

from knowledge_base.mending.layouts import own_keys
from knowledge_base.mending.letters import JOINER, has_marks, plain
from knowledge_base.mending.vocabulary import WORD, Vocabulary, number

FEW = 2  # words that must miss their marks where few words are known
SHORT = 3  # letters of a word from which its keys are looked at
ALIKE = 0.7  # share of its groups of letters that a word with digits in it needs to be a word

_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")
_PERSIAN_VERB = re.compile(r"^(ن?می)(?=\w{3,}$)")


def repaired(text: str, words: Vocabulary, *, spelled: bool) -> str:
    """A text in small letters with its unknown words put right; `spelled` where Latin letters were read by rule."""
    bare = spelled or _bare(text, words)
    return WORD.sub(lambda found: _word(found.group(), words, bare, spelled), text)


def _bare(text: str, words: Vocabulary) -> bool:
    """Whether a text was typed without marks: it has none, and known words miss theirs."""
    if has_marks(text):
        return False
    missing = [word for word in WORD.findall(text) if not words.knows(word) and words.marked.get(word, word) != word]
    return len(missing) >= (FEW if words.thin else 1)


def _word(word: str, words: Vocabulary, bare: bool, spelled: bool) -> str:
    if number(word) or len(word) < 2:
        return _rekeyed(word, words) or word
    if words.knows(word):
        return words.commonest(word, spelled) if bare else word
    word = _short(word, words)
    found = _known(word, words, bare, spelled)
    if found is None and words.language == "fa":
        return _persian_verb(word, words)
    if found is None and bare and not words.thin:
        return words.remarked(word)
    return found or word


def _known(word: str, words: Vocabulary, bare: bool, spelled: bool) -> str | None:
    """The known word this one must be; None where that is not certain."""
    found = words.marked.get(plain(word)) if bare or words.language == "fa" else None
    if found is None and spelled:
        found = words.sounds_like(word)
    if found is None:
        found = _rekeyed(word, words)
    if found is None and not words.thin:
        found = words.nearest(word)
    return found


def _short(word: str, words: Vocabulary) -> str:
    """A word drawn out ("heeelp") with two letters or one where there were more, as it is known."""
    if len(set(word)) == 1 or not _DRAWN_OUT.search(word):
        return word
    double, single = _DRAWN_OUT.sub(r"\1\1", word), _DRAWN_OUT.sub(r"\1", word)
    return double if plain(double) in words.marked else single


def _persian_verb(word: str, words: Vocabulary) -> str:
    """An unknown form of a known verb with the joiner its prefix is written with."""
    found = _PERSIAN_VERB.match(word)
    if found is None:
        return word
    prefix = found.group()
    return f"{prefix}{JOINER}{word[len(prefix) :]}" if words.begins(word[: len(prefix) + 2], prefix + JOINER) else word


def _rekeyed(word: str, words: Vocabulary) -> str | None:
    """A word typed on the keys of another Latin layout: z for y, and in Czech digits for letters with marks."""
    meant = own_keys(word, words.language)
    if meant == word or not meant.isalpha() or len(word) < SHORT:
        return None
    known = words.marked.get(plain(meant))
    return meant if known is None and number(word) and words.built_like(meant) >= ALIKE else known
