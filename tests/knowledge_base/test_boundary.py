"""What a knowledge base speaks about, and what it does not."""

from __future__ import annotations

import numpy as np

from knowledge_base.boundary import Floats, bounded


def around(centre: list[float], number: int, seed: int) -> Floats:
    points = np.array(centre) + np.random.default_rng(seed).normal(0, 0.3, (number, len(centre)))
    return np.asarray(points / np.linalg.norm(points, axis=1, keepdims=True), np.float32)


def test_a_question_is_on_the_side_of_what_it_is_like() -> None:
    boundary = bounded(around([1, 0, 0], 300, 1), around([0, 1, 0], 30, 2))
    assert boundary is not None
    assert all(boundary.inside(point) > 0 for point in around([1, 0, 0], 5, 3))
    assert all(boundary.inside(point) < 0 for point in around([0, 1, 0], 5, 4))


def test_phrases_the_knowledge_base_speaks_of_are_no_background() -> None:
    """A shop that sells theatre tickets is asked about plays."""
    texts = around([1, 0, 0], 50, 1)
    assert bounded(texts, texts[:5]) is None
    assert bounded(texts, texts[:0]) is None
