"""The network: convolutions over 2, 3 and 5 pieces beside the pieces themselves, averaged, then four dense layers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Floats = NDArray[np.float32]
_WINDOWS = ((2, 0), (3, 1), (5, 2))  # pieces a convolution sees, and how many of them stand before its own


@dataclass(frozen=True, slots=True)
class Network:
    """Layers by name: `proj`, `w1`, `w2` of each convolution, `cnn`, and `d`/`p` of the dense part."""

    layers: Mapping[str, Floats]
    projection: Floats  # (512, 3 * 256) of all convolutions at once: one product in place of three
    start: Floats  # (3 * 256,) of the projection
    gain: Floats  # and of what normalises it
    bias: Floats

    @classmethod
    def of(cls, layers: Mapping[str, Floats]) -> Network:
        joined = (
            np.concatenate([layers[f"{name}{size}"] for size, _ in _WINDOWS], axis=-1)
            for name in ("proj", "proj_b", "ln_g", "ln_b")
        )
        return cls(layers, *joined)

    def vector(self, pieces: Floats) -> Floats:
        """(512,) of length 1 for the pieces of a text, shape (n, 512)."""
        read = np.hstack([pieces, *self._convolutions(pieces)])
        read = _normalised(read, self.layers["ln_g"], self.layers["ln_b"], self._epsilon)
        # Sum before projecting: the projection is linear, and one row is cheaper than n.
        summed = read.sum(0) @ self.layers["cnn_W"] + len(pieces) * self.layers["cnn_b"]
        vector = self._dense(summed / np.float32(np.sqrt(len(pieces))))
        return np.asarray(vector / max(float(np.linalg.norm(vector)), self._epsilon), dtype=np.float32)

    @property
    def _epsilon(self) -> float:
        return float(self.layers["eps"])

    def _convolutions(self, pieces: Floats) -> list[Floats]:
        """Three of shape (n, 256)."""
        projected = _normalised(pieces @ self.projection + self.start, self.gain, self.bias, self._epsilon)
        parts = np.split(projected, len(_WINDOWS), axis=1)
        return [self._convolution(part, *window) for part, window in zip(parts, _WINDOWS, strict=True)]

    def _convolution(self, rows: Floats, size: int, before: int) -> Floats:
        """Twice: a convolution, a rectifier, and what went in added again."""
        for layer in ("1", "2"):
            weights, bias = self.layers[f"w{layer}_{size}"], self.layers[f"b{layer}_{size}"]
            rows = np.maximum(_windows(rows, size, before) @ weights + bias, 0) + rows
        return rows

    def _dense(self, row: Floats) -> Floats:
        layers = self.layers
        first = np.maximum(row @ layers["d0"], 0)
        second = np.maximum(row @ layers["p1"] + first @ layers["d1"], 0)
        third = np.maximum(second @ layers["d2"], 0)
        return np.asarray(np.tanh(second @ layers["p3"] + third @ layers["d3"]), dtype=np.float32)


def _windows(rows: Floats, size: int, before: int) -> Floats:
    """(n, size * d) each row with its neighbours; zeros beyond both ends."""
    padded = np.pad(rows, ((before, size - 1 - before), (0, 0)))
    return sliding_window_view(padded, size, axis=0).transpose(0, 2, 1).reshape(len(rows), -1)


def _normalised(rows: Floats, gain: Floats, bias: Floats, epsilon: float) -> Floats:
    """Layer normalisation (Ba 2016) of each row."""
    centred = rows - rows.mean(1, keepdims=True)
    spread = np.sqrt(np.square(centred).mean(1, keepdims=True) + np.float32(epsilon))
    return np.asarray(centred / spread * gain + bias, dtype=np.float32)
