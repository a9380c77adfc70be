"""The encoder: a text's pieces, their rows of the table, the network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge_base.muse.network import Network
from knowledge_base.muse.weights import BLOCKS, SPECIALS, WEIGHTS_SHA256, read
from knowledge_base.prepare import prepare
from knowledge_base.unigram import Tokenizer

TOKENS = 96  # longest text, as for e5


class Muse:
    """512 numbers per text; equal texts get equal vectors, alone or in company.

    Made for Arabic, Chinese, Dutch, English, French, German, Italian, Japanese, Korean, Polish, Portuguese, Russian,
    Spanish, Thai and Turkish; of other languages it knows what they share with these.
    """

    name = f"muse-q8-{WEIGHTS_SHA256[:12]}"
    dimensions = 512

    def __init__(self, cache: Path | None) -> None:
        """Raises FileNotFoundError or BrokenWeights."""
        weights = read(cache)
        self._table, self._layers = weights.table, weights.layers
        self._tokenizer = Tokenizer(weights.pieces, SPECIALS)
        self._network = Network.of(weights.layers)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row of length 1 per text, shape (n, 512)."""
        vectors = np.empty((len(texts), self.dimensions), np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self._network.vector(self._rows(self._tokenizer.encode(prepare(text), TOKENS)))
        return vectors

    def _rows(self, pieces: list[int]) -> NDArray[np.float32]:
        """(n, 512) of the table, as numbers."""
        ids = np.array(pieces, np.int64)
        block = ids % BLOCKS
        return self._table[ids] * self._layers["scale"][block, None] + self._layers["lo"][block, None]
