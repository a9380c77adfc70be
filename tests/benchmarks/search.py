"""Time of one lexical search in knowledge bases of two sizes."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence

from knowledge_base.entries import Entry
from knowledge_base.index import Index
from tests.benchmarks.measured import Measured, quantile
from tests.benchmarks.questions import certain, made, shipped

SIZES = (1_000, 10_000)
QUESTIONS = 400


def measure() -> list[Measured]:
    """Half of the questions are in the knowledge base word for word, half are not."""
    entries = shipped()
    return [_of_size(entries, size) for size in SIZES]


def _of_size(entries: Sequence[Entry], size: int) -> Measured:
    knowledge = made(entries, size)
    started = time.perf_counter()
    index = Index.build(knowledge)
    built = time.perf_counter() - started
    chance = random.Random(2)
    known = [(chance.choice(article.questions), language) for entry in chance.sample(knowledge, QUESTIONS // 2)
             for language, article in entry.articles.items()]  # fmt: skip
    times = [_time(index, text, language) for text, language in known + certain(entries, QUESTIONS // 2)]
    p50, p99 = quantile(times, 0.5) * 1000, quantile(times, 0.99) * 1000
    return Measured(f"Lexical search, {size:,} entries", f"p50 {p50:.2f} ms, p99 {p99:.2f} ms; built in {built:.1f} s")


def _time(index: Index, text: str, language: str) -> float:
    started = time.perf_counter()
    index.answer(text, language, None)
    return time.perf_counter() - started
