"""Mends what people type before it meets matching and the encoder.

Three questions: what is not part of the question at all (greetings), in which letters was it meant (keyboard
layout, Latin letters for Cyrillic ones), and which known word is each unknown one (marks, typos). The later ones
are asked only where words are unknown: a text made of words the knowledge base knows stays as it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from knowledge_base.entries import Entry
from knowledge_base.mending.courtesy import without_courtesy
from knowledge_base.mending.latin import LANGUAGES, native
from knowledge_base.mending.layouts import mistaken
from knowledge_base.mending.letters import persian, script
from knowledge_base.mending.repair import repaired
from knowledge_base.mending.vocabulary import WORD, Vocabulary, number
from knowledge_base.phrases import shipped
from knowledge_base.text import clean

BODY = 1_500  # characters of an article's body that words are learned from
SAMPLE = 48  # characters of a question by which its letters are judged
AT_HOME = 0.72  # familiarity from which a text is in the letters it was meant in
BETTER = 0.13  # by how much another reading must be more familiar,
LEAST = 0.4  # how familiar it must be
STRANGER = 0.6  # in the expected language, and in another one
EXPECTED = 0.15  # what it counts for to be in the expected language, among those that are familiar enough
KNOWN = 0.6  # share, and
SURE = 6  # number of a text's letters that must stand in known words: a foreign name or tongue may look like ours
ALL = 0.8  # share of letters of one script in a text that was typed on one layout
CODE = 0.4  # familiarity of a word with digits in it: a model, or letters that are digits in another layout
NAME = 3  # letters of a name that is left alone

_TEMPLATE = re.compile(r"\{[%{#].*?[%}#]\}|\]\([^)]*\)", re.DOTALL)
_REPEATED = re.compile(r"([?!.,;:…؟])(?:\s*\1)+")
_TOKEN = re.compile(r"\S+")
_ROMAN = re.compile(r"[^\W_]+(?:['’][^\W_]*)*")
_MODEL = re.compile(r"([A-Z]{1,4}-?\d+[A-Z\d-]*|\d+[A-Za-z])[.,?!]?$")  # W70, 4k, as people type them,
_CODE = re.compile(r"[a-z]{0,4}\d+$")  # and in small letters
_DRAWN_OUT = re.compile(r"(.)\1{2,}")


@dataclass(frozen=True, slots=True)
class Mended:
    """A question as it was probably meant, in small letters, and the language it is in where one was expected."""

    text: str
    language: str | None


@dataclass(frozen=True, slots=True)
class _Way:
    """A way to read a text: in this language, from the keys of another layout or from Latin letters."""

    language: str
    keys: Mapping[int, str] | None = None  # what shows -> what was meant
    spelled: bool = False


@dataclass(frozen=True)
class Mender:
    """Knows the words of a knowledge base, by language."""

    vocabularies: Mapping[str, Vocabulary]

    @cached_property
    def _names(self) -> frozenset[str]:
        """Words in Latin letters that languages of other letters use: they tell nothing about a text's language."""
        others = [words.counts for words in self.vocabularies.values() if words.script != "LATIN"]
        return frozenset(
            word for counts in others for word in counts if len(word) >= NAME and script(word[0]) == "LATIN"
        )

    @classmethod
    def learn(cls, entries: Iterable[Entry]) -> Mender:
        """From titles, questions and bodies of all articles, and the project's own phrases."""
        spoken = shipped()
        texts = {name: [*said, *spoken.background.get(name, ())] for name, said in spoken.parallel.items()}
        for entry in entries:
            for language, article in entry.articles.items():
                body = _TEMPLATE.sub(" ", article.body[:BODY])
                texts.setdefault(language, []).extend((article.title, *article.questions, body))
        return cls({language: Vocabulary.learn(language, found) for language, found in sorted(texts.items())})

    def warm(self) -> None:
        """Work out now what would fall to the first question: a third of a second."""
        len(self._names)
        for words in self.vocabularies.values():
            words.warm()

    def mend(self, text: str, language: str | None) -> Mended:
        """The text as it was probably meant; `language` is the one expected, None where nobody knows.

        Empty only for a text that `clean` empties.
        """
        tidy = _tidy(text)
        way = self._way(tidy, language)
        return Mended(without_courtesy(self._mended(tidy, way)), way.language if language else None)

    def meant(self, text: str, language: str | None) -> str:
        """The text in the letters it was meant in, where others show; else as it is. For telling its language.

        `language` is the one expected: a text that is at home there is not looked at further. Otherwise it counts for
        nothing, or English words in a Russian talk were read as Russian ones in Latin letters.
        """
        if self._familiar(_sample(text).lower(), language or "") >= AT_HOME:
            return text
        tidy = _tidy(text)
        way = self._way(tidy, None)
        if way.keys is None and not way.spelled:
            return text
        meant = self._mended(tidy, way)
        return meant if self._surely(meant, way.language) else text

    def _mended(self, tidy: str, way: _Way) -> str:
        """A tidy text read this way, its unknown words put right."""
        read, words = self._read(tidy, way), self.vocabularies.get(way.language)
        return read if words is None else repaired(read, words, spelled=way.spelled and not _mixed(tidy))

    def _way(self, text: str, language: str | None) -> _Way:
        """The way to read a text in which it looks most familiar."""
        sample = _sample(text)
        small = sample.lower()
        here = language or max(self.vocabularies, key=lambda name: self._familiar(small, name), default="")
        best, most = _Way(here), self._familiar(small, here)
        if most >= AT_HOME:
            return best
        least, most = most + BETTER, 0.0
        ways = self._ways(Counter(map(script, small)))
        for way in sorted(ways, key=lambda way: way.language != language):
            score = self._familiar(self._read(sample, way), way.language, way.spelled)
            expected = way.language == language
            if expected and score >= max(least, AT_HOME):
                return way
            if score > max(least, LEAST if expected else STRANGER) and score + EXPECTED * expected > most:
                best, most = way, score + EXPECTED * expected
        return best

    def _ways(self, scripts: Mapping[str, int]) -> Iterator[_Way]:
        """Every way to read a text with so many letters of each script."""
        for language, words in self.vocabularies.items():
            if words.script in scripts:
                yield _Way(language)
        letters = sum(count for name, count in scripts.items() if name)
        for name, count in scripts.items():
            if count < ALL * letters:  # who changes letters knows which are switched on
                continue
            for language, keys in mistaken(name):
                if language in self.vocabularies:
                    yield _Way(language, keys)
        for language in LANGUAGES if "LATIN" in scripts else ():
            if language in self.vocabularies:
                yield _Way(language, spelled=True)

    def _read(self, text: str, way: _Way) -> str:
        """The text read this way, in small letters; models and names stay as they are."""
        if way.spelled:
            words, mixed = self.vocabularies[way.language], _mixed(text)
            return _ROMAN.sub(lambda found: self._spelled(found.group(), words, mixed), text).lower()
        if way.keys is None:
            return text.lower()
        keys = way.keys
        text = text.lower() if text.isupper() else text  # shift gives other signs, and nobody holds it that long
        return _TOKEN.sub(lambda found: self._retyped(found.group(), keys), text).lower()

    def _familiar(self, text: str, language: str, spelled: bool = False) -> float:
        """How much the words look like words of the language, 0 to 1, each letter counting the same."""
        words = self.vocabularies.get(language)
        if words is None:
            return 0.0
        found = [word for word in WORD.findall(text) if len(word) > 1 and not self._neutral(word)]
        score = sum(len(word) * (CODE if number(word) else words.familiar(word, spelled)) for word in found)
        return score / max(sum(map(len, found)), len(text.replace(" ", "")) // 4, 1)  # signs alone are no language

    def _surely(self, text: str, language: str) -> bool:
        """Whether enough of a text is made of known words: a name or a foreign tongue looks like some language."""
        words = self.vocabularies[language]
        found = [word for word in WORD.findall(text) if not number(word) and not self._neutral(word)]
        known = sum(len(word) for word in found if words.knows(word))
        return known >= SURE and known >= KNOWN * sum(map(len, found))

    def _neutral(self, word: str) -> bool:
        """Whether a word is at home in any language: a number, a model, a name."""
        return word in self._names or (not word.isalpha() and _CODE.match(word) is not None)

    def _spelled(self, word: str, words: Vocabulary, mixed: bool) -> str:
        """A word in Latin letters in those of the language; beside words in these it may be a name, unless known."""
        if number(word) or script(word[0]) != "LATIN" or word.lower() in self._names:
            return word
        found = native(word.lower(), words.language)
        if mixed:
            if len(word) < 2 or word[0].isupper():
                return word
            return found if words.knows(found) else words.sounds_like(found) or word
        return found

    def _retyped(self, token: str, keys: Mapping[int, str]) -> str:
        """What was meant by a run of keys; a model or a name was meant as it is."""
        return token if _MODEL.match(token) or token.lower() in self._names else token.translate(keys)


def _tidy(text: str) -> str:
    """A text safe to read, without the greetings around the question."""
    return without_courtesy(_REPEATED.sub(r"\1", persian(clean(text))))


def _sample(text: str) -> str:
    """The words at the beginning, by which a text's letters are judged."""
    head = text[:SAMPLE].rpartition(" ")[0] if len(text) > SAMPLE else text
    return _DRAWN_OUT.sub(r"\1", head or text[:SAMPLE])


def _mixed(text: str) -> bool:
    """Whether a text with Latin letters has others too."""
    return any(script(char) not in ("", "LATIN") for char in text)
