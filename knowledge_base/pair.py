"""Two encoders as one: their vectors side by side, so that a cosine is the weighted mean of theirs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge_base.encoder import Encoder

SECOND = 0.35  # length of the second encoder's part beside the first's


class Pair:
    """What one encoder misses the other may see: they were trained on different texts."""

    def __init__(self, first: Encoder, second: Encoder) -> None:
        self._first, self._second = first, second
        self.name = f"{first.name} {second.name} {SECOND}"
        self.dimensions = first.dimensions + second.dimensions

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row of length 1 per text."""
        both = np.hstack([self._first.encode(texts), SECOND * self._second.encode(texts)])
        return np.asarray(both / np.hypot(1, SECOND), dtype=np.float32)
