"""What a message does where it asks nothing: it greets, thanks, swears, laughs, tests whether anybody is there."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial

from handlers.rules.hearing import tokens
from handlers.rules.signs import of_signs, without_smileys
from handlers.rules.spelling import folded, forms
from knowledge_base.text import weak_key

# The most meaningful first: in "ok, thanks, bye" it is the goodbye that wants an answer.
ACTS = (
    "abuse", "complaint", "unhelpful", "help", "opening", "robot", "name", "wellbeing", "presence", "solved", "puzzled",
    "wait", "praise", "test", "picture", "goodbye", "thanks", "sorry", "no", "yes", "ok", "greeting", "laughter",
    "pause",
)  # fmt: skip
BESIDE = "beside_abuse"  # words that may stand beside swearing and complaints, and say nothing for themselves
ACT_LISTS = (*(act for act in ACTS if act != "picture"), BESIDE)
MOST = 600  # characters of a message that is nothing but acts
LONGEST = 24  # words of a message; more are a story
PHRASE = 9  # words of a phrase
STEM = 2  # letters by which beginnings of words are looked up
ANGER = frozenset({"abuse", "complaint"})
AGREED = frozenset({"yes", "solved"})
REFUSED = frozenset({"no", "unhelpful"})
ActOf = Callable[[str], str | None]
POLITE = frozenset({"ok", "thanks", "sorry", "greeting", "praise", "laughter", "pause"})  # said along with yes and no


class Acts:
    """Tells the acts of a message by lists of phrases, one per act and language.

    Of 13,000 phrases only hashes are kept: as strings they were the size of all the bot's other words together.
    """

    def __init__(self, lists: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        """`lists`: language -> act -> phrases; a phrase of one word may end in a star: only the word's beginning."""
        self.known = lru_cache(maxsize=32)(self._known)  # half a dozen topics look at the same message
        self._languages = tuple(lists)
        found: dict[int, list[int]] = {}
        words: set[int] = set()
        self._beginnings: dict[str, list[tuple[str, int]]] = {}  # first letters -> (beginning, number of the list)
        for number, (act, phrases) in enumerate((act, lists[name][act]) for name in lists for act in ACT_LISTS):
            for phrase in folded(phrase for phrase in phrases if phrase.endswith("*")):
                self._beginnings.setdefault(phrase[:STEM], []).append((phrase, number))
            for phrase in _spelled(act, folded(phrase for phrase in phrases if not phrase.endswith("*"))):
                words.update(map(hash, phrase.split()))
                lists_of = found.setdefault(hash(phrase), [])
                if number not in lists_of:
                    lists_of.append(number)
        self._words = array("q", sorted(words))
        pairs = sorted((phrase, number) for phrase, numbers in found.items() for number in numbers)
        self._phrases = array("q", (phrase for phrase, _ in pairs))
        self._lists = array("H", (number for _, number in pairs))

    def of(self, text: str, language: str) -> tuple[str, ...]:
        """The acts of a message in order; empty where it says anything else. Its own language's lists come first."""
        known = self.known(text)
        if known == ():
            return of_signs(text)
        found = self._from(known, 0, partial(self._act, language=language), set()) if known else None
        return _without_words_beside(found or ())

    def languages(self, text: str) -> tuple[str, ...]:
        """The languages whose own lists have all of a message; none for any other message."""
        known = self.known(text)
        if not known:
            return ()
        found = {own: self._from(known, 0, partial(self._own_act, language=own), set()) for own in self._languages}
        return tuple(own for own, acts in found.items() if _without_words_beside(acts or ()))

    def _known(self, text: str) -> tuple[str, ...] | None:
        """The words of a message as they stand in the lists; None where one stands in none, or they are too many."""
        said = tokens(without_smileys(text[:MOST]))
        if len(said) > LONGEST or (said and len(text) > MOST):
            return None
        found = []
        for token in said:
            known = next((form for form in forms(token) if self._is_word(form)), None)
            if known is None:
                return None
            found.append(known)
        return tuple(found)

    def _is_word(self, word: str) -> bool:
        place = bisect_left(self._words, hash(word))
        found = place < len(self._words) and self._words[place] == hash(word)
        return found or any(word.startswith(begun) for begun, _ in self._beginnings.get(word[:STEM], ()))

    def _from(self, said: Sequence[str], at: int, act_of: ActOf, dead: set[int]) -> tuple[str, ...] | None:
        """The acts from a word on; None where some word belongs to none. `dead`: where that was tried in vain."""
        if at == len(said):
            return ()
        for length in range(min(PHRASE, len(said) - at), 0, -1) if at not in dead else ():
            act = act_of(" ".join(said[at : at + length]))
            rest = self._from(said, at + length, act_of, dead) if act else None
            if act and rest is not None:
                return (act, *rest)
        dead.add(at)
        return None

    def _act(self, phrase: str, language: str) -> str | None:
        """The act of a phrase: that of the own language, else of any; of several the most meaningful."""
        own = self._own_act(phrase, language)
        return own or leading(ACT_LISTS[number % len(ACT_LISTS)] for number in self._numbers(phrase))

    def _own_act(self, phrase: str, language: str) -> str | None:
        """The act of a phrase in this language."""
        numbers = self._numbers(phrase)
        own = (number for number in numbers if self._languages[number // len(ACT_LISTS)] == language)
        return leading(ACT_LISTS[number % len(ACT_LISTS)] for number in own)

    def _numbers(self, phrase: str) -> Iterator[int]:
        place = bisect_left(self._phrases, hash(phrase))
        while place < len(self._phrases) and self._phrases[place] == hash(phrase):
            yield self._lists[place]
            place += 1
        if " " not in phrase:
            begun = self._beginnings.get(phrase[:STEM], ())
            yield from (number for beginning, number in begun if phrase.startswith(beginning))


def leading(acts: Iterable[str]) -> str | None:
    """The act that wants an answer; None where there are none."""
    return min(acts, key=_rank, default=None)


def consent(acts: Iterable[str]) -> bool | None:
    """Whether the acts say yes or no to a question; None where they say neither, both, or more than that."""
    said = set(acts) - POLITE
    if said and said <= AGREED:
        return True
    return False if said and said <= REFUSED else None


def _without_words_beside(found: Sequence[str]) -> tuple[str, ...]:
    """The acts; none where words stand beside them that only anger may have."""
    acts = tuple(act for act in found if act != BESIDE)
    return acts if len(acts) == len(found) or ANGER.intersection(acts) else ()


def _rank(act: str) -> int:
    return ACTS.index(act) if act in ACTS else len(ACTS)


def _spelled(act: str, phrases: Iterable[str]) -> Iterator[str]:
    """Phrases as written and, in Kazakh, with Russian letters. Not swearing: some of it gives innocent words."""
    for phrase in phrases:
        yield phrase
        if act not in ("abuse", BESIDE) and (plain := weak_key(phrase)) != phrase:
            yield plain
