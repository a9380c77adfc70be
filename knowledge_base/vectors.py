"""Vectors kept on disk by content, so that a restart encodes only what changed.

One file: a line of JSON (format, dimensions, rows, checksum), then all keys of 16 bytes, then all vectors
as little-endian float16. Nothing in it is ever executed. 10,000 vectors of 384 numbers are 8 MB.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import structlog
from numpy.typing import NDArray

from knowledge_base.encoder import Encoder, Vectors
from knowledge_base.prepare import prepare

Progress = Callable[[int, int], None]  # texts encoded so far, texts to encode

_FORMAT = "aftercare vectors 1"
_KEY = 16  # bytes
_MOST = 100_000  # rows kept beyond those asked for; the oldest go first
_BATCH = 64  # texts between two reports of progress

_Rows = dict[bytes, NDArray[np.float16]]

log = structlog.get_logger()


class VectorCache:
    """A file of vectors. Losing it costs time, never answers: what cannot be read is encoded again."""

    def __init__(self, path: Path, progress: Progress | None = None) -> None:
        self._path, self._progress = path, progress

    def get_or_encode(self, texts: Sequence[str], encoder: Encoder) -> Vectors:
        """One row of length 1 per text, shape (n, dimensions); the same rows whether stored or new."""
        prepared = [prepare(text) for text in texts]
        keys = [content_key(encoder.name, text) for text in prepared]
        if not keys:
            return np.zeros((0, encoder.dimensions), np.float32)
        rows = self._read(encoder.dimensions)
        missing = {key: text for key, text in zip(keys, prepared, strict=True) if key not in rows}
        if missing:
            rows.update(_encode(missing, encoder, self._progress))
            self._write(_newest(rows, keys), encoder.dimensions)
        return _unit(np.stack([rows[key] for key in keys]).astype(np.float32))

    def _read(self, dimensions: int) -> _Rows:
        try:
            return _parse(self._path.read_bytes(), dimensions)
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("vectors_unreadable", file=self._path.name, reason=str(error), next="encoding again")
            return {}

    def _write(self, rows: _Rows, dimensions: int) -> None:
        """Whole or not at all; a disk that refuses is a warning, because the vectors are there."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            _replace(self._path, _serialise(rows, dimensions))
        except OSError as error:
            log.warning("vectors_not_stored", file=self._path.name, reason=str(error))


def content_key(encoder: str, prepared: str) -> bytes:
    """What a vector depends on: the encoder's name and the prepared text."""
    return hashlib.blake2b(f"{encoder}\n{prepared}".encode(), digest_size=_KEY).digest()


def _encode(missing: dict[bytes, str], encoder: Encoder, progress: Progress | None) -> _Rows:
    keys, texts = list(missing), list(missing.values())
    rows: _Rows = {}
    for start in range(0, len(texts), _BATCH):
        vectors = encoder.encode(texts[start : start + _BATCH]).astype(np.float16)
        rows.update(zip(keys[start : start + _BATCH], vectors, strict=True))
        if progress is not None:
            progress(len(rows), len(texts))
    return rows


def _newest(rows: _Rows, asked: Sequence[bytes]) -> _Rows:
    """The rows just asked for, and the latest of the others."""
    wanted = dict.fromkeys(asked)
    others = [key for key in rows if key not in wanted][-_MOST:]
    return {key: rows[key] for key in [*others, *wanted]}


def _unit(vectors: Vectors) -> Vectors:
    """Lengths back to 1 after rounding."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Vectors = vectors / np.maximum(lengths, np.finfo(np.float32).tiny)
    return scaled


def _serialise(rows: _Rows, dimensions: int) -> bytes:
    body = b"".join(rows) + np.stack(list(rows.values())).astype("<f2").tobytes()
    header = {"format": _FORMAT, "dimensions": dimensions, "rows": len(rows), "crc32": zlib.crc32(body)}
    return json.dumps(header).encode() + b"\n" + body


def _parse(raw: bytes, dimensions: int) -> _Rows:
    """Rows of a file; none where it belongs to an encoder of another size. ValueError where it is broken."""
    line, _, body = raw.partition(b"\n")
    header = json.loads(line)
    if header["format"] != _FORMAT or zlib.crc32(body) != header["crc32"]:
        raise ValueError("format or checksum is wrong")
    if header["dimensions"] != dimensions:
        return {}
    split = header["rows"] * _KEY
    vectors = np.frombuffer(body, "<f2", offset=split).reshape(header["rows"], dimensions)
    keys = [body[at : at + _KEY] for at in range(0, split, _KEY)]
    return dict(zip(keys, vectors, strict=True))


def _replace(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
