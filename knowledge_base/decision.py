"""From a confidence to what the customer gets: an answer, up to three titles, or an honest "I don't know"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Decision = Literal["answer", "suggest", "abstain"]
SUGGESTIONS = 3
RANKING = 10


@dataclass(frozen=True, slots=True)
class Ranked:
    """One entry of a ranking."""

    slug: str
    score: float  # fused; orders the entries of one question, says nothing across questions
    lexical: float  # nearest text by characters, 0..1
    dense: float  # nearest text by meaning, cosine; 0 without an encoder
    classifier: float  # what the model fitted on the questions says, about 0..1


@dataclass(frozen=True, slots=True)
class Answer:
    """What the knowledge base has to say to a question."""

    entry: str | None  # slug of the best entry; None where the decision is to abstain
    entry_language: str | None  # language to show it in
    confidence: float  # probability that the top entry is right
    decision: Decision
    suggestions: tuple[str, ...]  # slugs to offer; empty unless the decision is to suggest
    ranking: tuple[str, ...]  # ten best slugs, whatever the decision
    skipped_encoder: bool  # the lexical stage was sure


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Least confidence to answer, and to suggest titles."""

    answer: float = 0.5
    suggest: float = 0.15

    def decide(self, confidence: float) -> Decision:
        if confidence >= self.answer:
            return "answer"
        return "suggest" if confidence >= self.suggest else "abstain"
