"""Signs of certainty: is this a question for us at all, and if so, is the top entry its answer?

Two questions with signs of their own. A question about the moon may be nearest to one entry by far; one about a washing
machine may be near to three. Taken together in one sum, doubt about the entry hid what is no question for a shop.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge_base.scoring import HALF, Found

ABOUT = ("lexical", "learned", "foreign", "words", "passage", "inside")
ABOUT_BY_WORDS = ("lexical", "learned", "foreign", "words", "articles")  # where there is no encoder
RIGHT = ("share", "learned", "foreign")
SURE = 1e-3  # a share this near to 0 or 1 is as good as that
FURTHEST = 6.0  # log-odds beyond which the boundary says nothing more

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Setting:
    """What the index adds to the stages' findings about the top entry."""

    learned: int  # titles and questions of it the model learned from
    foreign: bool  # it has no text in the question's language
    inside: float  # log-odds that the question is about what the knowledge base speaks about; 0 where not known


def signs(found: Found, setting: Setting) -> dict[str, float]:
    """The signs for the best candidate; each is about -1..1.

    share: log-odds of its part of all candidates' fused scores, as probabilities
    lexical: nearest title or question by characters
    learned: how far the fitted model is trusted
    foreign: 1 where the question's language is not there, so that all cosines are lower
    words: how long the question is; a word or two fit many entries
    articles: the whole article by its words
    passage: nearest title, question or passage by meaning
    inside: on which side of the knowledge base's boundary the question is
    """
    parts, top = found.parts, int(found.order[0])
    return {
        "share": _share(found.scores[found.order]) / 5,
        "lexical": float(parts.lexical[top]),
        "learned": setting.learned / (setting.learned + HALF),
        "foreign": float(setting.foreign),
        "words": min(float(np.log1p(len(found.folded.split()))) / 3, 1.0),
        "articles": float(parts.articles[top]),
        "passage": float(max(parts.dense[top], parts.dense_body[top])),
        "inside": min(max(setting.inside, -FURTHEST), FURTHEST) / 5,
    }


def _share(best_first: Floats) -> float:
    """Log-odds of the first of these logits."""
    share = 1 / float(np.exp(best_first - best_first[0]).sum())
    share = min(max(share, SURE), 1 - SURE)
    return float(np.log(share / (1 - share)))
