"""Time of one answer, without and with the sentence encoder, all on one core."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence

from bot.measuring import predict
from knowledge_base.encoder import Encoder, EncoderMissing
from knowledge_base.entries import Entry
from knowledge_base.evidence import evidence, passage
from knowledge_base.index import Index
from knowledge_base.jsonl import Question
from tests.benchmarks import big
from tests.benchmarks.measured import Measured, one_core, quantile
from tests.benchmarks.questions import golden, made, shipped
from tests.golden.figures import shipped_index

SIZES = {1_000: 0.3, 10_000: 2.0}  # entries -> p50 of the lexical stage in milliseconds
QUESTIONS = 200
RATIO = 1.3  # whole answer with the encoder, beside the encoder alone
EMBEDDED, EMBEDDED_S = 600, 90.0  # texts measured; most for 10,000 entries of one text


def measure() -> list[Measured]:
    """Knowledge bases of two sizes, each entry with six variants in one of six languages; then the shipped one."""
    with one_core():
        entries = shipped()
        lines = [line for size in SIZES for line in _of_size(entries, size)]
        lines += _in_all_languages(entries)
        lines += _shipped(entries)
        return lines + big.measure()


def _of_size(entries: Sequence[Entry], size: int) -> list[Measured]:
    knowledge = made(entries, size)
    started = time.perf_counter()
    index = Index.build(knowledge)
    built = time.perf_counter() - started
    where = f"{size:,} entries of 6 variants"
    sure, others = _known(knowledge), golden(QUESTIONS // 6)
    return [
        _lexical(f"Lexical stage, {where}: there word for word", index, sure, SIZES[size]),
        _lexical(f"Lexical stage, {where}: other questions", index, others, SIZES[size]),
        Measured(f"Whole answer by words alone, {where}", f"{_answered(index, others)}; built in {built:.1f} s"),
    ]


def _in_all_languages(entries: Sequence[Entry]) -> list[Measured]:
    """Six times as many texts: every entry in every language."""
    index = Index.build(made(entries, min(SIZES), everywhere=True))
    where = f"{min(SIZES):,} entries of 6 variants in each of 6 languages, {len(index.texts):,} texts"
    return [_lexical(f"Lexical stage, {where}: other questions", index, golden(QUESTIONS // 6))]


def _known(knowledge: Sequence[Entry]) -> list[Question]:
    """Questions that stand in the knowledge base word for word."""
    chance = random.Random(2)
    asked = chance.sample(list(knowledge), min(QUESTIONS, len(knowledge)))
    articles = [article for entry in asked for article in entry.articles.values()]
    return [Question(chance.choice(one.questions), one.language, one.slug) for one in articles]


def _lexical(what: str, index: Index, asked: Sequence[Question], most: float | None = None) -> Measured:
    """The stage that says whether it is sure, and answers then."""
    times = []
    for question in asked:
        started = time.perf_counter()
        index.lexical_answer(question.text, question.language)
        times.append((time.perf_counter() - started) * 1000)
    kept = most is None or quantile(times, 0.5) <= most
    return Measured(what, _times(times), "" if most is None else f"p50 at most {most:g} ms", kept)


def _answered(index: Index, asked: Sequence[Question], encoder: Encoder | None = None) -> str:
    return _times([found.milliseconds for found in predict(index, encoder, asked)])


def _times(times: list[float]) -> str:
    return f"p50 {quantile(times, 0.5):.2f} ms, p99 {quantile(times, 0.99):.2f} ms"


def _shipped(entries: Sequence[Entry]) -> list[Measured]:
    """The articles that come with the bot: golden questions as `kb test` times them, and their own questions."""
    try:
        index, encoder = shipped_index("e5+muse")
    except EncoderMissing as missing:
        return [Measured("Sentence encoder", str(missing))]
    if encoder is None:
        return []
    own = [one for one in _known(entries) if index.lexical_answer(one.text, one.language) is not None]
    where = f"the {len(entries)} shipped articles"
    return [
        Measured(f"Whole answer where the lexical stage is sure, {where}", _answered(index, own, encoder)),
        *_beside_the_encoder(index, encoder, where),
        _embedding(entries, encoder),
    ]


def _beside_the_encoder(index: Index, encoder: Encoder, where: str) -> list[Measured]:
    """Each question is timed both ways, one right after the other, so that both see the same machine."""
    alone, whole = [], []
    for question in golden(QUESTIONS // 6):
        text = index.query_text(question.text, question.language)
        started = time.perf_counter()
        encoder.encode([text])
        alone.append((time.perf_counter() - started) * 1000)
        started = time.perf_counter()
        if index.lexical_answer(question.text, question.language) is None:
            vector = encoder.encode([index.query_text(question.text, question.language)])[0]
            index.answer(question.text, question.language, vector)
        whole.append((time.perf_counter() - started) * 1000)
    ratio = quantile(whole, 0.5) / quantile(alone, 0.5)
    promise = f"at most {RATIO:g} times the encoder"
    return [
        Measured("Sentence encoder alone, one thread, golden questions", _times(alone)),
        Measured(f"Whole answer with the encoder, {where}", f"{_times(whole)}; {ratio:.2f} times the encoder alone",
                 promise, ratio <= RATIO),
    ]  # fmt: skip


def _embedding(entries: Sequence[Entry], encoder: Encoder) -> Measured:
    """A sample of all that is embedded: titles, questions and passages in their shares."""
    items = evidence(entries)
    titles = {(item.entry, item.language): item.text for item in items if item.kind == "title"}
    texts = [passage(item, titles[item.entry, item.language]) for item in random.Random(3).sample(items, EMBEDDED)]
    started = time.perf_counter()
    encoder.encode(texts)
    rate = EMBEDDED / (time.perf_counter() - started)
    seconds = 10_000 / rate
    figure = f"{rate:.0f} texts/s ({EMBEDDED} measured): {seconds:.0f} s for 10,000 entries of one text"
    return Measured("Embedding", figure, f"at most {EMBEDDED_S:.0f} s", seconds <= EMBEDDED_S)
