"""Which language a text is in: naive Bayes over letter groups, behind a gate that looks at the script.

Trained at start on the bot's own texts, so a new language teaches the detector by being added.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from knowledge_base.text import LIMIT, key, weak_key

TEXTS = 600  # a language: all 1,800 of the shipped articles would add half a point at two words
WORDS = 60  # of a message: the first ones tell
ORDER = 4  # letters in the longest group
SMOOTHING = 0.02
NAME = 3  # times a word stands in a language of another script before it is a name: "Alma", "Wi-Fi"
PRIOR = 4.0  # nats for the language spoken so far
ALONE = 6.0  # nats a letter for the only language that is written in this script
TELLING = 1.0  # nats by which a word must speak for a language to count: names rarely do

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SKIPPED = re.compile(r"^/|[@\d]|://|[a-z]\.[a-z]{2}")  # commands, mail, codes, addresses, file names
_DROPPED = ("Cf", "Mn")  # ZWNJ and bidi marks, vowel signs: written or not as people please

# What people type when the letters of their language are not at hand.
_PLAIN_LATIN = str.maketrans("łđøı", "ldoi")
_ARABIC_KEYS = str.maketrans("یک", "يك")
_LATIN_FOR_CYRILLIC = str.maketrans(
    dict(zip("абвгдезийклмнопрстуфхыэәғқңөұүһі", "abvgdeziyklmnoprstufhyeagknouuhi", strict=True))
    | dict(zip("жцчшщюяё", ("zh", "ts", "ch", "sh", "sh", "yu", "ya", "yo"), strict=True))
    | dict.fromkeys("ъь", "")
)

Keys = NDArray[np.uint64]
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Guess:
    """A language for some text. `margin` is in nats, to the runner-up: small means ask."""

    language: str
    margin: float
    words: int  # words of the text that speak for the language
    letters: int  # in all words that were looked at
    script: str  # "LATIN", "CYRILLIC", …: first word of the letters' Unicode names


@dataclass(frozen=True, slots=True)
class _Script:
    """The letter groups of one script: `weights` (group, class) are log probabilities."""

    groups: Keys  # ascending
    weights: Floats
    languages: tuple[str, ...]  # of the classes; a language has one class per way of spelling it


class Detector:
    """Guesses among the languages it was trained on."""

    def __init__(self, scripts: Mapping[str, _Script], names: frozenset[str]) -> None:
        self._scripts, self._names = scripts, names

    @classmethod
    def train(cls, texts: Mapping[str, Sequence[str]], *, latin_variants: bool = False) -> Detector:
        """A detector from some hundred sentences a language.

        `latin_variants`: languages of the Cyrillic script are known in Latin letters too, which costs the
        languages of the Latin script a point or two at one and two words.
        """
        classes: dict[str, list[tuple[str, list[str]]]] = {}
        names: Counter[str] = Counter()
        for language, sentences in sorted(texts.items()):
            by_script = _by_script(_spread(sentences))
            own = max(by_script, key=lambda script: len(by_script[script]), default="")
            for script, words in by_script.items():
                if script != own:
                    names.update(words)
                    continue
                for written, spelled in _spellings(script, words, latin_variants):
                    classes.setdefault(written, []).append((language, spelled))
        return cls(
            {script: _fit(found) for script, found in classes.items()},
            frozenset(word for word, count in names.items() if count >= NAME),
        )

    def writes(self, language: str, script: str) -> bool:
        """Whether the language is written in this script."""
        return script in self._scripts and language in self._scripts[script].languages

    def guess(self, text: str, *, among: Sequence[str] | None = None, prior: str | None = None) -> Guess | None:
        """The likeliest language, `prior` being the one expected; only those of `among` compete (None: all).

        None where no word is left that any of them could have written.
        """
        script, words = self._read(text)
        model = self._scripts.get(script)
        if model is None or not words:
            return None
        scores = _scores(model, words, among)
        if not scores:
            return None
        return _verdict(scores, prior, sum(map(len, words)), script)

    def _read(self, text: str) -> tuple[str, list[str]]:
        """The script that decides and the words in it: Latin ones are names beside another script."""
        words = [word for word in _words(text) if word not in self._names]
        letters: Counter[str] = Counter()
        for word in words:
            letters[_script(word[0])] += len(word)
        if not letters:
            return "", []
        others = [name for name in letters if name != "LATIN" and name in self._scripts and letters[name] > 1]
        script = max(others or letters, key=lambda name: letters[name])
        return script, [word for word in words if _script(word[0]) == script][:WORDS]


def _words(text: str) -> list[str]:
    """Words in small letters, each of one script, without what says nothing about the language."""
    text = unicodedata.normalize("NFC", text[:LIMIT]).lower().replace("’", "'")
    if not text.isascii():
        text = "".join(char for char in text if unicodedata.category(char) not in _DROPPED)
    kept = " ".join(token for token in text.split() if not _SKIPPED.search(token))
    return [_one_script(word) for word in _WORD.findall(kept)]


def _one_script(word: str) -> str:
    """A word with letters of two scripts (a Latin i in a Kazakh word) in one."""
    if word.isascii() or len({_script(char) for char in word if char != "'"}) == 1:
        return word
    return key(word).replace(" ", "") or word


@lru_cache(maxsize=4096)
def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]


def _spread(sentences: Sequence[str]) -> Sequence[str]:
    """At most TEXTS of them, by their hashes: one sentence more changes one of those that are taken, not all."""
    if len(sentences) <= TEXTS:
        return sentences
    return sorted(sentences, key=lambda sentence: (zlib.crc32(sentence.encode("utf-8", "replace")), sentence))[:TEXTS]


def _by_script(sentences: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for sentence in sentences:
        for word in _words(sentence):
            found.setdefault(_script(word[0]), []).append(word)
    return found


def _spellings(script: str, words: Sequence[str], latin: bool) -> Iterator[tuple[str, list[str]]]:
    """(script, words) for each way to write them: as given, with plainer letters, in Latin letters."""
    text = " ".join(words)
    yield script, text.split()
    plain = _plainer(script, text)
    if plain != text:
        yield script, plain.split()
    if latin and script == "CYRILLIC":
        yield "LATIN", text.translate(_LATIN_FOR_CYRILLIC).split()


def _plainer(script: str, text: str) -> str:
    """Without diacritics, with Russian letters for Kazakh ones, with Arabic yeh and kaf for Persian ones."""
    if script == "CYRILLIC":
        return weak_key(text)
    if script == "ARABIC":
        return text.translate(_ARABIC_KEYS)
    if script != "LATIN":
        return text
    apart = unicodedata.normalize("NFD", text.translate(_PLAIN_LATIN))
    return "".join(char for char in apart if not unicodedata.combining(char))


def _groups(words: Sequence[str]) -> tuple[Keys, NDArray[np.int64]]:
    """Every group of 1 to ORDER letters of a word with its edges, as a number, and the word's place."""
    codes = np.frombuffer(f" {' '.join(words)} ".encode("utf-16-le"), "<u2").astype(np.uint64)
    edge = codes == ord(" ")
    word = np.cumsum(edge) - 1
    keys, owners = [codes[~edge]], [word[~edge]]
    group, across = codes, edge
    for length in range(2, ORDER + 1):
        group = (group[:-1] << np.uint64(16)) | codes[length - 1 :]
        across = np.zeros(len(group), bool) if length == 2 else across[:-1] | edge[length - 2 : -1]
        keys.append(group[~across])
        owners.append(word[: len(group)][~across])
    return np.concatenate(keys), np.concatenate(owners)


