"""The few messages of the ONNX format that our graph needs, written as protocol buffers.

Field numbers are those of `onnx.proto` (github.com/onnx/onnx); the encoding is described at
protobuf.dev/programming-guides/encoding. Writing 12 MB of weights needs no library for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

_VARINT, _BYTES, _FIXED32 = 0, 2, 5  # wire types
_KINDS = {np.dtype(np.float32): 1, np.dtype(np.uint8): 2, np.dtype(np.int64): 7}  # TensorProto.DataType
_FLOAT_ATTRIBUTE, _INT_ATTRIBUTE = 1, 2  # AttributeProto.AttributeType
_IR_VERSION = 9  # of May 2023: read by every onnxruntime since 1.15


def _varint(value: int) -> bytes:
    """Seven bits a byte, low ones first; negative numbers as 64-bit two's complement."""
    value &= 2**64 - 1
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3 | _VARINT) + _varint(value)


def _float(field: int, value: float) -> bytes:
    return _varint(field << 3 | _FIXED32) + np.float32(value).tobytes()


def _data(field: int, value: str | bytes) -> bytes:
    raw = value.encode() if isinstance(value, str) else value
    return _head(field, len(raw)) + raw


def _head(field: int, size: int) -> bytes:
    """What stands before `size` bytes."""
    return _varint(field << 3 | _BYTES) + _varint(size)


def tensor(name: str, values: NDArray[np.generic]) -> bytes:
    """A constant (TensorProto)."""
    raw = np.ascontiguousarray(values).tobytes()
    dims = [_number(1, size) for size in values.shape]
    return b"".join([*dims, _number(2, _KINDS[values.dtype]), _data(8, name), _head(9, len(raw)), raw])


def floats(name: str, shape: Sequence[int | str]) -> bytes:
    """An input or output of floats (ValueInfoProto); a size given as a word is open."""
    sizes = (_data(2, size) if isinstance(size, str) else _number(1, size) for size in shape)
    dims = b"".join(_data(1, size) for size in sizes)
    return _data(1, name) + _data(2, _data(1, _number(1, 1) + _data(2, dims)))


def node(kind: str, domain: str, inputs: Iterable[str], output: str, attributes: dict[str, int | float]) -> bytes:
    """One operation (NodeProto); an empty name is an input left out."""
    parts = [*(_data(1, name) for name in inputs), _data(2, output), _data(4, kind), _data(7, domain)]
    return b"".join([*parts, *(_data(5, _attribute(*item)) for item in attributes.items())])


def _attribute(name: str, value: int | float) -> bytes:
    if isinstance(value, float):
        return _data(1, name) + _float(2, value) + _number(20, _FLOAT_ATTRIBUTE)
    return _data(1, name) + _number(3, value) + _number(20, _INT_ATTRIBUTE)


def model(
    nodes: Sequence[bytes], constants: Sequence[bytes], given: bytes, wanted: bytes, domains: dict[str, int]
) -> bytes:
    """A whole model (ModelProto) with one input and one output. The constants are copied only once."""
    graph = [*(_data(1, item) for item in nodes), _data(2, "encoder")]
    for constant in constants:
        graph += [_head(5, len(constant)), constant]
    graph += [_data(11, given), _data(12, wanted)]
    opsets = [_data(8, _data(1, domain) + _number(2, version)) for domain, version in domains.items()]
    return b"".join([_number(1, _IR_VERSION), *opsets, _head(7, sum(map(len, graph))), *graph])
