"""The encoder multilingual-e5-small on onnxruntime."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from knowledge_base.e5 import graph, weights
from knowledge_base.prepare import prepare
from knowledge_base.unigram import Tokenizer, piece_table
from knowledge_base.wheels import verify

TOKENS = 96  # longest text; more cost time and tell nothing new
PREFIX = "query: "  # e5 wants every text named; one kind of name compares questions with questions
_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"


class E5:
    """384 numbers per text; equal texts get equal vectors, alone or in company."""

    name = f"e5-small-q4-{_SHA256[:12]}"

    def __init__(self, path: Path) -> None:
        """Builds the model in about half a second.

        Raises FileNotFoundError, or BrokenWeights where the file is not the one this version was made for.
        """
        verify(path, _SHA256, f"{weights.DISTRIBUTION} 0.3.0")
        self._weights = weights.read(path)
        shape, words = self._weights.shape, self._weights.vocabulary
        self.dimensions = shape.width
        self._tokenizer = Tokenizer(piece_table(words), words.specials)
        positions = self._weights.floats("emb.pos").reshape(shape.positions, shape.width)[:TOKENS]
        self._positions = positions + self._weights.floats("emb.type")[: shape.width]
        self._session = _session(graph.build(self._weights))

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row of length 1 per text, shape (n, 384)."""
        vectors = np.empty((len(texts), self.dimensions), np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self._vector(text)
        return vectors

    def _vector(self, text: str) -> NDArray[np.float32]:
        ids = self._tokenizer.encode((PREFIX + prepare(text)).rstrip(), TOKENS)
        words = self._weights.rows("emb.word", self.dimensions, np.array(ids, np.int64))
        embedded = words + self._positions[: len(ids)]
        (vector,) = self._session.run(None, {graph.INPUT: embedded[None]})
        result: NDArray[np.float32] = vector[0]
        return result


def _session(model: bytes) -> onnxruntime.InferenceSession:
    """One thread, which sleeps when idle: the bot shares its core with everything else."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # No fusing: onnxruntime's fused sum and normalisation takes three times as long as the two steps.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.enable_cpu_mem_arena = False  # costs nothing measurable, saves 10 MB
    options.log_severity_level = 3  # errors
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
