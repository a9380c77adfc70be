"""Why an entry is where it is: for `kb search`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from knowledge_base.scoring import Found
from knowledge_base.terms import terms
from knowledge_base.text import key

if TYPE_CHECKING:
    from knowledge_base.index import Index

Stage = Literal["word for word", "characters", "meaning", "fitted model"]
SHARED = 0.5  # share of a word's terms that another text must hold for the word to count as found


@dataclass(frozen=True, slots=True)
class Reason:
    """One entry of a ranking and what speaks for it."""

    slug: str
    score: float
    lexical: float
    dense: float
    classifier: float
    words: tuple[str, ...]  # words of the question, folded, that its nearest text holds
    variant: str  # the text of the entry nearest to the question
    language: str  # language of that text
    kind: str  # title, question or body
    stage: Stage  # the stage that speaks most for the entry


def reason(index: Index, found: Found, place: int) -> Reason:
    """Why the candidate at this place is where it is."""
    parts = found.parts
    stage = _stage(index, found, place)
    item = index.item(_nearest(index, found, int(parts.entries[place]), stage))
    return Reason(
        slug=index.entries[parts.entries[place]].slug,
        score=float(found.scores[place]),
        lexical=float(parts.lexical[place]),
        dense=float(parts.dense[place]),
        classifier=float(parts.logits[place]),
        words=shared_words(found.folded, key(item.text, item.language)),
        variant=item.text,
        language=item.language,
        kind=item.kind,
        stage=stage,
    )


def _nearest(index: Index, found: Found, entry: int, stage: Stage) -> int:
    """The entry's text nearest to the question: by meaning where that speaks for it, else by characters."""
    texts = index.lexical.texts_of(np.array([entry], dtype=np.int32))
    likeness = found.cosines[texts]
    if stage == "meaning" and index.dense is not None and found.direction is not None:
        likeness = index.dense.cosines(found.direction, texts)
    return int(texts[likeness.argmax()])


def _stage(index: Index, found: Found, place: int) -> Stage:
    """The stage in which the entry is furthest above the middle of the candidates."""
    parts = found.parts
    if index.exact.get(found.folded) == parts.entries[place]:
        return "word for word"
    lifts: dict[Stage, float] = {
        "characters": _lift(parts.lexical, place),
        "meaning": _lift(parts.dense, place),
        "fitted model": _lift(parts.logits, place),
    }
    return max(lifts, key=lambda stage: lifts[stage])


def _lift(values: NDArray[np.float32], place: int) -> float:
    """Height above the middle in standard deviations; 0 where the stage says nothing."""
    spread = float(values.std())
    return float(values[place] - np.median(values)) / spread if spread > 1e-6 else 0.0


def shared_words(question: str, other: str) -> tuple[str, ...]:
    """Words of a folded question of which another folded text holds at least half the terms."""
    held = terms(other)
    words = dict.fromkeys(question.split())
    return tuple(word for word in words if np.isin(terms(word), held).mean() >= SHARED)
