"""Time of the sentence encoder."""

from __future__ import annotations

import time

from knowledge_base.encoder import EncoderMissing, load_encoder
from tests.benchmarks.measured import Measured, quantile
from tests.benchmarks.questions import certain, shipped

QUESTIONS = 100


def measure() -> list[Measured]:
    """Loading it (the second time, when the built model lies on disk), and one question after the other."""
    try:
        load_encoder("e5")
    except EncoderMissing as missing:
        return [Measured("Sentence encoder", str(missing))]
    started = time.perf_counter()
    encoder = load_encoder("e5")
    loaded = time.perf_counter() - started
    times = []
    for text, _ in certain(shipped(), QUESTIONS):
        started = time.perf_counter()
        encoder.encode([text])
        times.append((time.perf_counter() - started) * 1000)
    figure = (
        f"p50 {quantile(times, 0.5):.1f} ms, p99 {quantile(times, 0.99):.1f} ms a question; loads in {loaded:.2f} s"
    )
    return [Measured("Sentence encoder, one thread", figure)]