def _fit(classes: Sequence[tuple[str, Sequence[str]]]) -> _Script:
    """Counts of every class as smoothed log probabilities, each length of group for itself."""
    keys = [_groups(words)[0] for _, words in classes]
    groups, place = np.unique(np.concatenate(keys), return_inverse=True)
    owner = np.repeat(np.arange(len(classes)), [len(own) for own in keys])
    flat = np.bincount(place * len(classes) + owner, minlength=len(groups) * len(classes))
    counts = flat.reshape(len(groups), len(classes)) + SMOOTHING
    # Groups are numbers of 16 bits a letter, so those of one length lie together, the shortest first.
    edges = [int(np.searchsorted(groups, np.uint64(1 << 16 * n))) for n in range(ORDER)]
    for first, last in zip(edges, [*edges[1:], len(groups)], strict=True):
        counts[first:last] /= counts[first:last].sum(axis=0)
    return _Script(groups, np.log(counts).astype(np.float32), tuple(language for language, _ in classes))


def _scores(model: _Script, words: Sequence[str], among: Sequence[str] | None) -> dict[str, Floats]:
    """For each competing language the log probability of each word, spelled its likeliest way."""
    keys, word = _groups(words)
    place = np.minimum(np.searchsorted(model.groups, keys), len(model.groups) - 1)
    known = model.groups[place] == keys
    weights = np.zeros((len(words), len(model.languages)), np.float32)
    np.add.at(weights, word[known], model.weights[place[known]])
    best: dict[str, Floats] = {}
    for number, language in enumerate(model.languages):
        if among is not None and language not in among:
            continue
        column = weights[:, number]
        if language not in best or column.sum() > best[language].sum():
            best[language] = column
    return best


def _verdict(scores: Mapping[str, Floats], prior: str | None, letters: int, script: str) -> Guess:
    total = {language: float(by_word.sum()) for language, by_word in scores.items()}
    if prior in total:
        total[prior] += PRIOR
    first, *others = sorted(total, key=lambda language: (-total[language], language))
    if not others:
        return Guess(first, ALONE * letters, len(scores[first]), letters, script)
    lead = scores[first] - np.max([scores[language] for language in others], axis=0)
    return Guess(first, total[first] - total[others[0]], int((lead > TELLING).sum()), letters, script)
