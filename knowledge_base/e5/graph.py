"""The network as an ONNX model: BERT (Devlin et al. 2019) with weights of 4 bits, one text at a time.

Matrices go to onnxruntime's `MatMulNBits` in the very blocks of the weight file, so nothing is quantised a
second time: vectors agree with plain 32-bit arithmetic to a cosine of 0.9998. It multiplies 8-bit rows,
rounded block by block, so that a text's vector does not depend on the texts encoded with it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from knowledge_base.e5 import wire
from knowledge_base.e5.weights import BLOCK, Blocks, Weights

INPUT = "embedded"  # (1, tokens, width): word + position + type; the only output is (1, width), length 1
_CONTRIB = "com.microsoft"  # onnxruntime's own operations
_DOMAINS = {"": 18, _CONTRIB: 1}
_EIGHT_BIT_ROWS = 4  # accuracy_level of MatMulNBits


def build(weights: Weights) -> bytes:
    """The serialised model, about 12 MB."""
    graph = _Graph(weights)
    x = graph.norm(INPUT, "emb.ln")
    for layer in range(weights.shape.layers):
        x = graph.layer(x, f"l{layer}.")
    mean = graph.node("ReduceMean", x, graph.constant("axis", np.array([1], np.int64)), keepdims=0)
    vector = graph.node("LpNormalization", mean, axis=-1, p=2)
    width = weights.shape.width
    given, wanted = wire.floats(INPUT, [1, "tokens", width]), wire.floats(vector, [1, width])
    return wire.model(graph.nodes, graph.constants, given, wanted, _DOMAINS)


class _Graph:
    """Nodes and constants gathered so far; every method returns the name of its result."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.nodes: list[bytes] = []
        self.constants: list[bytes] = []

    def layer(self, x: str, prefix: str) -> str:
        """Self-attention, then two dense layers; each adds its input and is normalised."""
        shape = self.weights.shape
        q, k, v = (self.dense(x, f"{prefix}{part}", shape.width) for part in "qkv")
        context = self.node("MultiHeadAttention", q, k, v, domain=_CONTRIB, num_heads=shape.heads)
        x = self.add_norm(self.dense(context, f"{prefix}ao", shape.width), x, f"{prefix}aln")
        inner = self.node("Gelu", self.dense(x, f"{prefix}fi", shape.width), domain=_CONTRIB)
        return self.add_norm(self.dense(inner, f"{prefix}fo", shape.inner), x, f"{prefix}oln")

    def dense(self, x: str, name: str, width: int) -> str:
        """x times the 4-bit matrix of that name, plus its bias."""
        matrix = self.weights.blocks(f"{name}.w", width)
        bias = self.weights.floats(f"{name}.b")
        packed = self.constant(f"{name}.w", _packed(matrix))
        scales = self.constant(f"{name}.s", matrix.scales.astype(np.float32).ravel())
        return self.node(
            "MatMulNBits",
            *(x, packed, scales, "", "", self.constant(f"{name}.b", bias)),
            domain=_CONTRIB,
            K=width,
            N=len(bias),
            bits=4,
            block_size=BLOCK,
            accuracy_level=_EIGHT_BIT_ROWS,
        )

    def add_norm(self, x: str, skip: str, name: str) -> str:
        """Layer normalisation of the sum of both."""
        return self.norm(self.node("Add", x, skip), name)

    def norm(self, x: str, name: str) -> str:
        """Layer normalisation of each token."""
        factor, offset = (self.constant(f"{name}.{part}", self.weights.floats(f"{name}.{part}")) for part in "wb")
        return self.node("LayerNormalization", x, factor, offset, epsilon=self.weights.shape.epsilon)

    def constant(self, name: str, values: NDArray[np.generic]) -> str:
        self.constants.append(wire.tensor(name, values))
        return name

    def node(self, kind: str, *inputs: str, domain: str = "", **attributes: int | float) -> str:
        output = f"{kind}{len(self.nodes)}"
        self.nodes.append(wire.node(kind, domain, inputs, output, attributes))
        return output


def _packed(matrix: Blocks) -> NDArray[np.uint8]:
    """Neighbouring weights in one byte, as MatMulNBits wants them: the file pairs weight j with j + 16."""
    weights = np.concatenate([matrix.nibbles & 15, matrix.nibbles >> 4], axis=-1)
    packed: NDArray[np.uint8] = weights[..., 0::2] | weights[..., 1::2] << 4
    return packed
