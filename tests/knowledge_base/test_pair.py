"""Two encoders side by side."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge_base.pair import SECOND, Pair


class Fixed:
    """An encoder of two directions: a text is one of them by its first letter."""

    dimensions = 2

    def __init__(self, name: str, letters: str) -> None:
        self.name, self._letters = name, letters

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.eye(2, dtype=np.float32)[[int(text[0] in self._letters) for text in texts]]


def test_a_cosine_is_the_weighted_mean_of_both() -> None:
    pair = Pair(Fixed("first", "ab"), Fixed("second", "ac"))
    vectors = pair.encode(["a", "b", "c", "d"])
    assert vectors.shape == (4, pair.dimensions)
    assert vectors.dtype == np.float32
    share = SECOND**2 / (1 + SECOND**2)
    np.testing.assert_allclose(vectors[0] @ vectors.T, [1, 1 - share, share, 0], atol=1e-6)


def test_the_name_changes_with_either_encoder() -> None:
    names = {Pair(Fixed(a, "a"), Fixed(b, "b")).name for a in ("one", "two") for b in ("one", "two")}
    assert len(names) == 4


def test_no_texts_give_no_rows() -> None:
    assert Pair(Fixed("first", "a"), Fixed("second", "b")).encode([]).shape == (0, 4)
